"""The pages of a form as people arrange them: one editor for forms of the desk and of the workshop. It keeps nothing.

editor = PageEditor(form, ruleset, label)
arranged, pages = editor.pressed(request.POST)      # pages None: a button changed what is shown, nothing to keep yet
context = editor.context(arranged)                   # for the template ``forms/desk/_pages.html``
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from stadtkern.casework.forms import layout
from stadtkern.casework.forms.layout import Placed, TypedPage
from stadtkern.casework.forms.model import Element, Form
from stadtkern.casework.forms.ruleset import Page, Ruleset
from stadtkern.casework.forms.runner.pages import default_pages

MOST_PAGES = 200
Label = Callable[[Element | Form, str], str]
"""The words of an element, or the title of the form, in a language; empty where they are not translated."""


@dataclass(slots=True, kw_only=True)
class Arranged:
    """The pages as typed, where every unit stands, and which groups are in parts."""

    typed: list[TypedPage] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    split: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PageEditor:
    """A form with its rules, and how its elements are called."""

    form: Form
    ruleset: Ruleset
    label: Label

    def stored(self) -> Arranged:
        """The pages as they are now: those of the rules, else one per group."""
        shown = self.ruleset.pages or self._default()
        return Arranged(
            typed=[
                TypedPage(id=page.id, title=page.title, title_en=page.title_en, order=number)
                for number, page in enumerate(shown, start=1)
            ],
            placed=[
                Placed(path=path, page=number, place=place)
                for number, page in enumerate(shown)
                for place, path in enumerate(page.paths, start=1)
            ],
            split=set(layout.split_of(self.form, self.ruleset.pages)),
        )

    def _default(self) -> tuple[Page, ...]:
        english = {
            page.id: page.title for page in default_pages(self.form, lambda part: self.label(part, "en"))
        }
        return tuple(
            Page(id=page.id, title=page.title, title_en=english.get(page.id, ""), paths=page.paths)
            for page in default_pages(self.form, lambda part: self.label(part, "de"))
        )

    def pressed(self, sent: QueryDict) -> tuple[Arranged, tuple[Page, ...] | None]:
        """What the page shows after a button (split, join, add), or the pages to keep (save, back to the default: none)."""
        at = _read(sent)
        do, _colon, path = sent.get("do", "save").partition(":")
        if do == "split":
            at.split |= {path}
        elif do == "join":
            at.split -= {path, *(opened for opened in at.split if layout.within(opened, path))}
        elif do == "add" and len(at.typed) < MOST_PAGES:
            order = max((page.order for page in at.typed), default=0) + 1
            fresh = layout.free_id(page.id for page in at.typed)
            at.typed.append(TypedPage(id=fresh, title="", title_en="", order=order))
        else:
            return at, () if do == "reset" else layout.arranged(at.typed, at.placed)
        return at, None

    def context(self, at: Arranged) -> dict[str, Any]:
        """What the template shows."""
        known = {unit.path: unit for unit in at.placed}
        lines: list[dict[str, Any]] = []
        for unit in layout.units(self.form, at.split):
            place = known.get(unit.path) or _from_relatives(unit.path, known)
            joinable = unit.parent if unit.parent in at.split else ""
            first = not any(line["joinable"] == joinable for line in lines)
            lines.append(
                {
                    "unit": unit,
                    "page": str(place.page),
                    "place": place.place,
                    "joinable": joinable,
                    "join_here": joinable if joinable and first else "",
                    "parent_label": self._words(unit.parent),
                }
            )
        options = [
            (str(number), page.title or _("Neue Seite %(number)s") % {"number": number + 1})
            for number, page in enumerate(at.typed)
        ]
        own = bool(self.ruleset.pages)
        return {"typed": at.typed, "lines": lines, "options": options, "split": sorted(at.split), "own": own}

    def _words(self, path: str) -> str:
        position = self.form.at(path) if path else None
        return position.element.label if position else ""


def _read(sent: QueryDict) -> Arranged:
    count = min(number_in(sent.get("pages"), 0), MOST_PAGES)
    return Arranged(
        typed=[
            TypedPage(
                id=sent.get(f"page-{number}-id", "")[:100] or f"seite-{number + 1}",
                title=sent.get(f"page-{number}-de", "").strip()[:200],
                title_en=sent.get(f"page-{number}-en", "").strip()[:200],
                order=number_in(sent.get(f"page-{number}-order"), number + 1),
            )
            for number in range(count)
        ],
        placed=[
            Placed(
                path=path,
                page=number_in(sent.get(f"unit-{number}-page"), 0),
                place=number_in(sent.get(f"unit-{number}-place"), number + 1),
            )
            for number, path in enumerate(sent.getlist("unit"))
        ],
        split=set(sent.getlist("split")),
    )


def number_in(text: str | None, default: int) -> int:
    """A small number that was sent, else ``default``."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else default


def _from_relatives(path: str, known: dict[str, Placed]) -> Placed:
    """Where a unit belongs that was just split off or joined: with the group or the part it comes from."""
    for other, placed in known.items():
        if layout.within(path, other) or layout.within(other, path):
            return replace(placed, path=path)
    return Placed(path=path, page=0, place=len(known) + 1)
