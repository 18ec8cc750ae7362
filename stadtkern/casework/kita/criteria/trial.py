"""A new catalogue tried on known children: who would gain, who would lose, by group, before it takes effect.

The round is computed twice with the same wishes, seats and tickets, once with each set of points. Groups with fewer than
``SMALLEST_GROUP`` children are told together with nobody's numbers, since they would point at persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from stadtkern.casework.kita.allocation.rounds import Compiled, Round, compile_round
from stadtkern.casework.kita.allocation.run import allocate_families
from stadtkern.casework.kita.criteria.catalogue import Catalogue
from stadtkern.casework.kita.criteria.facts import Facts
from stadtkern.casework.kita.criteria.points import Evidence, Scorer

SMALLEST_GROUP: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What points depend on: facts of the child, facts per wished Kita, proofs, and the groups it is counted in."""

    id: str
    facts: Facts
    at: Mapping[str, Facts]
    evidence: Mapping[str, Evidence] | None = None
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One child whose outcome changes; ranks count from 1, None: no place."""

    child: str
    before: int | None
    after: int | None

    @property
    def gains(self) -> bool:
        return self.before is None or (self.after is not None and self.after < self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTrial:
    """One group: how many children, and what the two catalogues mean for them. Numbers are None for small groups."""

    group: str
    children: int | None
    placed_before: int | None
    placed_after: int | None
    first_before: int | None
    first_after: int | None
    winners: int | None
    losers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The whole comparison; ``groups`` begins with all children together."""

    groups: Sequence[GroupTrial]
    changes: Sequence[Change]
    total_before: Mapping[str, int]
    total_after: Mapping[str, int]


def try_catalogues(
    given: Round,
    applicants: Sequence[Applicant],
    *,
    providers: Mapping[str, str],
    before: Sequence[Catalogue],
    after: Sequence[Catalogue],
    on: date,
) -> Trial:
    """Both rounds and the difference. ``providers``: the provider of each Kita; raises ``InputRefused`` for a round that is none."""
    people = {applicant.id: applicant for applicant in applicants}
    scored = [with_points(given, people, providers, catalogues, on) for catalogues in (before, after)]
    ranks = [_ranks(compile_round(one)) for one in scored]
    names = [child.id for child in given.children]
    changes = [
        Change(child=name, before=ranks[0][name], after=ranks[1][name])
        for name in names
        if ranks[0][name] != ranks[1][name]
    ]
    return Trial(
        groups=compare(
            ranks[0],
            ranks[1],
            {name: people[name].groups if name in people else () for name in names},
        ),
        changes=changes,
        total_before={child.id: child.points for child in scored[0].children},
        total_after={child.id: child.points for child in scored[1].children},
    )


def compare(
    before: Mapping[str, int | None], after: Mapping[str, int | None], people: Mapping[str, Sequence[str]]
) -> list[GroupTrial]:
    """Both outcomes by group (``people``: the groups of each child); the first entry is all children together."""
    members: dict[str, list[str]] = {"": list(people)}
    for name, groups in people.items():
        for group in groups:
            members.setdefault(group, []).append(name)
    return [_group(group, inside, before, after) for group, inside in members.items()]


def with_points(
    given: Round,
    people: Mapping[str, Applicant],
    providers: Mapping[str, str],
    catalogues: Sequence[Catalogue],
    on: date,
) -> Round:
    """The same round with the points of these catalogues: global ones everywhere, the others as local points."""
    everywhere = Scorer([c for c in catalogues if c.scope.level == "global"])
    local: dict[str, Scorer] = {}
    wished: dict[str, dict[str, None]] = {}
    for family in given.families:
        for wish in family.wishes:
            for name, contract in zip(family.children, wish, strict=True):
                if contract is not None:
                    wished.setdefault(name, {})[contract.kita] = None
    children = []
    for child in given.children:
        person = people.get(child.id)
        if person is None:
            children.append(replace(child, points=0, local={}))
            continue
        extra = {}
        for kita in wished.get(child.id, ()):
            scorer = local.get(kita)
            if scorer is None:
                provider = providers.get(kita, "")
                scorer = local[kita] = Scorer(
                    [c for c in catalogues if c.scope.level != "global" and c.counts_at(provider, kita)]
                )
            facts = {**person.facts, **person.at.get(kita, {})}
            value = scorer.total(facts, evidence=person.evidence, on=on)
            value += _of_wish(everywhere, person, kita, on)
            if value:
                extra[kita] = value
        total = everywhere.total(person.facts, evidence=person.evidence, on=on)
        children.append(replace(child, points=total, local=extra))
    return replace(given, children=children)


def _of_wish(everywhere: Scorer, person: Applicant, kita: str, on: date) -> int:
    """What global criteria give at this Kita on top of what they give everywhere (a sibling already there)."""
    own = person.at.get(kita)
    if not own:
        return 0
    here = everywhere.total({**person.facts, **own}, evidence=person.evidence, on=on)
    return here - everywhere.total(person.facts, evidence=person.evidence, on=on)


def _ranks(compiled: Compiled) -> dict[str, int | None]:
    """The wish each child holds, from 1; None if it gets nothing."""
    held = allocate_families(compiled.market).wish or ()
    contracts = compiled.contracts(held)
    found: dict[str, int | None] = dict.fromkeys(contracts)
    for family, at in zip(compiled.round.families, held, strict=True):
        for name in family.children:
            found[name] = at + 1 if at >= 0 and contracts[name] is not None else None
    return found


def _group(
    group: str, inside: Sequence[str], before: Mapping[str, int | None], after: Mapping[str, int | None]
) -> GroupTrial:
    if group and len(inside) < SMALLEST_GROUP:
        return GroupTrial(
            group=group, children=None, placed_before=None, placed_after=None, first_before=None,
            first_after=None, winners=None, losers=None,
        )  # fmt: skip
    changed = [
        Change(child=name, before=before[name], after=after[name])
        for name in inside
        if before[name] != after[name]
    ]
    gains = sum(change.gains for change in changed)
    return GroupTrial(
        group=group,
        children=len(inside),
        placed_before=sum(before[name] is not None for name in inside),
        placed_after=sum(after[name] is not None for name in inside),
        first_before=sum(before[name] == 1 for name in inside),
        first_after=sum(after[name] == 1 for name in inside),
        winners=gains,
        losers=len(changed) - gains,
    )
