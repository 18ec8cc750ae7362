"""What happens to a registration has words in the history of its case."""

from __future__ import annotations

import re
from pathlib import Path

import stadtkern.casework.kita
from stadtkern.casework.cases import timeline
from stadtkern.casework.kita.desk.history import TITLES
from stadtkern.casework.kita.rounds.models import Offer

ROOM = Path(stadtkern.casework.kita.__file__).parent
ANSWERS = {Offer.State.ACCEPTED, Offer.State.DECLINED, Offer.State.EXPIRED}


def test_every_kind_that_is_noted_has_its_title_and_no_other() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOM.rglob("*.py"))
    noted = set(re.findall(r'\bnote\([\w.]+, "(kita_\w+)"', code)) | {
        f"kita_offer_{state.value}" for state in ANSWERS
    }
    assert noted == TITLES.keys() and TITLES.items() <= timeline.TITLES.items()
    assert all(all(texts) for texts in TITLES.values())
