"""What the pages of the form editor share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from stadtkern.casework.designer.desk.common import actor_of, crumbs, find, language, revision_of
from stadtkern.casework.designer.forms import kinds, store, tree
from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import definition as forms
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

View = Callable[..., HttpResponse]


def revision(request: HttpRequest, row: ProcedureDraft) -> int:
    """The revision the page was drawn from; a program that sends none means the newest."""
    return revision_of(request) if "revision" in request.POST else row.revision


def keep(
    request: HttpRequest, row: ProcedureDraft, sheet: Sheet, more: Mapping[str, str] | None = None
) -> int:
    """Keep the form (and ``more`` files) for the person who asks. Raises ``Conflict``, ``DraftFixed``, ``XdfError``."""
    return store.save(
        actor=actor_of(request),
        row=row,
        revision=revision(request, row),
        sheet=sheet,
        more=more,
        now=clock.now(),
    )


def home(row: ProcedureDraft, path: str = "") -> str:
    """The page of the form, at an element."""
    address = reverse("designer:form", args=[row.pk])
    return f"{address}?{urlencode({'stelle': path})}#e-{path.replace('/', '-')}" if path else address


def way(row: ProcedureDraft, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where the page is."""
    return crumbs(row, (_("Formular"), home(row)), *more)


def found_path(sheet: Sheet, place: str) -> str:
    """The path of an element, given as ``tree.find`` takes it; one that does not exist is a page that does not exist."""
    try:
        return tree.find(sheet, place)
    except EditRefused as error:
        raise NotVisible() from error


def needs_form(view: View) -> View:
    """The view gets the draft and its form; a draft without one leads to the beginning, one that cannot be read says why."""

    @wraps(view)
    def run(request: HttpRequest, draft_id: UUID, **more: Any) -> HttpResponse:
        row = find(request, draft_id)
        if not store.has_form(row):
            return redirect(home(row))
        try:
            sheet = store.load(row)
        except DomainError as error:
            return broken(request, row, error)
        return view(request, row, sheet, **more)

    return run


def broken(request: HttpRequest, row: ProcedureDraft, error: DomainError) -> HttpResponse:
    """The form of the draft cannot be read: why, and how to begin again."""
    context = {"row": row, "text": error.text(language()), "breadcrumb": way(row)}
    return render(request, "designer/forms/broken.html", context, status=422)


def refused(error: Exception) -> tuple[str, str]:
    """Field and sentence of what was refused."""
    if isinstance(error, EditRefused):
        return error.field, error.text(language())
    assert isinstance(error, DomainError)
    return "", error.text(language())


class Refusals(list[tuple[str, str]]):
    """What a page refuses, field by field, and the status it answers with: that of the mistake, 422 for what was typed."""

    status = 200

    def add(self, error: Exception, field: str = "") -> None:
        """One more; ``field`` where the mistake names none."""
        named, text = refused(error)
        self.append((named or field, text))
        self.status = error.status if isinstance(error, DomainError) else 422


def parents(sheet: Sheet, without: str = "") -> list[tuple[str, str]]:
    """Where an element may stand: the form itself and every group, indented."""
    found = [("", _("Ganz oben"))]
    for path, position in sheet.form.walk():
        if isinstance(position.element, forms.Group) and not (
            without and f"{path}/".startswith(f"{without}/")
        ):
            found.append((path, f"{'– ' * (path.count('/') + 1)}{position.element.label}"))
    return found


def kind_word(element: forms.Element) -> str:
    """The kind of an element in the language of the page."""
    return _(kinds.kind_of(element).label)


def sent(request: HttpRequest) -> Mapping[str, str]:
    """What the page sent, texts by name; several answers of one name joined by a space."""
    return {name: " ".join(request.POST.getlist(name)) if name == "media_types" else request.POST.get(name, "") for name in request.POST}  # fmt: skip
