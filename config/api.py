"""The JSON API of the house: OpenAPI 3.1 at ``/api/openapi.json``, a readable page at ``/api/docs``.

Every module adds its router here with one line. Failures answer as ``application/problem+json`` (RFC 9457).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError

from stadtkern.casework.cases.endpoints import router as cases_router
from stadtkern.casework.forms.endpoints import router as forms_router
from stadtkern.casework.kita.endpoints import router as kita_router
from stadtkern.casework.relief.endpoints import router as relief_router
from stadtkern.casework.services.endpoints import router as services_router
from stadtkern.foundation.access.api import public
from stadtkern.kernel.errors import PROBLEM_MEDIA_TYPE, DomainError

api = NinjaAPI(
    title="Stadtkern",
    version="1",
    description=(
        "Leistungen, Formulare, Anträge und Vorgänge einer Kommune. Die Kommune ergibt sich aus dem Namen des Servers. "
        "Lesen der Leistungen ist offen; alles andere braucht ein App-Passwort (Basic)."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/v1", services_router)
api.add_router("/v1", forms_router)
api.add_router("/v1", cases_router)
api.add_router("/v1", kita_router)
api.add_router("/v1", relief_router)


@api.exception_handler(DomainError)
def expected(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """Expected failures as problem documents."""
    document = problem.as_problem(getattr(request, "LANGUAGE_CODE", "de"))
    return JsonResponse(document, status=problem.status, content_type=PROBLEM_MEDIA_TYPE)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Malformed input with the places."""
    document = {
        "type": "/docs/errors/invalid-input",
        "title": "Die Anfrage ist nicht richtig aufgebaut.",
        "status": 422,
        "errors": problem.errors,
    }
    return JsonResponse(document, status=422, content_type=PROBLEM_MEDIA_TYPE)


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the interface (OpenAPI 3.1)."""
    return JsonResponse(
        api.get_openapi_schema(path_prefix="/api/"), json_dumps_params={"ensure_ascii": False}
    )


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people: server-rendered, no script and no request to anybody else."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    operations = [
        {"method": method.upper(), "path": address, **operation}
        for address, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    crumbs = [("Startseite", "/"), ("API", "")]
    return render(
        request,
        "shell/api_docs.html",
        {"info": schema["info"], "operations": operations, "breadcrumb": crumbs},
    )


def urls() -> list[URLPattern | URLResolver]:
    """All addresses below ``/api/``. Gates of operations are their own (ninja ``auth=``), so the front door is open."""
    patterns: list[URLPattern | URLResolver] = [path("openapi.json", openapi), path("docs", docs)]
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern):
            public(pattern.callback)
        patterns.append(pattern)
    return patterns
