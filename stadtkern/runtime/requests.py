"""The outermost middleware: request id, one log line and one count per request, ``/health`` and ``/metrics``.

It answers these two itself, before host names, sessions or tenants matter: a monitor calls by address.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from stadtkern.runtime import health, metrics
from stadtkern.runtime.logs import request_id

log = logging.getLogger("stadtkern.requests")
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Observe:
    """First in ``MIDDLEWARE``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/health":
            return _health()
        if request.path == "/metrics":
            return _metrics(request)
        token = request_id.set(_id_of(request))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            _observe(request, response, time.perf_counter() - began)
            return response
        finally:
            request_id.reset(token)


def _observe(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    route = f"/{match.route}" if match else "(unknown)"  # the pattern, never the address: it may carry names
    metrics.observe(method=request.method or "", route=route, status=response.status_code, seconds=seconds)
    tenant = getattr(request, "tenant_id", None)
    log.info(
        "request",
        extra={
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "duration_ms": round(seconds * 1000, 1),
            "tenant_id": tenant,
        },
    )


def _id_of(request: HttpRequest) -> str:
    """A proxy's id is kept if it looks like one, so that its log and ours can be joined."""
    given = request.headers.get("X-Request-ID", "")
    if _ACCEPTED_ID.fullmatch(given):
        return given
    import uuid

    return uuid.uuid4().hex


def _health() -> HttpResponse:
    found = health.check()
    response = JsonResponse(found.as_json(), status=found.status_code)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    # Django would log every 503 as an error, once per second while starting.
    response._has_been_logged = True  # type: ignore[attr-defined]
    if not found.ok:
        response["Retry-After"] = "1"
    return response


def _metrics(request: HttpRequest) -> HttpResponse:
    allowed = metrics.may_read(
        authorization=request.headers.get("Authorization", ""),
        remote=str(request.META.get("REMOTE_ADDR", "")),
        forwarded="X-Forwarded-For" in request.headers or "Forwarded" in request.headers,
    )
    if not allowed:
        return HttpResponse(status=404)
    return HttpResponse(metrics.render(), content_type=metrics.MEDIA_TYPE)
