"""Answers as people read them: for the summary, the receipt, the desk and the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from stadtkern.casework.forms.diff import diff_values
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Datatype, Field, Group, Kind, Position
from stadtkern.casework.forms.values import (
    german_moment,
    german_number,
    parse_date,
    parse_datetime,
    parse_time,
)
from stadtkern.kernel import clock

YES_NO = {"de": ("Ja", "Nein"), "en": ("Yes", "No")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: its question, the value as text, the instance path. ``file_id`` when it is an upload."""

    label: str
    text: str
    path: str
    file_id: str = ""
    file: Mapping[str, Any] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter((self.label, self.text, self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """The answers of one group (or instance of a repeated group)."""

    label: str
    answers: tuple[Answer, ...]
    path: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter((self.label, list(self.answers)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One answer that changed between two submissions. ``kind`` added, removed or changed."""

    path: str
    group: str
    label: str
    kind: str
    old: str
    new: str


def groups_of(loaded: LoadedForm, values: Mapping[str, Any], language: str) -> list[AnswerGroup]:
    """Every answer that is there, by group, in the order of the form."""
    walk = _Walk(loaded, language)
    walk.children(loaded.form.children, values, "", loaded.title_in(language))
    return walk.groups()


class _Walk:
    def __init__(self, loaded: LoadedForm, language: str) -> None:
        self.loaded = loaded
        self.language = language
        self.found: dict[str, tuple[str, list[Answer]]] = {}

    def groups(self) -> list[AnswerGroup]:
        return [
            AnswerGroup(label=label, answers=tuple(answers), path=path)
            for path, (label, answers) in self.found.items()
            if answers
        ]

    def children(self, positions: tuple[Position, ...], values: Any, path: str, label: str) -> None:
        self.found.setdefault(path, (label, []))
        given = values if isinstance(values, Mapping) else {}
        for position in positions:
            value = given.get(position.id)
            inner = f"{path}/{position.id}" if path else position.id
            if value is None:
                continue
            if isinstance(position.element, Group):
                self._group(position, position.element, value, inner, label)
            else:
                self._field(position.element, value, path, inner)

    def _group(self, position: Position, group: Group, value: Any, path: str, above: str) -> None:
        label = self.loaded.label(group, self.language)
        if not position.repeated:
            self.children(group.children, value, path, label)
            return
        for i, item in enumerate(value if isinstance(value, list) else [value]):
            self.children(group.children, item, f"{path}[{i}]", f"{label} {i + 1}")

    def _field(self, field: Field, value: Any, group: str, path: str) -> None:
        if field.kind in (Kind.LABEL, Kind.HIDDEN):
            return
        answers = self.found[group][1]
        label = self.loaded.label(field, self.language)
        items = value if isinstance(value, list) else [value]
        for i, item in enumerate(items):
            at = f"{path}[{i}]" if isinstance(value, list) else path
            text = value_text(self.loaded, field, item, self.language)
            file = item if isinstance(item, Mapping) else None
            answers.append(
                Answer(
                    label=label,
                    text=text,
                    path=at,
                    file=file,
                    file_id=str(file.get("id", "")) if file else "",
                )
            )


def value_text(loaded: LoadedForm, field: Field, value: Any, language: str) -> str:
    """One stored value as text for people."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{value.get('name', '')} ({size_text(int(value.get('size', 0)), language)})"
    if isinstance(value, bool):
        yes, no = YES_NO["de" if language.startswith("de") else "en"]
        return yes if value else no
    if field.kind is Kind.SELECT or field.values or field.code_list is not None:
        return loaded.name_of_code(field, str(value), language)
    if isinstance(value, int | float):
        return number_text(field, value, language)
    return _moment_text(field, value, language) if isinstance(value, str) else str(value)


def number_text(field: Field, value: int | float, language: str) -> str:
    """A number in the writing of the language; money with two decimals."""
    money = field.datatype is Datatype.NUM_CURRENCY
    if not money:
        return german_number(value) if language.startswith("de") else f"{Decimal(repr(value)).normalize():,f}"
    english = f"{Decimal(repr(value)):,.2f}"
    if not language.startswith("de"):
        return f"€{english}"
    return english.replace(",", "\0").replace(".", ",").replace("\0", ".") + " €"


def _moment_text(field: Field, value: str, language: str) -> str:
    parsers: dict[Datatype, Any] = {
        Datatype.DATE: parse_date,
        Datatype.TIME: parse_time,
        Datatype.DATETIME: parse_datetime,
    }
    parser = parsers.get(field.datatype)
    moment: date | time | datetime | None = parser(value) if parser else None
    if moment is None:
        return value
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = clock.local(moment)
    if not language.startswith("de") and isinstance(moment, date):
        day = f"{moment.day} {moment:%B %Y}"
        return f"{day}, {moment:%H:%M}" if isinstance(moment, datetime) else day
    return german_moment(moment)


def size_text(size: int, language: str) -> str:
    """A size as people read it."""
    unit, number = ("MB", size / 1e6) if size >= 1_000_000 else ("kB", max(size, 1) / 1e3)
    text = f"{number:.1f}"
    return f"{text.replace('.', ',') if language.startswith('de') else text} {unit}"


def differences_of(
    loaded: LoadedForm, old: Mapping[str, Any], new: Mapping[str, Any], language: str = "de"
) -> list[Difference]:
    """What changed between two submissions of one form, as text."""
    found: list[Difference] = []
    for change in diff_values(loaded.form, old, new):
        static = "/".join(step.partition("[")[0] for step in change.path.split("/"))
        position = loaded.form.at(static)
        field = position.element if position else None
        if not isinstance(field, Field) or field.kind is Kind.HIDDEN:
            continue
        found.append(
            Difference(
                path=change.path,
                group=_group_label(loaded, change.path, language),
                label=loaded.label(field, language),
                kind=change.kind,
                old=_side(loaded, field, change.old, language),
                new=_side(loaded, field, change.new, language),
            )
        )
    return found


def _side(loaded: LoadedForm, field: Field, value: Any, language: str) -> str:
    items = value if isinstance(value, list) else [value]
    return ", ".join(text for text in (value_text(loaded, field, item, language) for item in items) if text)


def _group_label(loaded: LoadedForm, path: str, language: str) -> str:
    above, _, _ = path.rpartition("/")
    if not above:
        return ""
    static = "/".join(step.partition("[")[0] for step in above.split("/"))
    position = loaded.form.at(static)
    label = loaded.label(position.element, language) if position else ""
    last = above.rpartition("/")[2]
    return f"{label} {int(last[last.index('[') + 1 : -1]) + 1}" if last.endswith("]") else label
