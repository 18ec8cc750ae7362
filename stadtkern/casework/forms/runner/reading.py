"""What a browser sent for one page, as raw answers by static path. Nothing here is trusted; ``evaluate`` judges it.

Only what the page really showed is read (``_f`` names every control and every repeated group); the rest stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from stadtkern.casework.forms.evaluate import CHOICE_KEY
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Datatype, Field, Form, Group, Position
from stadtkern.casework.forms.runner import tree
from stadtkern.casework.forms.runner.controls import is_consent, shows_checkboxes

SHOWN = "_f"
COUNT = "_n:"
MAX_TEXT = 20_000
MAX_ITEMS = 200


class Sent(Protocol):
    """The part of Django's QueryDict that is used here."""

    def get(self, key: str, default: str, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...


class Reader:
    """Reads one sent page."""

    def __init__(self, loaded: LoadedForm, sent: Sent, values: Mapping[str, Any]) -> None:
        self.loaded = loaded
        self.form: Form = loaded.form
        self.sent = sent
        self.values = values
        self.shown = frozenset(str(name) for name in sent.getlist(SHOWN))
        self.calculated = frozenset(rule.path for rule in loaded.ruleset.calculations)

    def answers(self, paths: tuple[str, ...]) -> dict[str, Any]:
        """The raw answers of the page by static path."""
        found: dict[str, Any] = {}
        for path in paths:
            position = self.form.at(path)
            if position is not None:
                found[path] = self._position(position, path, path, tree.get(self.values, path))
        return found

    def _position(self, position: Position, path: str, static: str, current: Any) -> Any:
        element = position.element
        if isinstance(element, Field):
            return self._field(position, element, path, static, current)
        if not position.repeated:
            return self._group(element, path, static, current)
        if path not in self.shown:
            return current
        items = current if isinstance(current, list) else []
        count = min(self._count(path), MAX_ITEMS if position.max is None else position.max, MAX_ITEMS)
        return [
            self._group(element, f"{path}[{i}]", static, items[i] if i < len(items) else None)
            for i in range(count)
        ]

    def _count(self, path: str) -> int:
        text = str(self.sent.get(COUNT + path, "0"))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0

    def _group(self, group: Group, path: str, static: str, current: Any) -> dict[str, Any]:
        before: Mapping[str, Any] = current if isinstance(current, Mapping) else {}
        found: dict[str, Any] = {}
        if group.choice:
            chosen = (
                str(self.sent.get(f"{path}/{CHOICE_KEY}", ""))
                if path in self.shown
                else before.get(CHOICE_KEY)
            )
            if chosen and any(child.id == chosen for child in group.children):
                found[CHOICE_KEY] = chosen
        for child in group.children:
            inner = self._position(child, f"{path}/{child.id}", f"{static}/{child.id}", before.get(child.id))
            if inner not in (None, "", [], {}):
                found[child.id] = inner
        return found

    def _field(self, position: Position, field: Field, path: str, static: str, current: Any) -> Any:
        if not field.is_editable or static in self.calculated:
            return None
        if path not in self.shown or field.datatype is Datatype.FILE:
            return current
        if shows_checkboxes(self.loaded, position, field):
            return [str(item)[:MAX_TEXT] for item in self.sent.getlist(path)[:MAX_ITEMS]]
        if position.repeated:
            count = min(self._count(path), MAX_ITEMS)
            return [text for i in range(count) if (text := self._text(field, f"{path}[{i}]", static))]
        return self._text(field, path, static)

    def _text(self, field: Field, name: str, static: str) -> str | None:
        if is_consent(self.loaded, field, static):
            return "true" if self.sent.get(name, "") else "false"
        if field.datatype is Datatype.DATE and not field.values and field.code_list is None:
            return self._date(name)
        return str(self.sent.get(name, ""))[:MAX_TEXT] or None

    def _date(self, name: str) -> str | None:
        """Three inputs as ``2025-12-24``; what is no date stays readable (``2025-13-40``) and is refused later."""
        whole = str(self.sent.get(name, "")).strip()
        if whole:
            return whole[:60]
        parts = [str(self.sent.get(f"{name}_{part}", "")).strip()[:20] for part in ("year", "month", "day")]
        if not any(parts):
            return None
        year, month, day = (part.replace("-", "") for part in parts)
        return f"{year}-{month.zfill(2) if month else ''}-{day.zfill(2) if day else ''}"
