"""What one page of a form shows: plain blocks for the templates, built without a single query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from stadtkern.casework.forms.actions.uploads import allowed_types, max_bytes
from stadtkern.casework.forms.answers import value_text
from stadtkern.casework.forms.browser.live import LiveRules
from stadtkern.casework.forms.evaluate import CHOICE_KEY, Evaluation
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.messages import Problem
from stadtkern.casework.forms.model import Field, Group, Kind, Position
from stadtkern.casework.forms.runner import controls, tree
from stadtkern.casework.forms.runner.pages import FormPage

FileUrl = Callable[[str], str]
YES_NO = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One question. ``kind`` names the template part, ``more`` what only this kind needs."""

    kind: str
    name: str
    id: str
    label: str
    hint: str = ""
    error: str = ""
    required: bool = True
    value: Any = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    block: str = "control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A group: its controls, its instances where it repeats, its alternatives where one is chosen."""

    block: str  # group, repeat, choice, or live: shown or hidden by the browser
    name: str
    id: str
    legend: str
    hint: str = ""
    error: str = ""
    required: bool = True
    items: tuple[Any, ...] = ()
    may_add: bool = False
    add_label: str = ""
    quiet: bool = False  # the legend repeats the headline: only for screen readers
    asleep: bool = False  # live and not shown now


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An instance of a repeated group, or an alternative of a choice group."""

    name: str
    id: str
    title: str
    items: tuple[Any, ...]
    value: str = ""
    chosen: bool = False
    may_remove: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page ready to draw. ``errors`` are (id, text) for the summary at the top."""

    page: FormPage
    blocks: tuple[Any, ...]
    errors: tuple[tuple[str, str], ...]
    shown: frozenset[str]
    base: str
    has_files: bool
    rules: str = ""


def html_id(path: str) -> str:
    """The id of the control at an instance path."""
    return "f-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


