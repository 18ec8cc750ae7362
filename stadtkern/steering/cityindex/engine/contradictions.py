"""Facts that cannot all be true. Published scores are rounded, but rounding never turns an order round: a larger published score
belongs to a larger true one. Equal scores may have different ranks, for ranks come from unrounded scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stadtkern.steering.cityindex.engine.facts import EditionFacts, Fact, Span

Kind = Literal["change claim", "rank order", "threshold", "count"]
TOTAL: Final = "total"
TOP: Final = 10
ROUNDING: Final = 0.15  # three values rounded to one decimal: two scores and the claimed difference
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What is wrong, in which rows (the header is row 1), and a sentence for people."""

    kind: Kind
    rows: tuple[int, ...]
    text: str


def contradictions(facts: Sequence[Fact], editions: Mapping[int, EditionFacts]) -> list[Contradiction]:
    """All contradictions, in the order of their first row."""
    found = [
        *_change_claims(facts, editions),
        *_rank_orders(facts),
        *_thresholds(facts, editions),
        *_counts(facts, editions),
    ]
    return sorted(found, key=lambda item: (item.rows, item.kind))


def _change_claims(facts: Sequence[Fact], editions: Mapping[int, EditionFacts]) -> Iterator[Contradiction]:
    """A claimed change against the two values it is the difference of; and two cities that claim the same former rank."""
    known = {(fact.year, fact.scope, fact.city): fact for fact in facts}
    former: dict[tuple[int, str, int], Fact] = {}
    for fact in facts:
        before = known.get((fact.year - 1, fact.scope, fact.city))
        yield from _score_claim(fact, before)
        if fact.rank_change is None or fact.rank is None or not fact.rank.exact:
            continue
        claimed = int(fact.rank.low) + fact.rank_change
        edition = editions.get(fact.year - 1)
        if (
            before is not None
            and before.rank is not None
            and not before.rank.low <= claimed <= before.rank.high
        ):
            yield Contradiction(
                kind="change claim",
                rows=(before.row, fact.row) if before.row < fact.row else (fact.row, before.row),
                text=f"{fact.city}, {fact.scope}: Rang {_show(fact.rank)} im Jahr {fact.year} bei {fact.rank_change:+d} hieße Rang {claimed} "
                f"im Jahr davor, veröffentlicht ist {_show(before.rank)}.",
            )
        elif claimed < 1 or (edition is not None and edition.cities is not None and claimed > edition.cities):
            yield Contradiction(
                kind="change claim",
                rows=(fact.row,),
                text=f"{fact.city}, {fact.scope}: Rang {_show(fact.rank)} im Jahr {fact.year} bei {fact.rank_change:+d} hieße Rang {claimed} "
                "im Jahr davor; den gab es nicht.",
            )
        other = former.setdefault((fact.year, fact.scope, claimed), fact)
        if other is not fact:
            yield Contradiction(
                kind="change claim",
                rows=(other.row, fact.row),
                text=f"{other.city} und {fact.city}, {fact.scope}: beide Veränderungen bis {fact.year} führen auf denselben Rang {claimed} "
                "im Jahr davor.",
            )


def _score_claim(fact: Fact, before: Fact | None) -> Iterator[Contradiction]:
    if fact.score_change is None or fact.score is None or before is None or before.score is None:
        return
    least, most = fact.score.low - before.score.high, fact.score.high - before.score.low
    if not least - ROUNDING - _SLACK <= fact.score_change <= most + ROUNDING + _SLACK:
        yield Contradiction(
            kind="change claim",
            rows=tuple(sorted((before.row, fact.row))),
            text=f"{fact.city}, {fact.scope}: behauptet sind {_signed(fact.score_change)} Punkte bis {fact.year}, "
            f"aus {_show(before.score)} und {_show(fact.score)} ergeben sich {_signed(fact.score.low - before.score.low)}.",
        )


def _rank_orders(facts: Sequence[Fact]) -> Iterator[Contradiction]:
    """Within an area of an edition: a better rank with a smaller score, or one rank for two different scores.

    Rows are walked by rank; every row is compared with the nearest better-ranked row whose score it exceeds, so that one wrong
    value does not repeat itself over the whole table.
    """
    for rows in _by_scope(facts).values():
        ranked = [fact for fact in rows if fact.rank is not None and fact.score is not None]
        ranked.sort(key=lambda fact: (_rank(fact).low, _rank(fact).high, fact.row))
        for at, fact in enumerate(ranked):
            for better in reversed(ranked[:at]):
                if _rank(better).high < _rank(fact).low and _score(better).high < _score(fact).low:
                    yield _order(better, fact)
                    break
                if _rank(better) == _rank(fact) and _rank(fact).exact and _apart(better, fact):
                    yield _same(better, fact)
                    break


