"""Which pages a form has: from the rules, else one per top level group; and which are visible for these answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stadtkern.casework.forms.evaluate import Evaluation
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Element, Field, Form, Group, Kind, Position

FIRST = "angaben"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """One page: its title and the static paths it shows."""

    id: str
    title: str
    paths: tuple[str, ...]


def pages_of(loaded: LoadedForm, language: str) -> tuple[FormPage, ...]:
    """All pages of the form in order. Fields at the top level stand on the page of the group that follows them."""
    if loaded.ruleset.pages:
        english = not language.startswith("de")
        return tuple(
            FormPage(id=page.id, title=(english and page.title_en) or page.title, paths=page.paths)
            for page in loaded.ruleset.pages
        )

    def said(part: Element | Form) -> str:
        return loaded.title_in(language) if isinstance(part, Form) else loaded.label(part, language)

    return default_pages(loaded.form, said)


def default_pages(form: Form, said: Callable[[Element | Form], str]) -> tuple[FormPage, ...]:
    """One page per group at the top, fields before it included; ``said``: the words of a group, or the title of the form."""
    pages: list[FormPage] = []
    waiting: list[str] = []
    for position in form.children:
        if isinstance(position.element, Group):
            title = said(position.element)
            pages.append(FormPage(id=position.id.lower(), title=title, paths=(*waiting, position.id)))
            waiting = []
        else:
            waiting.append(position.id)
    if waiting:
        pages.append(FormPage(id=FIRST, title=said(form), paths=tuple(waiting)))
    return tuple(pages)


def visible_pages(
    loaded: LoadedForm, pages: tuple[FormPage, ...], evaluation: Evaluation
) -> tuple[FormPage, ...]:
    """The pages on which there is something to see or answer now."""
    return tuple(page for page in pages if any(_shows(loaded, path, evaluation) for path in page.paths))


def _shows(loaded: LoadedForm, path: str, evaluation: Evaluation) -> bool:
    position = loaded.form.at(path)
    if position is None or not evaluation.is_visible(path):
        return False
    return _has_content(position, path, evaluation)


def _has_content(position: Position, path: str, evaluation: Evaluation) -> bool:
    element = position.element
    if isinstance(element, Field):
        return element.kind is not Kind.HIDDEN
    if position.repeated or element.choice:
        return True
    inner = ((child, f"{path}/{child.id}") for child in element.children)
    return any(_has_content(child, at, evaluation) for child, at in inner if evaluation.is_visible(at))
