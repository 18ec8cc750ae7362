"""What a party sees of a case, the same inside and outside: the question, what was released, the form of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.cases import queries
from stadtkern.casework.cases.models import Case
from stadtkern.casework.cases.statements import actions
from stadtkern.casework.cases.statements.models import Statement
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible

ALLOWED = frozenset({"application/pdf", "image/png", "image/jpeg"})
KINDS = {
    "open": "neutral",
    "answered": "success",
    "silent": "warning",
    "cancelled": "neutral",
    "conditions": "warning",
    "object": "danger",
}


def line(row: Statement) -> dict[str, Any]:
    """A request as lists show it: who, its status in a word and a shape, until when."""
    late = row.status == Statement.Status.OPEN and row.due_on < clock.today()
    kind = KINDS.get(row.verdict) or ("danger" if late else KINDS[row.status])
    word = _(row.get_verdict_display()) if row.verdict else _(row.get_status_display())
    if row.status == Statement.Status.SILENT:
        word = (
            _("keine Antwort, gilt als keine Bedenken")
            if row.silence == Statement.Silence.NO_OBJECTION
            else _("keine Antwort")
        )
    return {"row": row, "kind": kind, "word": word, "case": row.case, "asked_at": clock.local(row.asked_at),
            "answered_at": clock.local(row.answered_at) if row.answered_at else None}  # fmt: skip


def summary(case: Case) -> list[dict[str, Any]]:
    """The requests on a case for its page, taken back ones apart."""
    rows = Statement.objects.filter(case=case).exclude(status=Statement.Status.CANCELLED)
    return [line(row) for row in rows.order_by("asked_at", "id")[:50]]


def files_of(row: Statement, ids: Iterable[UUID], url: str) -> list[dict[str, str]]:
    """Files with their addresses."""
    return [
        {"name": info.name, "href": reverse(url, args=[row.pk, info.id])} for info in files.infos(list(ids))
    ]


def released_file(row: Statement, file_id: UUID, *, actor: Actor) -> HttpResponseBase:
    """A file that belongs to the request or to its answer; every reading is logged."""
    if file_id not in (*row.file_ids, *row.answer_file_ids):
        raise NotVisible()
    details = {"file": str(file_id), "case": str(row.case_id)}
    audit.record(
        actor=actor,
        action="statements.file.read",
        obj=("statement", row.pk),
        details=details,
        now=clock.now(),
    )
    return files.as_response(file_id)


def answer_page(
    request: HttpRequest,
    row: Statement,
    *,
    actor: Actor,
    by_name: str,
    template: str,
    file_url: str,
    back: str,
    breadcrumb: Sequence[tuple[str, str]],
) -> HttpResponse:
    """Show the request, or take the answer. Every reading is logged."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            _take(request, row, actor=actor, by_name=by_name)
            messages.success(request, _("Danke. Ihre Stellungnahme ist eingegangen."))
            return redirect(back)
        except DomainError as caught:
            error = caught
    else:
        details = {"case": str(row.case_id)}
        audit.record(
            actor=actor, action="statements.read", obj=("statement", row.pk), details=details, now=clock.now()
        )
    context = {
        "row": row,
        "case": row.case,
        "line": line(row),
        "answers": released_answers(row, getattr(request, "LANGUAGE_CODE", "de")),
        "documents": files_of(row, row.file_ids, file_url),
        "own_files": files_of(row, row.answer_file_ids, file_url),
        "may_answer": row.status in ("open", "silent") and row.case.state_kind != "closed",
        "verdicts": [(value, _(label)) for value, label in Statement.Verdict.choices],
        "verdict": request.POST.get("verdict", ""),
        "text": request.POST.get("text", ""),
        "name": request.POST.get("name", by_name),
        "ask_name": not by_name,
        "silence": _(row.get_silence_display()),
        "errors": [
            (str(error.extra.get("field", "text")), error.text(getattr(request, "LANGUAGE_CODE", "de")))
        ]
        if error
        else [],
        "breadcrumb": list(breadcrumb),
    }
    return render(request, template, context, status=error.status if error else 200)


def _take(request: HttpRequest, row: Statement, *, actor: Actor, by_name: str) -> None:
    now = clock.now()
    stored = [
        files.store(
            cast(BinaryIO, upload.file),
            name=upload.name or "",
            allowed=ALLOWED,
            max_bytes=settings.UPLOAD_MAX_BYTES,
            purpose="case-statement",
            now=now,
        ).id
        for upload in request.FILES.getlist("files")[:10]
    ]
    actions.answer(
        actor=actor,
        statement_id=row.pk,
        verdict=request.POST.get("verdict", ""),
        text=request.POST.get("text", ""),
        file_ids=stored,
        by_name=by_name or request.POST.get("name", ""),
        now=now,
    )


def released_answers(row: Statement, language: str) -> list[tuple[str, list[dict[str, str]]]]:
    """The released parts of the application, without files (those are released one by one)."""
    german = queries.answers_of(row.case, "de", file_url="desk:file")
    shown = queries.answers_of(row.case, language, file_url="desk:file")
    return [
        (name, [{**answer, "href": ""} for answer in answers])
        for (key, _german), (name, answers) in zip(german, shown, strict=True)
        if key in row.groups
    ]


# Words of the models, for the collector of messages.
def _words() -> tuple[str, ...]:
    return (
        _("erbeten"), _("eingegangen"), _("ohne Antwort abgelaufen"), _("zurückgenommen"), _("keine Bedenken"),
        _("keine Bedenken mit Auflagen"), _("Bedenken"), _("Keine Antwort gilt als keine Bedenken"),
        _("Ohne Antwort geht es ohne Stellungnahme weiter"),
    )  # fmt: skip
