"""The words a package may use: roles, actions that the pages of cases know, what every letter can name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "applicant": ("Antragstellende Person", "Applicant"),
    "caseworker": ("Sachbearbeitung", "Caseworker"),
    "second_person": ("Zweite Person (Vier-Augen-Prinzip)", "Second person (four eyes)"),
    "team_lead": ("Teamleitung", "Team lead"),
    "counter": ("Bürgerservice (Schalter und Post)", "Service counter"),
    "service_manager": ("Leistungsredaktion", "Service manager"),
    "system": ("Programm", "System"),
}
"""Who can do something in a process, by code: German and English name."""

STAFF_ROLES: Final = ("caseworker", "team_lead", "counter", "service_manager")
"""Roles that somebody must hold in a municipality; ``second_person`` is another caseworker or team lead."""

ACTIONS: Final = frozenset(
    {
        "take",
        "ask_applicant",
        "answer",
        "propose",
        "release",
        "send_back",
        "decide",
        "close",
        "withdraw",
        "reopen",
        "consult",
        "go_on",
    }
)
"""Steps for which the pages of a case have a form of their own; every other step gets the general one."""

BROUGHT: Final[Mapping[str, tuple[str, ...]]] = {"consult": ("beteiligte",)}
"""What the page of a step puts into the process: the outside bodies to be heard, as a list."""

CASE_WORDS: Final = frozenset(
    {
        "antragsteller",
        "aktenzeichen",
        "leistung",
        "eingangsdatum",
        "kommune",
        "amt",
        "amt_anschrift",
        "termin",
    }
)
"""What a letter may name besides the aliases of the form (``cases.letters.context``)."""

KINDS: Final = ("citizen", "business", "internal")
"""For whom a package is; an internal one has neither a page nor a form."""
