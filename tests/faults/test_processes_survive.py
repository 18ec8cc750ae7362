"""Running cases while worker, web server and database are killed: no task lost or done twice, every timer once, one key per call.

The short form; 1,000 cases with 200 kills run in ``make bench PART=faults_processes``.
"""

from __future__ import annotations

import pytest

from benchmarks.storm_processes import storm
from benchmarks.town import town

pytestmark = pytest.mark.enable_socket


def test_running_cases_survive_kills() -> None:
    with town() as city:
        outcome = storm(city, 20, 3, seed=7, pause=(1.0, 3.0), helped=True)
        assert sum(outcome.kills.values()) == 3, outcome.kills
        assert outcome.problems == dict.fromkeys(outcome.problems, 0)
        assert city.stop() == 0
        assert not city.leftovers()
