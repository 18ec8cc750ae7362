"""A catalogue and its criteria, as they are read (``reading``) and executed (``points``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stadtkern.casework.kita.criteria.facts import SIBLING_FACTS

MOST_POINTS: Final = 10_000

Level = Literal["global", "provider", "facility"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in German, and in English if there is one."""

    de: str
    en: str = ""

    def in_language(self, language: str) -> str:
        return self.en if language == "en" and self.en else self.de


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose points these are: everybody's, those of a provider, those of one Kita (by key)."""

    level: Level = "global"
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The document asked for. Accepted, it holds ``valid_months`` (None: for good)."""

    label: Words
    valid_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """``points`` is FEEL over the facts; ``proof`` is None where nobody is asked for one: the platform knows (district), or the family's word counts."""

    id: str
    label: Words
    definition: Words
    legal_note: str
    points: str
    uses: Sequence[str]
    proof: Proof | None = None

    @property
    def confirmed_by_kita(self) -> bool:
        """It reads that a sibling is there and asks for no paper: then the Kita's word (or contract) is the proof."""
        return self.proof is None and not SIBLING_FACTS.isdisjoint(self.uses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One version, valid in [valid_from, valid_to). Versions of one ``id`` follow each other; a version never changes."""

    id: str
    version: int
    title: Words
    scope: Scope
    valid_from: date
    valid_to: date | None
    criteria: Sequence[Criterion]
    note: Words | None = None

    def holds(self, on: date) -> bool:
        """Whether this version is the valid one on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def counts_at(self, provider: str, facility: str) -> bool:
        """Whether its points count at this Kita."""
        return self.scope.level == "global" or self.scope.key == (
            provider if self.scope.level == "provider" else facility
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts its rules read, in the order of first use."""
        return tuple(dict.fromkeys(name for criterion in self.criteria for name in criterion.uses))


def valid_on(versions: Sequence[Catalogue], on: date) -> list[Catalogue]:
    """The valid version of each catalogue, global ones first, then those of providers, then of Kitas."""
    order = {"global": 0, "provider": 1, "facility": 2}
    found = [version for version in versions if version.holds(on)]
    return sorted(found, key=lambda c: (order[c.scope.level], c.scope.key, c.id, c.version))
