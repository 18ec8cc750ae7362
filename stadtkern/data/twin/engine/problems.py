"""What is wrong in a source: a stable code, the building, the place, a German sentence. Counted in full, listed up to a limit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from stadtkern.kernel.strict_reading import InputRefused

LISTED: Final = 500
Severity = Literal["error", "warning", "hint"]

# error: something was left out. warning: taken over, but check it. hint: only said.
SEVERITIES: Final[dict[str, Severity]] = {
    "coordinates-unreadable": "error",
    "face-without-area": "error",
    "face-not-simple": "warning",
    "face-not-flat": "hint",
    "face-two-dimensional": "error",
    "face-too-long": "error",
    "face-repeated": "warning",
    "face-reversed": "warning",
    "ring-not-closed": "warning",
    "solid-open": "warning",
    "solid-inside-out": "warning",
    "reference-missing": "error",
    "building-without-geometry": "error",
    "building-repeated": "error",
    "building-outside": "error",
    "part-without-building": "warning",
    "id-missing": "warning",
    "number-unreadable": "warning",
    "height-missing": "hint",
    "height-differs": "warning",
    "height-system-differs": "warning",
    "height-system-unknown": "hint",
    "height-implausible": "warning",
    "crs-missing": "warning",
    "crs-differs": "warning",
    "axes-swapped": "warning",
    "zone-prefix": "hint",
    "object-skipped": "hint",
    "geometry-skipped": "warning",
}


class SourceRefused(InputRefused):
    """The file as a whole cannot be taken; ``place`` begins with the file and, where known, line and column."""

    code = "twin-source-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding."""

    code: str
    building: str
    place: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {
            "code": self.code,
            "severity": SEVERITIES[self.code],
            "building": self.building,
            "place": self.place,
            "message": self.message,
        }


@dataclass(slots=True)
class Problems:
    """Collects findings: every one is counted, the first of each code up to a limit are listed."""

    listed: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, code: str, message: str, *, building: str = "", place: str = "") -> None:
        assert code in SEVERITIES, code
        self.counts[code] += 1
        if self.counts[code] <= LISTED:
            self.listed.append(Problem(code=code, building=building, place=place, message=message))

    def as_json(self) -> list[dict[str, Any]]:
        """The listed ones; where more were found than listed, one line says how many."""
        found: list[dict[str, Any]] = [problem.as_json() for problem in self.listed]
        for code, count in sorted(self.counts.items()):
            if count > LISTED:
                found.append(
                    {
                        "code": code,
                        "severity": SEVERITIES[code],
                        "building": "",
                        "place": "",
                        "message": f"{count - LISTED} weitere dieser Art",
                    }
                )
        return found
