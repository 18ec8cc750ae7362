"""Providers, Kitas and seats of the demo city."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from stadtkern.casework.kita.demo.ground import Ground
from stadtkern.casework.kita.demo.names import ADULTS, CATHOLIC, PROTESTANT, THINGS
from stadtkern.casework.kita.demo.shapes import DemoFacility, DemoProvider, DemoSeats

UNDER_TWO: Final = 1_123
FROM_TWO: Final = 8_284
CHILDMINDERS: Final = 68
CHILDMINDER_SEATS: Final = 317  # with them 9,724 places, the figure planned for the end of 2026

INITIATIVES: Final = 16
CONCEPTS: Final = (
    "montessori",
    "wald",
    "bewegung",
    "waldorf",
    "offen",
    "situation",
    "sprache",
    "inklusion",
)

# kind -> (Kitas, average size, share of seats under two)
_KINDS: Final = {
    "city": (62, 86, 0.12),
    "catholic": (24, 72, 0.09),
    "protestant": (17, 66, 0.10),
    "welfare": (9, 70, 0.15),
    "initiative": (INITIATIVES, 24, 0.35),
    "company": (4, 45, 0.40),
}
_PROVIDER: Final = {
    "city": "stadt",
    "catholic": "kath-verbund",
    "protestant": "ev-verbund",
    "welfare": "wohlfahrt",
    "company": "klinik",
}


def providers() -> list[DemoProvider]:
    """The city with a mandate, two church associations, a welfare association, a hospital, initiatives at every level, childminders."""
    found = [
        _provider("stadt", "Landeshauptstadt Mainz, Amt für Jugend und Familie", "city", 4),
        _provider("kath-verbund", "Katholischer Kita-Verbund (Demo)", "catholic", 3, "KDG"),
        _provider("ev-verbund", "Evangelischer Kita-Verbund (Demo)", "protestant", 3, "DSG-EKD"),
        _provider("wohlfahrt", "Wohlfahrtsverband Rheinhessen (Demo)", "welfare", 3),
        _provider("klinik", "Betriebs-Kitas Klinikum (Demo)", "company", 2),
        _provider("tagespflege", "Kindertagespflege der Stadt (Demo)", "childminder", 4),
    ]
    levels = (3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0)
    for number, level in enumerate(levels, 1):
        found.append(
            _provider(
                f"initiative-{number:02}", f"Elterninitiative {number} e. V. (Demo)", "initiative", level
            )
        )
    return found


def _provider(key: str, name: str, kind: str, level: int, regime: str = "DSGVO") -> DemoProvider:
    return DemoProvider(key=key, name=name, kind=kind, level=level, privacy_regime=regime)


def facilities(r: Random, ground: Ground) -> list[DemoFacility]:
    """132 Kitas and 68 childminders; the seats add up to the published totals exactly."""
    kinds = [kind for kind, (count, _, _) in _KINDS.items() for _ in range(count)]
    sizes = [_KINDS[kind][1] * r.uniform(0.6, 1.5) for kind in kinds]
    young = shared_out([size * _KINDS[kind][2] for size, kind in zip(sizes, kinds, strict=True)], UNDER_TWO)
    old = shared_out(
        [size * (1 - _KINDS[kind][2]) for size, kind in zip(sizes, kinds, strict=True)], FROM_TWO
    )
    names = _names(r, kinds)
    found = []
    numbers: dict[str, int] = {}
    for kind, name, under, over in zip(kinds, names, young, old, strict=True):
        numbers[kind] = numbers.get(kind, 0) + 1
        key = f"{kind}-{numbers[kind]:02}"
        provider = key if kind == "initiative" else _PROVIDER[kind]
        found.append(_facility(r, ground, key, provider, name, "kita", _seats(r, under, over)))
    for number, count in enumerate(
        shared_out([r.uniform(0.8, 1.2) for _ in range(CHILDMINDERS)], CHILDMINDER_SEATS), 1
    ):
        seats = [_class("Tagespflege", 2, 36, 9, count, 1.0)]
        name = f"Tagespflege {ADULTS[number % len(ADULTS)]} {chr(65 + number % 26)}."
        found.append(
            _facility(r, ground, f"tagespflege-{number:02}", "tagespflege", name, "childminder", seats)
        )
    return found


def shared_out(weights: Sequence[float], total: int) -> list[int]:
    """A whole number for each weight with this sum (largest remainders; the first wins a tie)."""
    scale = total / sum(weights)
    found = [int(weight * scale) for weight in weights]
    rest = sorted(range(len(weights)), key=lambda at: (found[at] - weights[at] * scale, at))
    for at in rest[: total - sum(found)]:
        found[at] += 1
    return found


def _names(r: Random, kinds: Sequence[str]) -> list[str]:
    things = [name.replace("_", " ") for name in THINGS]
    r.shuffle(things)
    pools = {"catholic": iter(CATHOLIC), "protestant": iter(PROTESTANT)}
    rest = iter(things * 2)
    seen: dict[str, int] = {}
    found = []
    for kind in kinds:
        name = f"Kita {next(pools.get(kind, rest))}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    found[0] = "Kita Goldgrube"  # where the head of the demo works
    return found


def _facility(
    r: Random, ground: Ground, key: str, provider: str, name: str, kind: str, seats: list[DemoSeats]
) -> DemoFacility:
    spot = ground.point(r, ground.district(r))
    street, postcode = ground.address(r, spot)
    longest = max(seat.max_hours for seat in seats)
    return DemoFacility(
        key=key,
        provider=provider,
        name=name,
        kind=kind,
        spot=spot,
        street=street,
        postcode=postcode,
        opens="07:00" if longest >= 9 else "07:30",
        closes="17:00" if longest >= 9 else "15:00",
        lunch=kind == "kita" or r.random() < 0.7,
        concepts=sorted(r.sample(CONCEPTS, r.choice((1, 1, 2)))),
        languages=sorted({"de", *r.choices(("en", "fr", "tr", "uk", "de"), k=1)}),
        quality=round(r.betavariate(3, 2), 3),
        seats=seats,
    )


def _seats(r: Random, under: int, over: int) -> list[DemoSeats]:
    """Seats under two and from two, by hours; some Kitas have flexible ones and seats for integration."""
    staffed = r.choice((1.0, 1.0, 1.0, 0.97, 0.93, 0.85))
    flexible = under // 3 if r.random() < 0.35 else 0
    under -= flexible
    long_under = round(under * r.uniform(0.4, 0.9))
    integration = round(over * 0.08) if r.random() < 0.4 else 0
    long_over = round((over - integration) * r.uniform(0.35, 0.8))
    rows = [
        ("unter 2, bis 9 Stunden", 2, 24, 9, "", long_under),
        ("unter 2, bis 7 Stunden", 2, 24, 7, "", under - long_under),
        ("1 bis 3, bis 9 Stunden", 12, 36, 9, "", flexible),
        ("ab 2, bis 9 Stunden", 24, 84, 9, "", long_over),
        ("ab 2, bis 7 Stunden", 24, 84, 7, "", over - integration - long_over),
        ("Integration, bis 9 Stunden", 24, 84, 9, "integration", integration),
    ]
    return [
        _class(name, lowest, highest, hours, count, staffed, tag)
        for name, lowest, highest, hours, tag, count in rows
        if count
    ]


def _class(
    name: str, lowest: int, highest: int, hours: int, count: int, staffed: float, tag: str = ""
) -> DemoSeats:
    return DemoSeats(
        name=name,
        from_months=lowest,
        to_months=highest,
        max_hours=hours,
        tag=tag,
        permitted=count,
        planned=count,
        staffed=round(count * staffed),
    )
