"""Security headers, language and the page for expected failures."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from stadtkern.foundation.shell import languages
from stadtkern.foundation.shell.context import THEME_COOKIE
from stadtkern.kernel.errors import PROBLEM_MEDIA_TYPE, DomainError, InvalidInput

logger = logging.getLogger("stadtkern.errors")

View = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE = "sprache"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


def framed_here(response: HttpResponseBase) -> None:
    """Let a page of this site show the answer in a frame (the preview of a form); nobody else may."""
    response.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"


class SecurityHeaders:
    """A strict content security policy on every answer."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        return response


class Language:
    """German unless a cookie (or ``?lang=``) asks for a language the page has; remembers ``?thema=`` (light, dark, auto) too."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang") or request.COOKIES.get(LANGUAGE_COOKIE, "de")
        language = languages.chosen(request.path, asked)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers["Content-Language"] = language
        if request.GET.get("lang") == language:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax")
        _remember_theme(request, response)
        translation.deactivate()
        return response


def _remember_theme(request: HttpRequest, response: HttpResponse) -> None:
    asked = request.GET.get("thema")
    if asked in ("light", "dark"):
        response.set_cookie(THEME_COOKIE, asked, max_age=31_536_000, samesite="Lax")
    elif asked == "auto":
        response.delete_cookie(THEME_COOKIE, samesite="Lax")


class Problems:
    """Expected failures become a kind page, or a problem document for programs."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return expected_failure(request, exception)
        if isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation | MultiPartParserError):
            return None  # Django's own pages (404.html, 403.html, 400.html)
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return expected_failure(request, InvalidInput())  # no text of a person contains this character
        return None if settings.DEBUG else unexpected_failure(request, exception)


def expected_failure(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """A kind page with the way back, or a problem document (RFC 9457)."""
    language = getattr(request, "LANGUAGE_CODE", "de")
    if _wants_json(request):
        document = problem.as_problem(language)
        return JsonResponse(document, status=problem.status, content_type=PROBLEM_MEDIA_TYPE)
    back = request.path if request.method == "POST" else ""
    context = {"problem": problem, "problem_text": problem.text(language), "back": back}
    return render(request, "shell/problem.html", context, status=problem.status)


def unexpected_failure(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page with a reference number; the log has the same number and the trace, once, without personal data."""
    reference = f"{secrets.randbelow(10_000):04d}-{secrets.randbelow(10_000):04d}"
    logger.error("unexpected error", exc_info=exception, extra={"reference": reference, "path": request.path})
    got_request_exception.send(sender=Problems, request=request)
    response: HttpResponse
    if _wants_json(request):
        document = {
            "type": "/docs/errors/unexpected",
            "title": "Unexpected error",
            "status": 500,
            "reference": reference,
        }
        response = JsonResponse(document, status=500, content_type=PROBLEM_MEDIA_TYPE)
    else:
        response = HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/")
