"""kill -9 of database and web server during submissions: every acknowledged one is there exactly once.

The short form; 200 submissions with eight kills run in ``make bench PART=faults``.
"""

from __future__ import annotations

from benchmarks.bench_faults import judge, storm
from benchmarks.town import town


def test_every_acknowledged_submission_is_there_once() -> None:
    with town() as city:
        outcome = storm(city, 20, 2, seed=7)
        assert not outcome.refused, outcome.refused[:3]
        assert len(outcome.acknowledged) == 20
        assert judge(city, outcome) == {"lost": 0, "double": 0, "extra": 0, "without_answer": 0}
        assert city.stop() == 0
        assert not city.leftovers()
