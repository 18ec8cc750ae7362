"""Which outside systems procedures may call: the administration allows each by name and purpose."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.casework.processes.builtin import hosts
from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def host_list(request: HttpRequest) -> HttpResponse:
    """The allowed systems, and a form for one more."""
    actor: Actor = cast(Any, request).actor
    given = {name: request.POST.get(name, "") for name in ("host", "purpose", "private")}
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            hosts.allow(
                actor=actor,
                host=given["host"],
                private=given["private"] == "1",
                purpose=given["purpose"],
                now=clock.now(),
            )
        except DomainError as refused:
            errors = [(str(refused.extra.get("field", "host")), refused.text(actor.language))]
        else:
            messages.success(request, _("Das Außensystem ist erlaubt."))
            return redirect("outside:list")
    context = {
        "rows": list(hosts.allowed()[:500]),
        "given": given,
        "errors": errors,
        "error": dict(errors),
        "breadcrumb": [(_("Außensysteme"), "")],
    }
    return render(request, "processes/desk/hosts.html", context, status=422 if errors else 200)


@require_POST
@staff(Role.ADMINISTRATOR)
def forbid(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """Procedures may no longer call this system."""
    hosts.forbid(actor=cast(Any, request).actor, host_id=host_id, now=clock.now())
    messages.success(request, _("Das Außensystem ist nicht mehr erlaubt."))
    return redirect("outside:list")
