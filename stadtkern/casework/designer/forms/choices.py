"""The values of a choice as lines of text: ``code | German | English``. A line with one part is the German text only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from stadtkern.casework.designer.forms.sheet import EditRefused, name_from
from stadtkern.casework.forms import definition as forms

MOST = 1_000


def written(values: Iterable[forms.Value], english: Mapping[str, object]) -> str:
    """The lines of the page."""
    lines = []
    for value in values:
        parts = [value.code, value.name, str(english.get(value.code, ""))]
        lines.append(" | ".join(parts if parts[2] else parts[:2]))
    return "\n".join(lines)


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    taken: set[str] = set()
    for line in text.splitlines():
        parts = [" ".join(part.split()) for part in line.split("|")]
        if not any(parts):
            continue
        if len(parts) == 1:
            parts = [name_from(parts[0], taken), parts[0]]
        taken.add(parts[0])
        yield parts[0], parts[1] or parts[0], parts[2] if len(parts) > 2 else ""


def parse(text: str) -> tuple[forms.Value, ...]:
    """The values. Raises ``EditRefused``: codes twice, none, or too many."""
    found = list(_lines(text))
    codes = [code for code, _name, _english in found]
    twice = next((code for code in codes if codes.count(code) > 1 or not code or len(code) > 200), None) if len(codes) <= MOST else ""  # fmt: skip
    if twice is not None:
        raise EditRefused("choices", f"Höchstens {MOST} Werte, jeder mit einem eigenen Kürzel vorn („{twice}“).", f"At most {MOST} values, each with a code of its own (“{twice}”).")  # fmt: skip
    return tuple(forms.Value(code=code, name=name) for code, name, _english in found)


def english_in(text: str) -> dict[str, str]:
    """The English names by code."""
    return {code: english for code, _name, english in _lines(text) if english}
