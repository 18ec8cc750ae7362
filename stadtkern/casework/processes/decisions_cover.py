"""Gaps, overlaps and unreachable rules of a decision table, each with an example case.

Every condition column is cut into the smallest parts that its cells can tell apart: the values that are named, and what lies
between them. One value of each part is given to the compiled cells themselves, so the analysis cannot disagree with the
engine. A cell that uses other values or functions may hold anywhere: nothing is claimed that depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from stadtkern.casework.processes.decisions_parts import Column, column_of, never, text_of_parts
from stadtkern.kernel.dmn import model as m

MAX_FOUND = 12
MAX_STEPS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Cases for which no rule holds: as cells of a rule that would close it, and one such case (label, FEEL value)."""

    cells: tuple[str, ...]
    example: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two rules (from 0) that hold in the same case; ``agree`` if they give the same results."""

    first: int
    second: int
    agree: bool
    example: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A rule (from 0) that never decides: its own conditions exclude each other, or the rules ``behind`` always win."""

    rule: int
    behind: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was found. ``unclear`` names columns (from 0) with cells that only a person can judge; ``complete`` is False
    where the table was too large to look at every case."""

    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    unclear: tuple[int, ...] = ()
    complete: bool = True

    @property
    def is_clean(self) -> bool:
        return self.complete and not (self.gaps or self.overlaps or self.unreachable)


class _TooMuch(Exception):
    pass


@dataclass(slots=True)
class _Search:
    """The table as bit sets: for each column and part the rules that surely hold, and those that may hold."""

    columns: tuple[Column, ...]
    steps: int = 0
    seen: set[tuple[int, int]] = field(default_factory=set)

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _TooMuch

    def uncovered(
        self, active: int, rules: Callable[[Column], list[int]], within: Callable[[int], Iterable[int]]
    ) -> Iterator[list[list[int]]]:
        """Boxes (parts per column) in which none of the active rules holds."""
        yield from self._down(0, active, [], rules, within)

    def _down(
        self,
        at: int,
        active: int,
        box: list[list[int]],
        rules: Callable[[Column], list[int]],
        within: Callable[[int], Iterable[int]],
    ) -> Iterator[list[list[int]]]:
        self.step()
        if not active:
            yield box + [list(within(n)) for n in range(at, len(self.columns))]
            return
        if at == len(self.columns) or (at, active) in self.seen:
            return
        empty = True
        masks = rules(self.columns[at])
        for group in _runs(within(at), masks, active):
            rest = active & masks[group[0]]
            for found in self._down(at + 1, rest, [*box, group], rules, within):
                empty = False
                yield found
        if empty:
            self.seen.add((at, active))


def _runs(parts: Iterable[int], masks: list[int], active: int) -> list[list[int]]:
    """Neighbouring parts in which the same rules hold."""
    groups: list[list[int]] = []
    for part in parts:
        if groups and groups[-1][-1] == part - 1 and masks[groups[-1][-1]] & active == masks[part] & active:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def analyse(table: m.DecisionTable, values: Mapping[str, tuple[str, ...]] | None = None) -> Coverage:
    """Everything that is certain about the table. ``values``: for an expression of a column its only possible texts."""
    columns = tuple(column_of(table, n, values or {}) for n in range(len(table.inputs)))
    unclear = tuple(n for n, column in enumerate(columns) if column.unclear)
    if not table.rules or not columns:
        return Coverage(unclear=unclear)
    search = _Search(columns)
    dead = tuple(n for n in range(len(table.rules)) if any(never(column, n) for column in columns))
    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    hidden: tuple[Unreachable, ...] = tuple(Unreachable(rule=n, behind=()) for n in dead)
    complete = True
    try:
        if not _has_default(table):
            gaps = _gaps(table, search)
        overlaps = _overlaps(table, columns)
        hidden += _hidden(table, columns, set(dead))
    except _TooMuch:
        complete = False
    return Coverage(gaps=gaps, overlaps=overlaps, unreachable=hidden, unclear=unclear, complete=complete)


def _has_default(table: m.DecisionTable) -> bool:
    return any(o.default.strip() for o in table.outputs) or table.aggregation == "COUNT"


def _gaps(table: m.DecisionTable, search: _Search) -> tuple[Gap, ...]:
    every = (1 << len(table.rules)) - 1
    columns = search.columns
    found: list[Gap] = []
    for box in search.uncovered(every, lambda c: c.may, lambda n: range(len(columns[n].parts))):
        found.append(
            Gap(
                cells=tuple(text_of_parts(c, parts) for c, parts in zip(columns, box, strict=True)),
                example=_example(table, columns, [parts[0] for parts in box]),
            )
        )
        if len(found) == MAX_FOUND:
            break
    return tuple(found)


def _overlaps(table: m.DecisionTable, columns: tuple[Column, ...]) -> tuple[Overlap, ...]:
    """Only where it is a mistake: one hit allowed, or several that contradict each other."""
    if table.hit_policy not in ("U", "A"):
        return ()
    found: list[Overlap] = []
    for second in range(1, len(table.rules)):
        for first in range(second):
            agree = _outputs(table, first) == _outputs(table, second)
            if table.hit_policy == "A" and agree:
                continue
            common = [_common(column, first, second) for column in columns]
            if all(part is not None for part in common):
                example = _example(table, columns, [part or 0 for part in common])
                found.append(Overlap(first=first, second=second, agree=agree, example=example))
                if len(found) == MAX_FOUND:
                    return tuple(found)
    return tuple(found)


def _outputs(table: m.DecisionTable, rule: int) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in table.rules[rule].outputs)


def _common(column: Column, first: int, second: int) -> int | None:
    """A part in which both rules hold for sure. The same unclear cell twice holds together, wherever that is."""
    both = 1 << first | 1 << second
    for part, mask in enumerate(column.surely):
        if mask & both == both:
            return part
    same = column.cells[first] == column.cells[second] and first in column.unclear
    return 0 if same else None


def _hidden(table: m.DecisionTable, columns: tuple[Column, ...], dead: set[int]) -> tuple[Unreachable, ...]:
    """Rules behind others that always win (hit policies F and P)."""
    found: list[Unreachable] = []
    for rule in range(len(table.rules)):
        stronger = [n for n in _stronger(table, rule) if n not in dead]
        if rule in dead or not stronger:
            continue
        active = sum(1 << n for n in stronger)
        search = _Search(columns)

        def within(at: int, rule: int = rule) -> list[int]:
            return [part for part, mask in enumerate(columns[at].may) if mask >> rule & 1]

        if next(search.uncovered(active, lambda c: c.surely, within), None) is None:
            behind = tuple(n for n in stronger if all(_meet(c, rule, n) for c in columns))
            found.append(Unreachable(rule=rule, behind=behind))
    return tuple(found)


def _meet(column: Column, rule: int, other: int) -> bool:
    return any(
        may >> rule & 1 and sure >> other & 1 for may, sure in zip(column.may, column.surely, strict=True)
    )


def _stronger(table: m.DecisionTable, rule: int) -> list[int]:
    if table.hit_policy == "F":
        return list(range(rule))
    if table.hit_policy != "P" or len(table.outputs) != 1:
        return []
    order = [text.strip() for text in table.outputs[0].values.split(",")]
    ranks = [
        order.index(out) if (out := o[0].strip()) in order else None
        for o in (r.outputs or ("",) for r in table.rules)
    ]
    own = ranks[rule]
    if own is None:
        return []
    return [n for n, rank in enumerate(ranks) if rank is not None and rank < own]


def _example(
    table: m.DecisionTable, columns: tuple[Column, ...], parts: list[int]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (clause.label or clause.text.strip(), column.parts[part].text)
        for clause, column, part in zip(table.inputs, columns, parts, strict=True)
    )
