"""The one form page of the administration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.foundation.access.api import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    actor: Actor = cast(Any, request).actor
    return actor


def trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the administration's start page."""
    return [(_("Verwaltung"), reverse("administration:overview")), *steps]


def form_page(
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    button: str,
    back: str,
    lead: str = "",
    more: Mapping[str, Any] | None = None,
    steps: tuple[tuple[str, str], ...] = (),
    template: str = "organizations/desk/form.html",
) -> HttpResponse:
    """A form with error summary; 422 when it came back with errors."""
    context = {
        "title": title,
        "form": form,
        "button": button,
        "back": back,
        "lead": lead,
        "breadcrumb": trail(*steps, (title, "")),
        **(more or {}),
    }
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)
