"""What a run leaves: one JSON object, the same bytes for the same input (apart from ``seconds``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from stadtkern.kernel.canonical import canonical

FORMAT: Final = "kita-result-1"
ENGINE: Final = "stadtkern-kita-1"

Status = Literal["stable_exists", "no_stable_matching", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``assignment``: the Kita of each child or -1. ``optimal``: proven that no stable result places more children.

    ``wish``: per family the index of its wish or -1 (rounds with families only). ``extra_seats``: [Kita, age group] that have to
    be added. ``rule`` says which promise holds: ``child_optimal``, ``stable`` or ``largest_weakly_stable``.
    """

    status: Status
    assignment: Sequence[int]
    wish: Sequence[int] | None = None
    optimal: bool = False
    blocking: Sequence[int] = ()
    extra_seats: Sequence[tuple[int, int]] = ()
    rule: str = "child_optimal"
    notes: Sequence[str] = field(default=())

    @property
    def placed(self) -> int:
        """How many children have a Kita."""
        return sum(kita >= 0 for kita in self.assignment)

    def document(self, instance_digest: str, seconds: float) -> dict[str, object]:
        """As the command writes it; ``certificate`` binds the result to the bytes of the instance."""
        promise = self._promise()
        body = canonical({"instance": instance_digest, **promise})  # type: ignore[dict-item]
        return {
            "format": FORMAT,
            **promise,
            "certificate": {
                "engine": ENGINE,
                "instance_sha256": instance_digest,
                "result_sha256": hashlib.sha256(body).hexdigest(),
            },
            "seconds": round(seconds, 3),
        }

    def _promise(self) -> dict[str, object]:
        found: dict[str, object] = {
            "status": self.status,
            "rule": self.rule,
            "placed": self.placed,
            "optimal": self.optimal,
            "assignment": list(self.assignment),
        }
        if self.wish is not None:
            found["wish"] = list(self.wish)
        found["blocking"] = list(self.blocking)
        found["extra_seats"] = [list(pair) for pair in self.extra_seats]
        if self.notes:
            found["notes"] = list(self.notes)
        return found


def promise_digest(instance_digest: str, document: Mapping[str, object]) -> str:
    """The ``result_sha256`` that belongs to a document."""
    rest = {key: value for key, value in document.items() if key not in ("format", "certificate", "seconds")}
    return hashlib.sha256(canonical({"instance": instance_digest, **rest})).hexdigest()  # type: ignore[dict-item]


def write(document: Mapping[str, object]) -> str:
    """One line of JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
