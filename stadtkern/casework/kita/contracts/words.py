"""Words of contracts for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from stadtkern.casework.kita.contracts.rules import Stretch
from stadtkern.casework.kita.fees.calculator import Line, euros

PHASES = {
    "arrive": gettext_noop("Ankommen: etwa eine Stunde, Sie bleiben dabei"),
    "part": gettext_noop("Erste Trennung: Sie sind kurz nebenan"),
    "stay": gettext_noop("Die Zeit ohne Sie wächst jeden Tag"),
    "whole": gettext_noop("Ganze Zeit, Sie sind erreichbar"),
}
ABSENCES = {
    "ill": gettext_noop("krank"),
    "holiday": gettext_noop("Urlaub"),
    "other": gettext_noop("anderer Grund"),
}
CHANGES = {
    "asked": gettext_noop("wartet auf die Kita"),
    "agreed": gettext_noop("gilt"),
    "refused": gettext_noop("abgelehnt"),
    "taken_back": gettext_noop("zurückgenommen"),
}
ITEMS = {"care": gettext_noop("Betreuung"), "lunch": gettext_noop("Mittagessen")}


def money(cents: int) -> str:
    """An amount in the language of the page; zero is said in a word."""
    return _("frei") if cents == 0 else euros(cents, "en" if get_language() == "en" else "de")


def line(item: Line) -> dict[str, Any]:
    """One amount with the reasons, German or English (as texts of catalogues)."""
    german = get_language() == "de"
    return {
        "label": _(ITEMS[item.item]),
        "amount": money(item.cents),
        "steps": [(step.text if german else step.text_en, step.legal_basis) for step in item.steps],
    }


def stretch(row: Stretch) -> dict[str, Any]:
    """Months of the same cost."""
    return {
        "from_on": row.from_on,
        "to_on": row.to_on,
        "total": money(row.cost.cents),
        "lines": [line(item) for item in row.cost.lines],
    }