def _apart(one: Fact, other: Fact) -> bool:
    return _score(one).high < _score(other).low or _score(other).high < _score(one).low


def _order(better: Fact, fact: Fact) -> Contradiction:
    return Contradiction(
        kind="rank order",
        rows=tuple(sorted((better.row, fact.row))),
        text=f"{fact.scope} {fact.year}: {better.city} steht mit {_show(better.score)} Punkten auf Rang {_show(better.rank)}, "
        f"{fact.city} mit {_show(fact.score)} Punkten auf dem schlechteren Rang {_show(fact.rank)}.",
    )


def _same(one: Fact, other: Fact) -> Contradiction:
    return Contradiction(
        kind="rank order",
        rows=tuple(sorted((one.row, other.row))),
        text=f"{one.scope} {one.year}: {one.city} ({_show(one.score)} Punkte) und {other.city} ({_show(other.score)} Punkte) "
        f"stehen beide auf Rang {_show(one.rank)}.",
    )


def _thresholds(facts: Sequence[Fact], editions: Mapping[int, EditionFacts]) -> Iterator[Contradiction]:
    """The lowest score of the ten best and the leader's score, against every total of that year."""
    for fact in facts:
        edition = editions.get(fact.year)
        if edition is None or fact.scope != TOTAL or fact.score is None:
            continue
        least, top = edition.threshold, edition.leader_score
        if least is not None and fact.rank is not None:
            inside = fact.rank.high <= TOP and fact.score.high < least
            outside = fact.rank.low > TOP and fact.score.low > least
            if inside or outside:
                yield Contradiction(
                    kind="threshold",
                    rows=(fact.row,),
                    text=f"{fact.city} {fact.year}: {_show(fact.score)} Punkte auf Rang {_show(fact.rank)}, "
                    f"die Schwelle der besten {TOP} liegt bei {_number(least)}.",
                )
        if top is not None and (
            fact.score.low > top or (fact.rank is not None and fact.rank.high == 1 and fact.score.high < top)
        ):
            yield Contradiction(
                kind="threshold",
                rows=(fact.row,),
                text=f"{fact.city} {fact.year}: {_show(fact.score)} Punkte, die Spitze ({edition.leader}) liegt bei {_number(top)}.",
            )


def _counts(facts: Sequence[Fact], editions: Mapping[int, EditionFacts]) -> Iterator[Contradiction]:
    """No rank beyond the number of cities, and not more cities than there are."""
    for (year, scope), rows in _by_scope(facts).items():
        edition = editions.get(year)
        if edition is None or edition.cities is None:
            continue
        for fact in rows:
            if fact.rank is not None and fact.rank.low > edition.cities:
                yield Contradiction(
                    kind="count",
                    rows=(fact.row,),
                    text=f"{fact.city}, {scope} {year}: Rang {_show(fact.rank)} bei nur {edition.cities} Städten.",
                )
        if len(rows) > edition.cities:
            yield Contradiction(
                kind="count",
                rows=tuple(fact.row for fact in rows),
                text=f"{scope} {year}: {len(rows)} Städte genannt, ausgewertet wurden {edition.cities}.",
            )


def edition_contradictions(editions: Mapping[int, EditionFacts]) -> list[Contradiction]:
    """Data points are cities times parameters; rows of the table of editions."""
    found = []
    for edition in editions.values():
        if None in (edition.cities, edition.parameters, edition.data_points):
            continue
        product = (edition.cities or 0) * (edition.parameters or 0)
        if product != edition.data_points:
            found.append(
                Contradiction(
                    kind="count",
                    rows=(edition.row,),
                    text=f"Ausgabe {edition.year}: {edition.cities} Städte mit {edition.parameters} Parametern sind {product} Datenpunkte, "
                    f"genannt sind {edition.data_points}.",
                )
            )
    return found


def _by_scope(facts: Sequence[Fact]) -> dict[tuple[int, str], list[Fact]]:
    found: dict[tuple[int, str], list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.year, fact.scope), []).append(fact)
    return found


def _rank(fact: Fact) -> Span:
    assert fact.rank is not None
    return fact.rank


def _score(fact: Fact) -> Span:
    assert fact.score is not None
    return fact.score


def _show(span: Span | None) -> str:
    if span is None:
        return "unbekannt"
    if span.exact:
        return _number(span.low)
    return f"{_number(span.low)} bis {_number(span.high)}"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace(".", ",")
