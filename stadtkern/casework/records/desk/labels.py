"""The words of states and levels in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def origin(value: str) -> str:
    """Where an object comes from."""
    return {"own": _("hier entstanden"), "taken_over": _("übernommen"), "offered": _("angeboten")}[value]


def level(value: str) -> str:
    """How confidential an object is."""
    return {
        "": _("nicht angegeben"),
        "003": _("offen"),
        "002": _("nur für den Dienstgebrauch"),
        "005": _("vertraulich"),
        "001": _("geheim"),
        "004": _("streng geheim"),
    }.get(value, value)


def direction(value: str) -> str:
    """Which way a document went."""
    return {"in": _("Eingang"), "out": _("Ausgang"), "internal": _("intern")}[value]
