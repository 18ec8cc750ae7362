"""The exact answer for rounds with families: a stable result that places the most children, or the proof that there is none.

``bounds`` decides almost everybody first; OR-Tools CP-SAT (Apache-2.0, loaded only here) decides the rest by a cut-off model: per group
the ranks of its applicants, "rank i would still be admitted" as falling literals. One worker and a fixed seed: the same input gives the
same result. Everything found is checked by definition before it leaves (``verify`` does it again with other code).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING, Final, Literal

from stadtkern.casework.kita.allocation.bounds import Groups, Interval, enclose, groups_of, needs
from stadtkern.casework.kita.allocation.families import Search
from stadtkern.casework.kita.allocation.market import Market

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Outcome = Literal["found", "impossible", "unknown"]
TRIALS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """``held[f]``: wish or -1, empty unless ``outcome`` is ``found``. ``proven``: nothing better exists."""

    outcome: Outcome
    held: list[int]
    proven: bool
    extra: list[tuple[int, int]]
    open_families: int


def most_placed(market: Market, seconds: float) -> Exact:
    """A stable result with the most children placed (of those the one with the lowest sum of wish numbers), or the proof of none."""
    ends = monotonic() + seconds
    groups = groups_of(market)
    interval = enclose(groups)
    if not interval.feasible:
        return Exact(outcome="impossible", held=[], proven=True, extra=[], open_families=0)
    model = _Model(groups, interval, groups.capacity)
    return model.best(market, ends)


def fewest_extra_seats(market: Market, seconds: float) -> Exact:
    """The fewest seats to add, at groups that families with several children wish for, so that a stable result exists.

    To be asked after the proof that none exists: then one seat that settles the search is the fewest already.
    """
    ends = monotonic() + seconds
    groups = groups_of(market)
    one = _one_seat(market, groups, ends)
    if one is not None:
        return one
    touched = {
        group
        for family, wishes in enumerate(groups.wishes)
        if not groups.single[family]
        for wish in wishes
        for group, _ in wish
    }
    step = max((len(members) for members in market.families), default=1)
    found = _within(market, groups, touched, step, ends)
    while found.outcome == "impossible" and step < market.children:
        step *= 2
        found = _within(market, groups, touched, step, ends)
    if found.proven and len(found.extra) > step + 1:
        # more seats than that in one group were not allowed, and could do with fewer in all
        found = _within(market, groups, touched, len(found.extra) - 1, ends)
    return found


def _within(market: Market, groups: Groups, touched: set[int], step: int, ends: float) -> Exact:
    """The fewest seats with at most ``step`` of them in one group."""
    most = [count + (step if group in touched else 0) for group, count in enumerate(groups.capacity)]
    interval = enclose(groups, most)
    if not interval.feasible:
        return Exact(outcome="impossible", held=[], proven=True, extra=[], open_families=0)
    return _Model(groups, interval, most).fewest(ends)


def _one_seat(market: Market, groups: Groups, ends: float) -> Exact | None:
    """Tries one more seat where the restless families want it, with the fast search."""
    search = Search(market)
    settled = search.run()
    if not settled.blocking:
        return None
    tried: set[int] = set()
    budget = max(2_000, 2 * market.children)
    for family in [*settled.restless, *settled.blocking]:
        for wish in groups.wishes[family]:
            for group, _ in wish:
                if group in tried or len(tried) >= TRIALS or monotonic() > ends:
                    continue
                tried.add(group)
                seat = (group // groups.classes, group % groups.classes)
                found = Search(market.with_seats([seat])).run(budget)
                if not found.blocking:
                    return Exact(outcome="found", held=found.held, proven=True, extra=[seat], open_families=0)
    return None


class _Model:
    """The cut-off model over the families that are still open."""

    def __init__(self, groups: Groups, interval: Interval, most: Sequence[int]) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.groups, self.interval = groups, interval
        self.model = cp_model.CpModel()
        self.holds: list[dict[int, cp_model.IntVar]] = []
        for family, wishes in enumerate(interval.allowed):
            if len(wishes) == 1:
                self.holds.append({})
                continue
            literals = {turn: self.model.new_bool_var(f"w{family}_{turn}") for turn in wishes}
            self.model.add_exactly_one(literals.values())
            self.holds.append(literals)
        self.extra = {
            group: self.model.new_int_var(0, limit - groups.capacity[group], f"e{group}")
            for group, limit in enumerate(most)
            if limit > groups.capacity[group]
        }
        self.open = interval.open_families()
        self._collect()
        self.cut: dict[tuple[int, int], cp_model.IntVar] = {}
        self._groups()
        for family in range(len(interval.allowed)):
            if groups.single[family]:
                self._single_is_content(family)
            else:
                self._family_is_content(family)

    def _collect(self) -> None:
        """Per group who may sit there: key -> (family, literals); no literals means surely."""
        self.members: list[dict[int, tuple[int, list[cp_model.IntVar]]]] = [{} for _ in self.groups.capacity]
        for family, wishes in enumerate(self.interval.allowed):
            for turn in wishes:
                if turn == len(self.groups.wishes[family]):
                    continue
                for group, key in self.groups.wishes[family][turn]:
                    entry = self.members[group].setdefault(key, (family, []))
                    if len(wishes) > 1:
                        entry[1].append(self.holds[family][turn])

    def _seats(self, group: int) -> cp_model.LinearExprT:
        extra = self.extra.get(group)
        return self.groups.capacity[group] if extra is None else self.groups.capacity[group] + extra

    def _sum(self, group: int, above: int | None = None, without: int = -1) -> cp_model.LinearExprT:
        """How many children sit in a group (only those before key ``above``, only of other families)."""
        fixed, literals = 0, []
        for key, (family, maybe) in self.members[group].items():
            if family == without or (above is not None and key < above):
                continue
            if maybe:
                literals += maybe
            else:
                fixed += 1
        return self.cp.LinearExpr.sum(literals) + fixed if literals else fixed

    def _groups(self) -> None:
        """Nobody over the seats; cut-offs where a single child is open (or seats may be added)."""
        cutters: dict[int, set[int]] = {}
        for family, wishes in enumerate(self.interval.allowed):
            if self.groups.single[family]:
                last = wishes[-1]
                for turn in wishes:
                    if turn < last:
                        group, key = self.groups.wishes[family][turn][0]
                        cutters.setdefault(group, set()).add(key)
        for group, members in enumerate(self.members):
            if any(maybe for _, maybe in members.values()) or group in self.extra:
                self.model.add(self._sum(group) <= self._seats(group))
        for group, keys in cutters.items():
            self._cut_offs(group, sorted(keys, reverse=True))

    def _cut_offs(self, group: int, keys: Sequence[int]) -> None:
        """``cut[group, key]``: a child with this key would be admitted."""
        model = self.model
        for key in keys:
            self.cut[group, key] = model.new_bool_var(f"y{group}_{key}")
        for above, below in pairwise(keys):
            model.add_implication(self.cut[group, below], self.cut[group, above])
        ranked = sorted(self.members[group], reverse=True)
        at = 0
        for key in ranked:
            while at < len(keys) and keys[at] > key:
                at += 1
            # the next cutter at or above this member
            index = at if at < len(keys) and keys[at] == key else at - 1
            if index < 0:
                continue
            literal = self.cut[group, keys[index]]
            _, maybe = self.members[group][key]
            if maybe:
                for sits in maybe:
                    model.add_implication(sits, literal)
            else:
                model.add(literal == 1)
        model.add(self._sum(group) >= self._seats(group)).only_enforce_if(~self.cut[group, keys[-1]])

    def _better(self, family: int, turn: int) -> list[cp_model.IntVar] | None:
        """Literals for "holds this wish or a better one"; None if that is sure."""
        wishes = self.interval.allowed[family]
        if len(wishes) == 1:
            return None if wishes[0] <= turn else []
        return [literal for held, literal in self.holds[family].items() if held <= turn]

    def _single_is_content(self, family: int) -> None:
        wishes = self.interval.allowed[family]
        for turn in wishes[:-1]:
            group, key = self.groups.wishes[family][turn][0]
            better = self._better(family, turn)
            if better is not None:
                self.model.add_bool_or([*better, ~self.cut[group, key]])

    def _family_is_content(self, family: int) -> None:
        """A better wish is held, or some Kita of it has enough stronger children of others."""
        last = self.interval.allowed[family][-1]
        for turn in range(last):
            better = self._better(family, turn)
            if better is None:
                continue
            witnesses: list[cp_model.IntVar] = []
            sure = False
            for group, (weakest, count) in needs(self.groups.wishes[family][turn]).items():
                witness = self._witness(family, group, weakest, count)
                if isinstance(witness, bool):
                    sure = sure or witness
                else:
                    witnesses.append(witness)
            if not sure:
                self.model.add_bool_or([*better, *witnesses])

    def _witness(self, family: int, group: int, weakest: int, count: int) -> cp_model.IntVar | bool:
        """A literal that implies "full for this wish"; True if that is sure, False if it cannot be."""
        fixed = maybe = 0
        for key, (other, literals) in self.members[group].items():
            if other != family and key >= weakest:
                if literals:
                    maybe += 1
                else:
                    fixed += 1
        needed = self.groups.capacity[group] - count + 1
        if group not in self.extra:
            if fixed >= needed:
                return True
            if fixed + maybe < needed:
                return False
        literal = self.model.new_bool_var(f"z{family}_{group}_{weakest}")
        seats = self._seats(group)
        self.model.add(self._sum(group, weakest, family) >= seats - (count - 1)).only_enforce_if(literal)
        return literal

    def best(self, market: Market, ends: float) -> Exact:
        """Most children placed, then the lowest sum of wish numbers."""
        placed = [
            (
                sum(kita >= 0 for kita in market.places[f][turn]) if turn < len(market.places[f]) else 0,
                literal,
            )
            for f in self.open
            for turn, literal in self.holds[f].items()
        ]
        total = sum(count * literal for count, literal in placed)
        if placed:
            self.model.maximize(total)
        solver, status = self._solve(ends)
        if status == self.cp.INFEASIBLE:
            return self._answer("impossible", None, proven=True)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return self._answer("unknown", None, proven=False)
        proven = status == self.cp.OPTIMAL
        held = self._held(solver)
        if proven and placed:
            self.model.add(total == round(solver.objective_value))
            self.model.minimize(
                sum(turn * literal for f in self.open for turn, literal in self.holds[f].items())
            )
            solver, status = self._solve(ends)
            if status in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                held = self._held(solver)
        return self._answer("found", held, proven=proven)

    def fewest(self, ends: float) -> Exact:
        """Fewest extra seats."""
        self.model.minimize(sum(self.extra.values()))
        solver, status = self._solve(ends)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            infeasible = status == self.cp.INFEASIBLE
            return self._answer("impossible" if infeasible else "unknown", None, proven=infeasible)
        extra = [
            (group // self.groups.classes, group % self.groups.classes)
            for group, variable in self.extra.items()
            for _ in range(solver.value(variable))
        ]
        found = self._answer("found", self._held(solver), proven=status == self.cp.OPTIMAL)
        return Exact(
            outcome="found",
            held=found.held,
            proven=found.proven,
            extra=extra,
            open_families=found.open_families,
        )

    def _solve(self, ends: float) -> tuple[cp_model.CpSolver, object]:
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = max(0.1, ends - monotonic())
        return solver, solver.solve(self.model)

    def _held(self, solver: cp_model.CpSolver) -> list[int]:
        held = []
        for family, wishes in enumerate(self.interval.allowed):
            turn = (
                wishes[0]
                if len(wishes) == 1
                else next(t for t, v in self.holds[family].items() if solver.value(v))
            )
            held.append(turn if turn < len(self.groups.wishes[family]) else -1)
        return held

    def _answer(self, outcome: Outcome, held: list[int] | None, *, proven: bool) -> Exact:
        return Exact(outcome=outcome, held=held or [], proven=proven, extra=[], open_families=len(self.open))
