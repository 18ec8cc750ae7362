"""Judgements on plain values: who the child is, which month is possible, what a registration lacks. No database.

Messages are German ids of the catalogues of texts (``gettext_noop``); pages translate them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext_noop

MOST_WISHES = 12
ADVISED_WISHES = 5
HOURS = (5, 7, 9, 10)
MONTHS_AHEAD = 30
CONFIRM_EVERY = timedelta(days=182)
ANSWER_WITHIN = timedelta(days=28)
DETOUR = 1.3  # ways in towns are about this much longer than the straight line
METRES_A_MINUTE = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is missing or wrong, at which field, in words for the parent."""

    field: str
    code: str
    message: str
    kita: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in a language, with the name of the Kita it speaks of."""
        return translate(self.message).replace("%(kita)s", self.kita)


def problem(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)


# --- the child ---------------------------------------------------------------------------------------------------


def identity(given: str, family: str, day: date) -> str:
    """The same for one child however it is typed: without accents, case, hyphens and double spaces, with its day."""
    return "|".join([_plain(family), _plain(given), day.isoformat()])


def _plain(text: str) -> str:
    lowered = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    bare = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.translate(_LETTERS)))


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def months_between(day: date, until: date) -> int:
    """Full months from one day to another (negative before it)."""
    months = (until.year - day.year) * 12 + until.month - day.month
    return months - (until.day < day.day)


def school_start(birth: date) -> date:
    """The first day that a child must go to school: six by 31 August, then from 1 August (§ 58 SchulG RLP)."""
    year = birth.year + 6 + ((birth.month, birth.day) > (8, 31))
    return date(year, 8, 1)


def claim_on(birth: date) -> date:
    """The first birthday: from then on there is a claim to a place (§ 24 SGB VIII)."""
    try:
        return birth.replace(year=birth.year + 1)
    except ValueError:
        return date(birth.year + 1, 3, 1)


def first_of(day: date) -> date:
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The first of the month that lies ``months`` later."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def start_months(today: date, count: int = MONTHS_AHEAD) -> list[date]:
    """Months in which a place may begin, the next one first."""
    return [add_months(today, ahead) for ahead in range(1, count + 1)]


def child_problems(
    *, given: str, family: str, birth: date | None, expected: date | None, today: date
) -> list[Problem]:
    """What is wrong with the child as it was entered."""
    found = []
    if not family.strip():
        found.append(
            problem(
                "child_family", "missing", gettext_noop("Bitte geben Sie den Familiennamen des Kindes an.")
            )
        )
    if birth is not None and not given.strip():
        found.append(
            problem("child_given", "missing", gettext_noop("Bitte geben Sie die Vornamen des Kindes an."))
        )
    if birth is None and expected is None:
        found.append(
            problem(
                "birth",
                "missing",
                gettext_noop("Bitte geben Sie das Geburtsdatum an, oder den errechneten Termin."),
            )
        )
    if birth is not None and birth > today:
        found.append(
            problem(
                "birth",
                "unborn",
                gettext_noop(
                    "Dieser Tag liegt in der Zukunft. Ist Ihr Kind noch nicht geboren? Dann wählen Sie „noch nicht geboren“."
                ),
            )
        )
    if expected is not None and birth is None:
        if expected < today - timedelta(days=21):
            found.append(
                problem(
                    "birth",
                    "born",
                    gettext_noop(
                        "Dieser Tag ist vorbei. Herzlichen Glückwunsch! Bitte wählen Sie „schon geboren“ und geben Sie das Geburtsdatum an."
                    ),
                )
            )
        if expected > today + timedelta(days=300):
            found.append(
                problem(
                    "birth", "too-far", gettext_noop("Der errechnete Termin liegt zu weit in der Zukunft.")
                )
            )
    return found  # fmt: skip


def need_problems(
    *, start: date | None, latest: date | None, born: date | None, today: date, hours: int | None
) -> list[Problem]:
    """What is wrong with the month and the hours. ``born`` is the day of birth, or the expected one."""
    found = []
    if start is None:
        found.append(
            problem(
                "start", "missing", gettext_noop("Bitte wählen Sie, ab welchem Monat Sie den Platz brauchen.")
            )
        )
    elif start <= today:
        found.append(
            problem(
                "start",
                "past",
                gettext_noop("Dieser Monat hat schon begonnen. Bitte wählen Sie einen späteren."),
            )
        )
    elif born is not None and start < born:
        found.append(
            problem(
                "start",
                "unborn",
                gettext_noop("Dann ist Ihr Kind noch nicht geboren. Bitte wählen Sie einen späteren Monat."),
            )
        )
    elif born is not None and start >= school_start(born):
        found.append(
            problem(
                "start",
                "too-old",
                gettext_noop(
                    "Dann geht Ihr Kind schon zur Schule. Für die Zeit nach dem Unterricht gibt es Ganztagsschule und Hort."
                ),
            )
        )
    elif start > add_months(today, MONTHS_AHEAD):
        found.append(
            problem("start", "too-far", gettext_noop("So weit voraus können wir noch keine Plätze vergeben."))
        )
    if start is not None and latest is not None and latest < start:
        found.append(
            problem(
                "latest",
                "before-start",
                gettext_noop("„Spätestens ab“ liegt vor dem Monat, den Sie sich wünschen."),
            )
        )
    if hours is None or not 4 <= hours <= 12:
        found.append(
            problem(
                "hours",
                "missing",
                gettext_noop("Bitte wählen Sie, wie viele Stunden am Tag Ihr Kind betreut werden soll."),
            )
        )
    return found  # fmt: skip


# --- wishes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatKind:
    """Which children a seat takes: ages in months [from, to), hours at most, free from."""

    from_months: int
    to_months: int
    max_hours: int
    free_from: date | None = None

    def takes(self, *, months: int, hours: int, start: date) -> bool:
        """Whether a child of this age may sit here for these hours from this day on."""
        in_time = self.free_from is None or start >= self.free_from
        return in_time and hours <= self.max_hours and self.from_months <= months < self.to_months


@dataclass(frozen=True, slots=True, kw_only=True)
class KitaFacts:
    """What the rules need to know of a Kita that is wished."""

    key: str
    name: str
    takes_part: bool
    accepting_from: date | None
    closed: date | None
    seats: Sequence[SeatKind]


def is_open(*, takes_part: bool, accepting_from: date | None, today: date) -> bool:
    """Whether a Kita takes registrations through the platform today."""
    return takes_part and accepting_from is not None and accepting_from <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class WishEntry:
    """One ranked wish as typed: Kita by key, hours, first day."""

    key: str
    hours: int
    start: date


def wish_problem(kita: KitaFacts, wish: WishEntry, *, born: date, today: date) -> Problem | None:
    """Why a child cannot be registered at this Kita; None when it can."""
    if not kita.takes_part:
        return problem(
            "wishes",
            "not-participating",
            gettext_noop(
                "%(kita)s nimmt keine Anmeldungen über diese Seite an. Bitte fragen Sie dort direkt."
            ),
        )
    if kita.closed is not None and kita.closed <= wish.start:
        return problem(
            "wishes",
            "closed",
            gettext_noop("%(kita)s ist dann geschlossen. Bitte nehmen Sie eine andere Kita."),
        )
    if not is_open(takes_part=kita.takes_part, accepting_from=kita.accepting_from, today=today):
        return problem(
            "wishes", "not-accepting", gettext_noop("%(kita)s nimmt zurzeit keine Anmeldungen an.")
        )
    months = months_between(born, wish.start)
    if not any(seat.from_months <= months < seat.to_months for seat in kita.seats):
        return problem(
            "wishes",
            "age",
            gettext_noop("%(kita)s nimmt Kinder in dem Alter, das Ihr Kind dann hat, nicht auf."),
        )
    if not any(seat.takes(months=months, hours=wish.hours, start=wish.start) for seat in kita.seats):
        return problem(
            "wishes", "hours", gettext_noop("%(kita)s bietet so viele Stunden zu dieser Zeit nicht an.")
        )
    return None  # fmt: skip


def wish_problems(
    wishes: Sequence[WishEntry], kitas: Iterable[KitaFacts], *, born: date, today: date
) -> list[Problem]:
    """What is wrong with a ranked list."""
    if not wishes:
        return [problem("wishes", "none", gettext_noop("Bitte wählen Sie mindestens eine Kita."))]
    known = {kita.key: kita for kita in kitas}
    found = []
    if len(wishes) > MOST_WISHES:
        found.append(problem("wishes", "too-many", gettext_noop("Bitte wählen Sie höchstens zwölf Kitas.")))
    if len({(wish.key, wish.hours, wish.start) for wish in wishes}) < len(wishes):
        found.append(problem("wishes", "twice", gettext_noop("Ein Wunsch steht doppelt in Ihrer Liste.")))
    for wish in wishes:
        kita = known.get(wish.key)
        if kita is None:
            found.append(
                problem(
                    "wishes",
                    "unknown",
                    gettext_noop("Eine der Kitas gibt es nicht mehr. Bitte nehmen Sie sie aus der Liste."),
                )
            )
            continue
        wrong = wish_problem(kita, wish, born=born, today=today)
        if wrong is not None:
            found.append(replace(wrong, kita=kita.name))
    return found  # fmt: skip


# --- ways --------------------------------------------------------------------------------------------------------


def address(text: str) -> tuple[str, str] | None:
    """Street and house number of „Große Bleiche 12 a“; what stands after a comma does not matter."""
    match = re.fullmatch(r"(.{2,80}?)\s+(\d{1,4}\s*[a-zA-Z]?)(?:,.*)?", text.strip())
    return (match[1], match[2]) if match else None


def metres(from_: tuple[float, float], to: tuple[float, float]) -> int:
    """Straight line between two points (longitude, latitude) on a sphere of 6,371 km."""
    lon1, lat1, lon2, lat2 = (radians(part) for part in (*from_, *to))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * 6_371_000 * asin(sqrt(half)))


def walk_minutes(straight: int) -> int:
    """Minutes on foot: the straight line times ``DETOUR``. An estimate, and called so on every page."""
    return max(1, round(straight * DETOUR / METRES_A_MINUTE))
