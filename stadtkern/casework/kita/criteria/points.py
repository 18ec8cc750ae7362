"""How many points a child has at a Kita: every criterion with its points, its proof and the facts that decided.

The same catalogue and the same facts give the same parts on every machine, in the order of the catalogue. Each distinct answer to a rule
is computed once (``Scorer``): a city of 10,000 children with ten wishes has a few thousand of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from stadtkern.casework.kita.criteria.catalogue import MOST_POINTS, Catalogue, Criterion
from stadtkern.casework.kita.criteria.facts import FACTS, SIBLING, Facts, Value
from stadtkern.kernel.feel import Compiled, FeelError, compile


class Standing(StrEnum):
    """What became of one criterion."""

    COUNTED = "counted"  # points count
    NOT_MET = "not_met"  # the rule gives nothing for these facts
    UNKNOWN = "unknown"  # a fact is missing, so the rule has no result
    PROOF_MISSING = "proof_missing"  # would count once proved
    PROOF_EXPIRED = "proof_expired"
    PROOF_REJECTED = "proof_rejected"
    UNCONFIRMED = "unconfirmed"  # would count once the Kita confirms that the sibling is there
    DENIED = "denied"  # the Kita knows no such sibling
    FAULTY = "faulty"  # the rule gave something that is no number of points


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about the proof of one criterion; ``valid_to`` is the first day on which it no longer holds."""

    accepted: bool
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the explanation: ``points`` count now, ``possible`` would count with a valid proof."""

    catalogue: str
    criterion: str
    label: str
    label_en: str
    points: int
    possible: int
    standing: Standing
    facts: Mapping[str, Value]
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """All parts and their sum."""

    parts: Sequence[Part]
    total: int = field(init=False)
    possible: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(part.points for part in self.parts))
        object.__setattr__(self, "possible", sum(part.possible for part in self.parts))


def points(
    catalogue: Catalogue, facts: Facts, *, evidence: Mapping[str, Evidence] | None = None, on: date
) -> Points:
    """The points that one catalogue gives. ``evidence`` by criterion; None takes every proof for granted (a preview)."""
    return Scorer([catalogue]).points(facts, evidence=evidence, on=on)


class Scorer:
    """Some catalogues that count together (at one Kita: the global one, the provider's, its own)."""

    def __init__(self, catalogues: Sequence[Catalogue]) -> None:
        self._rules = [(c, criterion, _rule(criterion)) for c in catalogues for criterion in c.criteria]
        self._known: dict[tuple[int, tuple[Value, ...]], tuple[int, Standing]] = {}

    def points(self, facts: Facts, *, evidence: Mapping[str, Evidence] | None = None, on: date) -> Points:
        """Every criterion with its points."""
        return Points(parts=[self._part(at, facts, evidence, on) for at in range(len(self._rules))])

    def total(self, facts: Facts, *, evidence: Mapping[str, Evidence] | None = None, on: date) -> int:
        """The sum alone, without building the explanation."""
        found = 0
        for at, (_, criterion, _compiled) in enumerate(self._rules):
            value, standing = self._value(at, tuple(facts.get(name) for name in criterion.uses))
            if standing is Standing.COUNTED and _proved(criterion, evidence, on) is Standing.COUNTED:
                found += value
        return found

    def _part(self, at: int, facts: Facts, evidence: Mapping[str, Evidence] | None, on: date) -> Part:
        catalogue, criterion, _ = self._rules[at]
        used = {name: facts.get(name) for name in criterion.uses}
        value, standing = self._value(at, tuple(used.values()))
        if standing is Standing.COUNTED:
            standing = _proved(criterion, evidence, on)
        return Part(
            catalogue=catalogue.id,
            criterion=criterion.id,
            label=criterion.label.de,
            label_en=criterion.label.en or criterion.label.de,
            points=value if standing is Standing.COUNTED else 0,
            possible=value,
            standing=standing,
            facts=used,
            missing=[FACTS[name].label for name, known in used.items() if known is None],
        )

    def _value(self, at: int, values: tuple[Value, ...]) -> tuple[int, Standing]:
        # True == 1 in Python: the position of the values fixes their type, so they cannot be mixed up
        key = (at, values)
        found = self._known.get(key)
        if found is None:
            _, criterion, rule = self._rules[at]
            found = _judge(rule, dict(zip(criterion.uses, values, strict=True)))
            self._known[key] = found
        return found


def _rule(criterion: Criterion) -> Compiled:
    return compile(criterion.points, tuple(FACTS))


def _judge(rule: Compiled, facts: Mapping[str, Value]) -> tuple[int, Standing]:
    try:
        value = rule(facts)
    except FeelError:
        return 0, Standing.FAULTY
    if value is None:
        return 0, Standing.UNKNOWN if None in facts.values() else Standing.FAULTY
    if not isinstance(value, Decimal) or value != value.to_integral_value() or abs(value) > MOST_POINTS:
        return 0, Standing.FAULTY
    if value == 0:
        return 0, Standing.UNKNOWN if None in facts.values() else Standing.NOT_MET
    return int(value), Standing.COUNTED


def _proved(criterion: Criterion, evidence: Mapping[str, Evidence] | None, on: date) -> Standing:
    if evidence is not None and criterion.confirmed_by_kita:
        confirmed = evidence.get(SIBLING)
        if confirmed is None:
            return Standing.UNCONFIRMED
        return Standing.COUNTED if confirmed.accepted else Standing.DENIED
    if criterion.proof is None or evidence is None:
        return Standing.COUNTED
    shown = evidence.get(criterion.id)
    if shown is None:
        return Standing.PROOF_MISSING
    if not shown.accepted:
        return Standing.PROOF_REJECTED
    if shown.valid_to is not None and shown.valid_to <= on:
        return Standing.PROOF_EXPIRED
    return Standing.COUNTED
