"""The facts that points may depend on: names, types and meaning, the same for every catalogue.

A catalogue cannot ask for anything else: what is not listed here is unknown to the check. Facts about the child are equal everywhere;
facts about a wish differ from Kita to Kita. Whatever is not known is null, and null never gives points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from stadtkern.kernel.feel.types import BOOLEAN, DATE, NUMBER, STRING, FeelType

Value = bool | int | str | date | None
Facts = Mapping[str, Value]
About = Literal["child", "wish"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One name a catalogue may use. ``asked``: the family says it; otherwise the registration or the map does."""

    name: str
    type: FeelType
    about: About
    label: str
    label_en: str
    asked: bool = False
    choices: tuple[str, ...] = ()


def _child(name: str, type_: FeelType, label: str, label_en: str, *choices: str, asked: bool = False) -> Fact:
    return Fact(
        name=name, type=type_, about="child", label=label, label_en=label_en, asked=asked, choices=choices
    )


def _wish(name: str, type_: FeelType, label: str, label_en: str) -> Fact:
    return Fact(name=name, type=type_, about="wish", label=label, label_en=label_en)


_ALL: Final = (
    _child("alter_monate", NUMBER, "Alter am ersten Tag in Monaten", "Age on the first day in months"),
    _child("geburtsdatum", DATE, "Geburtsdatum", "Date of birth"),
    _child("beginn", DATE, "gewünschter erster Tag", "First day wanted"),
    _child("stunden", NUMBER, "Stunden am Tag", "Hours a day"),
    _child("rechtsanspruch", BOOLEAN, "Anspruch nach § 24 SGB VIII am ersten Tag", "Claim under § 24 SGB VIII on the first day"),
    _child("hat_platz", BOOLEAN, "hat schon einen Platz (möchte wechseln)", "Has a place already (wants to move)"),
    _child("foerderbedarf", BOOLEAN, "besonderer Förderbedarf", "Special educational needs"),
    _child("wartet_monate", NUMBER, "volle Monate seit der Anmeldung", "Full months since registration"),
    _child("monate_bis_schule", NUMBER, "Monate vom ersten Tag bis zur Schulpflicht", "Months from the first day to school age"),
    _child("geschwister_bewerben_sich", NUMBER, "Geschwister, die sich zugleich bewerben", "Siblings applying at the same time"),
    _child("kinder_im_haushalt", NUMBER, "Kinder im Haushalt", "Children in the household", asked=True),
    _child("alleinerziehend", BOOLEAN, "alleinerziehend", "Single parent", asked=True),
    _child("wochenstunden_1", NUMBER, "Arbeit oder Ausbildung der ersten sorgeberechtigten Person, Stunden je Woche", "Work or training of the first guardian, hours a week", asked=True),
    _child("wochenstunden_2", NUMBER, "Arbeit oder Ausbildung der zweiten sorgeberechtigten Person, Stunden je Woche", "Work or training of the second guardian, hours a week", asked=True),
    _child("arbeitsuchend", BOOLEAN, "jemand sucht Arbeit oder nimmt eine Maßnahme auf", "Somebody seeks work or begins a measure", asked=True),
    _child("pflege", BOOLEAN, "jemand in der Familie wird zu Hause gepflegt", "Somebody in the family is cared for at home", asked=True),
    _child("deutsch_zuhause", BOOLEAN, "zu Hause wird überwiegend Deutsch gesprochen", "Mostly German spoken at home", asked=True),
    _child("haertefall", BOOLEAN, "das Jugendamt hat einen Härtefall anerkannt", "The youth office has recognised a case of hardship"),
    _child("bekenntnis", STRING, "Bekenntnis der Familie (freiwillig)", "Denomination of the family (voluntary)", "katholisch", "evangelisch", "anderes", "keines", asked=True),
    _child("betriebsangehoerig", BOOLEAN, "jemand arbeitet in dem Betrieb, zu dem die Kita gehört", "Somebody works for the company of the Kita", asked=True),
    _wish("geschwister_hier", BOOLEAN, "ein Geschwisterkind ist am ersten Tag in dieser Kita", "A sibling attends this Kita on the first day"),
    _wish("geschwister_beim_traeger", BOOLEAN, "ein Geschwisterkind ist in einer Kita dieses Trägers", "A sibling attends a Kita of this provider"),
    _wish("gleicher_ortsbezirk", BOOLEAN, "Wohnung und Kita liegen im selben Ortsbezirk", "Home and Kita lie in the same district"),
    _wish("entfernung_m", NUMBER, "Luftlinie von der Wohnung zur Kita in Metern", "Straight line from home to the Kita in metres"),
    _wish("elternmitarbeit", BOOLEAN, "die Familie übernimmt Aufgaben in der Kita", "The family takes on tasks in the Kita"),
)  # fmt: skip

SIBLING_FACTS: Final = frozenset({"geschwister_hier", "geschwister_beim_traeger"})
"""Said by the family, but counted only when the Kita's contracts or its head confirm it (ADR 0137)."""
SIBLING: Final = "geschwister-bestaetigt"
"""Under this name the confirmation stands among the proofs; no criterion may be called so."""

FACTS: Final[Mapping[str, Fact]] = MappingProxyType({fact.name: fact for fact in _ALL})
TYPES: Final[Mapping[str, FeelType]] = MappingProxyType({fact.name: fact.type for fact in _ALL})


def problem(name: str, value: object) -> str | None:
    """What is wrong with a value for this fact, in German; None if nothing is."""
    fact = FACTS.get(name)
    if fact is None:
        return f"die Angabe »{name}« kennt kein Katalog"
    if value is None:
        return None
    wanted: tuple[type, str] = {
        BOOLEAN: (bool, "ja oder nein"),
        NUMBER: (int, "eine ganze Zahl"),
        STRING: (str, "ein Text"),
        DATE: (date, "ein Datum"),
    }[fact.type]
    if type(value) is not wanted[0]:
        return f"erwartet wird {wanted[1]}"
    if fact.choices and value not in fact.choices:
        return f"»{value}« ist keine der Möglichkeiten {', '.join(fact.choices)}"
    return None
