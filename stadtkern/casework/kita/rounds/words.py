"""Words of rounds for people: states, findings of the pre-flight, groups, and the reason why a wish was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from stadtkern.casework.kita.rounds import rules

STATES = {
    "draft": gettext_noop("vorbereitet"),
    "frozen": gettext_noop("eingefroren"),
    "preflight": gettext_noop("vorgeprüft"),
    "drawn": gettext_noop("ausgelost"),
    "run": gettext_noop("gerechnet"),
    "certified": gettext_noop("nachgeprüft"),
    "confirming": gettext_noop("bei den Trägern"),
    "offered": gettext_noop("Angebote verschickt"),
    "closed": gettext_noop("abgeschlossen"),
    "cancelled": gettext_noop("abgebrochen"),
}
KINDS = {"main": gettext_noop("Hauptrunde"), "rolling": gettext_noop("Nachrückrunde")}
GROUPS = {
    "all": gettext_noop("alle Kinder"),
    "under-two": gettext_noop("unter zwei Jahren"),
    "from-two": gettext_noop("ab zwei Jahren"),
    "single-parent": gettext_noop("alleinerziehend"),
    "other-language": gettext_noop("andere Sprache zu Hause"),
    "siblings": gettext_noop("Geschwister gemeinsam"),
    "integration": gettext_noop("Förderbedarf"),
    "helped": gettext_noop("mit Hilfe angemeldet"),
}
OFFERS = {
    "ready": gettext_noop("wird verschickt"),
    "sent": gettext_noop("wartet auf Antwort"),
    "accepted": gettext_noop("angenommen"),
    "declined": gettext_noop("abgelehnt"),
    "expired": gettext_noop("abgelaufen"),
}


def said(table: Mapping[str, str], key: str) -> str:
    """The word for a key."""
    return _(table[key]) if key in table else key


def line(item: Mapping[str, Any]) -> str:
    """What a line of ``fairness.figures`` is about: the name of a district, or a group."""
    return str(item["key"]) if item["kind"] == "district" else said(GROUPS, item["key"])


def count(number: int) -> str:
    """A number as a family reads it: a range when fewer than three children stand behind it."""
    low, high = rules.told(number)
    return str(low) if low == high else _("%(low)s bis %(high)s") % {"low": low, "high": high}


def refusal(row: Mapping[str, Any]) -> Sequence[str]:
    """Why one wish was not met, in full sentences. ``row`` is one entry of ``RoundEntry.refusals``."""
    if row.get("left"):
        return [_("Der Träger dieser Kita nimmt an der Vergabe nicht mehr teil.")]
    suitable = int(row["suitable"])
    found = [
        ngettext(
            "Für Ihr Kind kam %(n)s Platz in Frage.", "Für Ihr Kind kamen %(n)s Plätze in Frage.", suitable
        )
        % {"n": suitable}
    ]
    if row.get("together"):
        found.append(
            _("Für ein Kind allein war ein Platz da, für alle Kinder des gemeinsamen Wunsches aber nicht.")
        )
        return found
    if row["protected"]:
        found.append(
            _("Davon hatten Kinder, die dort schon betreut werden: %(n)s.") % {"n": count(row["protected"])}
        )
    if row["more"]:
        found.append(_("Davon bekamen Kinder mit mehr Punkten: %(n)s.") % {"n": count(row["more"])})
    if row["same"]:
        found.append(
            _("Davon bekamen Kinder mit gleich vielen Punkten und besserem Los: %(n)s.")
            % {"n": count(row["same"])}
        )
    found.append(_("Ihr Kind hat hier %(n)s Punkte.") % {"n": row["points"]})
    if row["lowest"] is not None and suitable >= rules.FEW:
        found.append(_("Der letzte passende Platz ging mit %(n)s Punkten weg.") % {"n": row["lowest"]})
    if row["fewer_elsewhere"]:
        found.append(
            _("Kinder mit weniger Punkten haben hier nur Plätze, die für Ihr Kind nicht passen (Alter, Stunden oder Beginn).")
        )  # fmt: skip
    return found