class PageBuilder:
    """Builds the view of one page."""

    def __init__(
        self,
        loaded: LoadedForm,
        values: Mapping[str, Any],
        evaluation: Evaluation,
        language: str,
        *,
        problems: tuple[Problem, ...] = (),
        searches: Mapping[str, str] | None = None,
        file_url: FileUrl = lambda id: "",
        own: bool = True,
        live: LiveRules | None = None,
    ) -> None:
        self.loaded = loaded
        self.values = values
        self.evaluation = evaluation
        self.language = language
        self.searches = searches or {}
        self.file_url = file_url
        self.own = own
        self.live = live or LiveRules()
        self.asleep = 0
        self.problems = {problem.path: problem.text(language) for problem in reversed(problems)}
        self.order = [problem.path for problem in problems]
        self.shown: set[str] = set()
        self.anchors: dict[str, str] = {}
        self.has_files = False

    def page(self, page: FormPage) -> PageView:
        """The whole page."""
        blocks: list[Any] = []
        for path in page.paths:
            position = self.loaded.form.at(path)
            if position is not None:
                blocks.extend(
                    self._position(position, path, path, alone=len(page.paths) == 1, title=page.title)
                )
        return PageView(
            page=page,
            blocks=tuple(blocks),
            errors=self._errors(),
            shown=frozenset(self.shown),
            base=tree.fingerprint(self.values, page.paths),
            has_files=self.has_files,
            rules=self.live.as_json(),
        )

    def _errors(self) -> tuple[tuple[str, str], ...]:
        seen: list[tuple[str, str]] = []
        for path in dict.fromkeys(self.order):
            entry = (self._anchor(path), self.problems[path])
            if entry not in seen:
                seen.append(entry)
        return tuple(seen)

    def _anchor(self, path: str) -> str:
        """The control at the path, or the nearest thing above it that is on the page."""
        while path:
            if path in self.anchors:
                return self.anchors[path]
            path = path[: path.rindex("[")] if path.endswith("]") else path.rpartition("/")[0]
        return ""

    def _position(
        self,
        position: Position,
        path: str,
        static: str,
        *,
        alone: bool = False,
        title: str = "",
        option: bool = False,
    ) -> list[Any]:
        if path in self.live.conditioned:
            return self._live(position, path, static, alone=alone, title=title)
        if not option and not self._is_visible(path):
            return []
        return self._drawn(position, path, static, alone=alone, title=title)

    def _is_visible(self, path: str) -> bool:
        """Inside something that sleeps, only what is hidden by itself is left out."""
        return path not in self.evaluation.hidden if self.asleep else self.evaluation.is_visible(path)

    def _live(self, position: Position, path: str, static: str, *, alone: bool, title: str) -> list[Any]:
        """Something that the browser shows and hides: drawn in any case, asleep while its condition does not hold."""
        asleep = not self._is_visible(path)
        self.asleep += asleep
        items = self._drawn(position, path, static, alone=alone, title=title)
        self.asleep -= asleep
        if not items:
            return []
        return [Block(block="live", name=path, id="", legend="", items=tuple(items), asleep=asleep)]

    def _note(self, path: str, anchor: str = "") -> None:
        """Remember that the control is on the page (and where); what sleeps is not."""
        if not self.asleep:
            self.shown.add(path)
            if anchor:
                self.anchors[path] = anchor

    def _drawn(
        self, position: Position, path: str, static: str, *, alone: bool = False, title: str = ""
    ) -> list[Any]:
        element = position.element
        if isinstance(element, Field):
            control = self._control(position, element, path, static)
            return [control] if control else []
        if position.repeated:
            return [self._repeat(position, element, path, static)]
        if element.choice:
            return [self._choice(position, element, path, static, title=title)]
        items = self._children(element, path, static)
        label = self.loaded.label(element, self.language)
        if not items:
            return []
        hint = self.loaded.help(element, self.language)
        if alone and (label == title or not label) and not hint:
            self.anchors[path] = ""
            return list(items)
        self.anchors[path] = html_id(path)
        legend = "" if label == title else label
        return [
            Block(
                block="group",
                name=path,
                id=html_id(path),
                legend=legend,
                hint=hint,
                error=self._error(path),
                items=items,
            )
        ]

    def _children(self, group: Group, path: str, static: str) -> tuple[Any, ...]:
        found: list[Any] = []
        for child in group.children:
            found.extend(self._position(child, f"{path}/{child.id}", f"{static}/{child.id}"))
        return tuple(found)

    def _error(self, path: str) -> str:
        return self.problems.get(path, "")

    # --- groups -----------------------------------------------------------------------------------------------------

    def _repeat(self, position: Position, group: Group, path: str, static: str) -> Block:
        self._note(path, html_id(path))
        label = self.loaded.label(group, self.language)
        given = tree.get(self.values, path)
        count = max(len(given) if isinstance(given, list) else 0, position.min, 1 if position.required else 0)
        low = max(position.min, 1 if position.required else 0)
        parts = []
        for i in range(count):
            inner = f"{path}[{i}]"
            self.anchors[inner] = html_id(inner)
            parts.append(
                Part(
                    name=inner,
                    id=html_id(inner),
                    title=f"{label} {i + 1}",
                    items=self._children(group, inner, static),
                    may_remove=count > low,
                )
            )
        return Block(
            block="repeat",
            name=path,
            id=html_id(path),
            legend=label,
            hint=self.loaded.help(group, self.language),
            error=self._error(path),
            items=tuple(parts),
            may_add=position.max is None or count < position.max,
            add_label=_("Weiteren Eintrag hinzufügen"),
        )

    def _choice(self, position: Position, group: Group, path: str, static: str, *, title: str) -> Block:
        self._note(path)
        given = tree.get(self.values, path)
        chosen = self._chosen(group, given, path)
        label = self.loaded.label(group, self.language)
        parts = []
        for child in group.children:
            inner, plain = f"{path}/{child.id}", f"{static}/{child.id}"
            part_id = html_id(inner) + "-wahl"
            parts.append(
                Part(
                    name=f"{path}/{CHOICE_KEY}",
                    id=part_id,
                    title=self.loaded.label(child.element, self.language),
                    hint=self.loaded.help(child.element, self.language)
                    if isinstance(child.element, Group)
                    else "",
                    items=self._alternative(child, inner, plain),
                    value=child.id,
                    chosen=child.id == chosen,
                )
            )
            self.anchors.setdefault(inner, part_id)
        self.anchors[path] = parts[0].id if parts else ""
        return Block(
            block="choice",
            name=f"{path}/{CHOICE_KEY}",
            id=path,
            legend=label,
            quiet=label == title,
            hint=self.loaded.help(group, self.language),
            error=self._error(path),
            required=position.required,
            items=tuple(parts),
        )

    def _alternative(self, child: Position, path: str, static: str) -> tuple[Any, ...]:
        """The questions of one alternative; they are drawn whether it is chosen or not (there may be no script)."""
        element = child.element
        if isinstance(element, Group) and not child.repeated and not element.choice:
            found: list[Any] = []
            for inner in element.children:
                at, plain = f"{path}/{inner.id}", f"{static}/{inner.id}"
                if at not in self.evaluation.hidden:
                    found.extend(self._position(inner, at, plain, option=True))
            return tuple(found)
        return tuple(self._position(child, path, static, option=True))

    def _chosen(self, group: Group, given: Any, path: str) -> str:
        if not isinstance(given, Mapping):
            return ""
        named = given.get(CHOICE_KEY)
        if isinstance(named, str):
            return named
        present = [child.id for child in group.children if given.get(child.id) not in (None, "", [], {})]
        return present[0] if present else ""

    # --- fields -----------------------------------------------------------------------------------------------------

    def _control(self, position: Position, element: Field, path: str, static: str) -> Control | None:
        if element.kind is Kind.HIDDEN:
            return None
        options = self.loaded.values_of(element, self.language) if controls.has_list(element) else ()
        kind = controls.control_kind(self.loaded, element, static, len(options))
        label = self.loaded.label(element, self.language)
        if kind == "label":
            text = self.loaded.content(element, self.language) or label
            heading = label if self.loaded.content(element, self.language) and label != text else ""
            return Control(kind="label", name=path, id=html_id(path), label=heading, value=text)
        if kind == "locked":
            return self._locked(element, path, label)
        several = position.repeated and kind != "file"
        if several:
            kind = "checkboxes" if controls.shows_checkboxes(self.loaded, position, element) else "several"
        self._note(path, html_id(path))
        raw = tree.get(self.values, path)
        return Control(
            kind=kind,
            name=path,
            id=html_id(path),
            label=label,
            hint=self.loaded.help(element, self.language),
            error=self._error(path),
            required=position.required or controls.needed_by_rule(self.loaded, static),
            value=self._value(kind, element, raw),
            more=self._more(kind, position, element, path, static, raw, options),
        )

    def _locked(self, element: Field, path: str, label: str) -> Control | None:
        stored, live = tree.get(self.evaluation.values, path), path in self.live.computed
        if stored is None and not live:
            return None
        items = stored if isinstance(stored, list) else [stored]
        text = ", ".join(value_text(self.loaded, element, item, self.language) for item in items)
        return Control(
            kind="locked", name=path, id=html_id(path), label=label, value=text,
            hint=self.loaded.help(element, self.language), more={"live": live},
        )  # fmt: skip

    def _value(self, kind: str, element: Field, raw: Any) -> Any:
        if kind == "date":
            return controls.date_parts(raw)
        if kind == "consent":
            return controls.shown_value(element, raw, self.language) == "true"
        if kind in ("checkboxes", "several"):
            items = raw if isinstance(raw, list) else []
            return [controls.shown_value(element, item, self.language) for item in items]
        return controls.shown_value(element, raw, self.language)

    def _more(
        self, kind: str, position: Position, element: Field, path: str, static: str, raw: Any, options: Any
    ) -> dict[str, Any]:
        if kind in ("radios", "select", "checkboxes"):
            return {"options": [(value.code, value.name, value.help) for value in options]}
        if kind == "yesno":
            return {"options": [("true", _("Ja")), ("false", _("Nein"))]}
        if kind == "search":
            return self._search(element, path, raw, options)
        if kind == "file":
            return self._files(position, element, path, raw)
        help_ = controls.browser_help(self.loaded, element, static, own=self.own)
        if kind == "date":
            return {"birthday": help_["autocomplete"] == "bday"}
        if kind == "several":
            return self._several(position, element, path, raw, help_)
        return help_

    def _several(
        self, position: Position, element: Field, path: str, raw: Any, help_: dict[str, Any]
    ) -> dict[str, Any]:
        texts = (
            [controls.shown_value(element, item, self.language) for item in raw]
            if isinstance(raw, list)
            else []
        )
        limit = 200 if position.max is None else min(position.max, 200)
        count = min(max(len(texts) + (1 if texts else 0), position.min, 1), limit)
        rows = [
            {
                "name": f"{path}[{i}]",
                "id": html_id(path) if i == 0 else html_id(f"{path}[{i}]"),
                "number": i + 1,
            }
            for i in range(count)
        ]
        for i, row in enumerate(rows):
            row["value"] = texts[i] if i < len(texts) else ""
            row["error"] = self._error(f"{path}[{i}]")
            self.anchors[f"{path}[{i}]"] = str(row["id"])
        return {**help_, "rows": rows, "count": count}

    def _search(self, element: Field, path: str, raw: Any, options: Any) -> dict[str, Any]:
        words = self.searches.get(path, "")
        chosen = str(raw or "")
        found = [value for value in controls.find_entries(options, words) if value.code != chosen]
        first = [value for value in options if value.code == chosen] if chosen else []
        rows = [(value.code, value.name, value.help) for value in (*first, *found)]
        none = bool(words) and not found
        return {
            "words": words,
            "options": rows,
            "total": len(options),
            "nothing": none,
            "search_name": f"_q:{path}",
        }

    def _files(self, position: Position, element: Field, path: str, raw: Any) -> dict[str, Any]:
        self.has_files = True
        items = raw if isinstance(raw, list) else [raw]
        rows = []
        for item in items:
            if isinstance(item, Mapping) and item.get("id"):
                id = str(item["id"])
                preview = f"{self.file_url(id)}?bild=1" if self.file_url(id) else ""
                rows.append(
                    {
                        "name": item.get("name", ""),
                        "size": item.get("size", 0),
                        "href": self.file_url(id),
                        "preview": preview,
                        "remove_name": "_action",
                        "remove_value": f"unfile:{path}#{id}",
                    }
                )
        full = position.max is not None and len(rows) >= position.max and position.repeated
        kinds = sorted(controls.FILE_WORDS.get(kind, kind) for kind in allowed_types(element))
        limit = max_bytes(element)
        return {
            "files": rows,
            "multiple": position.repeated,
            "full": full,
            "accept": ",".join(sorted(allowed_types(element))),
            "max_bytes": limit,
            "limits": "" if " MB" in self.loaded.help(element, self.language) else _limits(kinds, limit),
        }


def _limits(kinds: list[str], limit: int) -> str:
    size = f"{limit / 1_000_000:.0f}"
    return _("%(kinds)s, höchstens %(size)s MB je Datei.") % {"kinds": ", ".join(kinds), "size": size}
