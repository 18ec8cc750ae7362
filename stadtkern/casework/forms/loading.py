"""Form versions ready to run: model, rules, code lists and texts, kept in the process (published ones never change)."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from stadtkern.casework.forms import evaluate as judge
from stadtkern.casework.forms.codec import form_from_json
from stadtkern.casework.forms.intake import field_values
from stadtkern.casework.forms.model import CodeList, Element, Field, Form, Value, references
from stadtkern.casework.forms.models import CodeListEntry, CodeListVersion, FormVersion
from stadtkern.casework.forms.parameters import Parameters, parameters_of
from stadtkern.casework.forms.ruleset import PARAMETER, Ruleset, compiled, parse_ruleset
from stadtkern.kernel.feel import FeelError

KEPT = 64


class KeptCodeList(CodeList):
    """A code list of the database; its values are built once (10,000 rows are nothing to repeat per request)."""

    def values(self, code_key: str = "", name_key: str = "", help_key: str = "") -> tuple[Value, ...]:
        memo: dict[tuple[str, str, str], tuple[Value, ...]] = self.__dict__.setdefault("_memo", {})
        key = (code_key, name_key, help_key)
        if key not in memo:
            memo[key] = CodeList.values(self, code_key, name_key, help_key)
        return memo[key]


@dataclass(frozen=True, kw_only=True)
class LoadedForm:
    """A version of a form with all it needs."""

    version_id: UUID
    definition_id: UUID
    service_slug: str
    number: int
    state: str
    title: str
    form: Form
    ruleset: Ruleset
    code_lists: Mapping[str, CodeList]
    texts: Mapping[str, Any]
    drafts_may_finish: bool = True
    labels_en: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def uses_parameters(self) -> bool:
        """Whether a rule names a value of the municipality."""
        return any(PARAMETER in _variables(text) for _where, _path, text in self.ruleset.expressions())

    def parameters(self) -> Parameters:
        """What holds in this municipality now; empty when no rule asks for it."""
        return (parameters_of(self.service_slug) or {}) if self.uses_parameters else {}

    def judge(
        self,
        values: object,
        *,
        today: date,
        prefilled: Mapping[str, Any] | None = None,
        parameters: Parameters | None = None,
    ) -> judge.Evaluation:
        """Values against form, rules and lists; ``parameters`` are what holds now unless others are given."""
        return judge.evaluate(
            self.form,
            self.ruleset,
            values,
            today=today,
            code_lists=self.code_lists,
            prefilled=prefilled,
            labels_en=self.labels_en,
            parameters=self.parameters() if parameters is None else parameters,
        )

    def prepare(self) -> None:
        """Judge an empty application once: rules are compiled and code lists laid out on the first use."""
        self.judge({}, today=date(2000, 1, 1), parameters={})
        rules = self.ruleset
        expressions = [rule.expression for rule in rules.conditions]
        expressions += [rule.expression for rule in rules.calculations]
        expressions += [rule.expression for rule in rules.validations]
        for expression in expressions:
            with contextlib.suppress(FeelError):
                compiled(expression)

    def title_in(self, language: str) -> str:
        """The title of the form."""
        return self._top(language, "title") or self.form.label

    def label(self, element: Element, language: str) -> str:
        """The question of an element."""
        return self._text(element, language, "label") or element.label

    def help(self, element: Element, language: str) -> str:
        """The help below the question."""
        return self._text(element, language, "help") or element.help

    def content(self, element: Field, language: str) -> str:
        """The text of a label."""
        return self._text(element, language, "content") or element.content

    def values_of(self, element: Field, language: str) -> tuple[Value, ...]:
        """The entries a field offers, in the language as far as it is translated."""
        values = field_values(element, self.code_lists) or ()
        own = self._element(element, language).get("values")
        if not isinstance(own, dict):
            return values
        return tuple(Value(code=v.code, name=str(own.get(v.code, v.name)), help=v.help) for v in values)

    def name_of_code(self, element: Field, code: str, language: str) -> str:
        """What people read instead of a code."""
        return self._names(element, language).get(code, code)

    def _names(self, element: Field, language: str) -> dict[str, str]:
        memo: dict[tuple[str, str], dict[str, str]] = self.__dict__.setdefault("_name_memo", {})
        key = (element.key, language)
        if key not in memo:
            memo[key] = {value.code: value.name for value in self.values_of(element, language)}
        return memo[key]

    def _element(self, element: Element, language: str) -> Mapping[str, Any]:
        if language.startswith("de"):
            return {}
        texts = self.texts.get(language[:2], {})
        found = texts.get("elements", {}).get(element.id) if isinstance(texts, dict) else None
        return found if isinstance(found, dict) else {}

    def _text(self, element: Element, language: str, key: str) -> str:
        text = self._element(element, language).get(key)
        return text if isinstance(text, str) else ""

    def _top(self, language: str, key: str) -> str:
        texts = self.texts.get(language[:2], {}) if not language.startswith("de") else {}
        text = texts.get(key) if isinstance(texts, dict) else None
        if isinstance(text, dict):
            text = text.get(language[:2])
        return text if isinstance(text, str) else ""


def _variables(text: str) -> frozenset[str]:
    try:
        return frozenset(compiled(text).variables)
    except FeelError:
        return frozenset()


_kept: OrderedDict[tuple[UUID, int, str], LoadedForm] = OrderedDict()
_lock = Lock()


def load(row: FormVersion) -> LoadedForm:
    """The version ready to run. ``row.definition`` should be selected with it."""
    key = (row.pk, row.revision, f"{row.state}{row.drafts_may_finish}")
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    loaded = _load(row)
    if row.state != FormVersion.State.DRAFT:
        with _lock:
            _kept[key] = loaded
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return loaded


def kept_form(version_id: UUID) -> LoadedForm | None:
    """Model and rules of a published version, if this process has them (they never change; its state may have)."""
    with _lock:
        return next((loaded for key, loaded in _kept.items() if key[0] == version_id), None)


def forget() -> None:
    """Drop what is kept (tests)."""
    with _lock:
        _kept.clear()


def _load(row: FormVersion) -> LoadedForm:
    form = form_from_json(row.model)
    texts = row.texts if isinstance(row.texts, dict) else {}
    english = texts.get("en", {})
    elements = english.get("elements", {}) if isinstance(english, dict) else {}
    return LoadedForm(
        version_id=row.pk,
        definition_id=row.definition_id,
        service_slug=row.definition.service_slug,
        number=row.number,
        state=row.state,
        title=row.definition.title,
        form=form,
        ruleset=parse_ruleset(row.ruleset or {}),
        code_lists=code_lists_for(form, pinned=row.code_list_ids),
        texts=texts,
        drafts_may_finish=row.drafts_may_finish,
        labels_en={
            id: str(text["label"])
            for id, text in elements.items()
            if isinstance(text, dict) and text.get("label")
        },
    )


def resolve(form: Form, *, pinned: list[UUID] | None = None) -> dict[str, CodeListVersion]:
    """By key or uri as the form names it: the pinned version, else the named one, else the newest of that list."""
    wanted = references(form)
    if not wanted:
        return {}
    names = {name for pair in wanted for name in pair if name}
    rows = (
        CodeListVersion.objects.filter(pk__in=pinned)
        if pinned
        else CodeListVersion.objects.filter(uri__in=names)
    )
    found: dict[str, CodeListVersion] = {}
    by_key = {row.key: row for row in [*rows.order_by("imported_at", "id")]}
    if not pinned:
        by_key |= {
            row.key: row
            for row in CodeListVersion.objects.filter(key__in=names).order_by("imported_at", "id")
        }
    newest = {row.uri: row for row in by_key.values()}
    for uri, key in wanted:
        row = by_key.get(key) or (newest.get(uri) if key == uri or pinned else None)
        if row is not None:
            found[key] = row
    return found


def code_lists_for(form: Form, *, pinned: list[UUID] | None = None) -> dict[str, CodeList]:
    """The code lists of a form by the key it uses; two queries, however many lists."""
    rows = resolve(form, pinned=pinned)
    lists = stored_lists(rows.values())
    return {key: lists[row.pk] for key, row in rows.items()}


def stored_lists(rows: Iterable[CodeListVersion]) -> dict[UUID, CodeList]:
    """The lists of these rows with all entries, by their id; one query."""
    kept = {row.pk: row for row in rows}
    entries: dict[UUID, list[tuple[str, ...]]] = {pk: [] for pk in kept}
    stored = CodeListEntry.objects.filter(code_list_id__in=entries).order_by("code_list_id", "position")
    for list_id, cells in stored.values_list("code_list_id", "cells"):
        entries[list_id].append(tuple(cells))
    return {
        pk: KeptCodeList(
            uri=row.uri,
            version=row.version,
            columns=tuple(row.columns),
            rows=tuple(entries[pk]),
            version_uri=row.key,
            title=row.title,
            code_column=row.code_column,
            name_column=row.name_column,
            help_column=row.help_column,
        )
        for pk, row in kept.items()
    }
