"""What an applicant sees: her cases, one case as a timeline, receipt, post box."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases import downloads, parties, policies, queries, timeline
from stadtkern.casework.cases.actions.common import subject_of
from stadtkern.casework.cases.models import Case, Decision, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, NotVisible, guest_or_resident
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock


@guest_or_resident
def own_cases(request: HttpRequest) -> HttpResponse:
    """The actor's own cases and, by party, those of everybody she acts for; without any, how to get to one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = parties.in_order(policies.own(actor), actor)
    page = shell.paginate(request, rows, per_page=20)
    shown = [
        {"case": case, "sentence": queries.public_state(case, actor.language)} for case in page.object_list
    ]
    received = policies.own(actor, "receive")
    unread = PostBoxItem.objects.filter(case__in=received, read_at__isnull=True).count()
    drafts = [
        {"draft": draft, "party": parties.name_of(actor, draft.business_id or draft.account_id)}
        for draft in forms.drafts_of(actor, clock.now())
    ]
    context = {"groups": parties.grouped(actor, shown), "page": page, "unread": unread, "drafts": drafts}
    return render(request, "cases/public/list.html", context)


@guest_or_resident
def after_submit(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """After sending: the receipt of the case that the submission became."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    root = forms.submission(submission_id).root_id
    case = policies.own(actor).filter(root_submission_id=root, parent=None).first()
    if case is None:
        raise NotVisible()
    amended = root != submission_id
    return redirect("cases:case" if amended else "cases:receipt", case_id=case.pk)


@guest_or_resident
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """It arrived: number, what happens next, whom to call, downloads, checksum."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id)
    procedure = processes.procedure(case.process_version_id)
    charges = [
        charge for charge in payments.charges_of(case.pk) if charge.is_open and charge.method != "INVOICE"
    ]
    context = {
        "case": case,
        "submission": forms.submission(case.submission_id),
        "procedure": procedure,
        "office": organizations.office(id=case.office_id) if case.office_id else None,
        "charges": charges,
        "needs_appointment": procedure.texts.appointment is not None
        and appointments.booking_of(case.pk) is None,
        "is_guest": actor.kind == "guest",
    }
    return render(request, "cases/public/receipt.html", context)


@guest_or_resident
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where the case stands, what to do, what happened."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id)
    procedure = processes.procedure(case.process_version_id)
    allowed = processes.allowed(subject_of(case))
    receives, applies = policies.may(actor, case, "receive"), policies.may(actor, case, "apply")
    released = case.decisions.filter(released_at__isnull=False).order_by("-released_at")
    decision = released.first() if receives else None
    parties.record_reading(actor, case, clock.now())
    context = {
        "case": case,
        "acting": parties.acting(actor, case),
        "may_act": applies,
        "sentence": queries.public_state(case, actor.language),
        "timeline": _with_next(
            case, timeline.for_applicant(case.events.order_by("at", "id"), actor.language)
        ),
        "request_open": case.requests.filter(answered_at__isnull=True).first(),
        "charges": payments.charges_of(case.pk),
        "booking": appointments.booking_of(case.pk),
        "needs_appointment": applies
        and procedure.texts.appointment is not None
        and case.state_kind != "closed",
        "decision": decision,
        "decision_word": _decision_word(decision),
        "may_withdraw": applies and "withdraw" in allowed,
        "may_amend": applies
        and case.state in ("received", "waiting_for_applicant")
        and case.parent_id is None,
        "may_object": applies and _may_object(case, procedure, decision),
        "messages_shown": case.messages.exclude(direction="note").order_by("-sent_at", "-id")[:50]
        if receives
        else [],
        "documents": PostBoxItem.objects.filter(case=case, file_id__isnull=False).order_by("-at")
        if receives
        else [],
        "linked": case.linked.order_by("received_at"),
        "office": organizations.office(id=case.office_id) if case.office_id else None,
        "versions_differ": case.submission_id != case.root_submission_id,
        "answers": queries.answers_of(case, actor.language, file_url="cases:file"),
        "breadcrumb": [(_("Meine Vorgänge"), reverse("cases:list")), (case.number, "")],
    }
    return render(request, "cases/public/case.html", context)


def _with_next(case: Case, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if case.state_kind != "closed" and case.due_on is not None:
        rows.append(
            {"title": _("Entscheidung, voraussichtlich bis"), "at": case.due_on, "text": "", "state": "next"}
        )
    return rows


def _decision_word(decision: Decision | None) -> str:
    if decision is None:
        return ""
    words = {
        Decision.Kind.GRANT: _("Ihr Antrag ist bewilligt"),
        Decision.Kind.PARTLY: _("Ihr Antrag ist zum Teil bewilligt"),
        Decision.Kind.REFUSE: _("Ihr Antrag ist abgelehnt"),
    }
    return words[Decision.Kind(decision.kind)]


def _may_object(case: Case, procedure: processes.Procedure, decision: Decision | None) -> bool:
    if decision is None or not procedure.texts.objection or case.parent_id is not None:
        return False
    return not case.linked.filter(state_kind__in=["open", "waiting"]).exists()


@guest_or_resident
def differences(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the applicant changed between her versions."""
    case = policies.find_as_applicant(request.actor, case_id)  # type: ignore[attr-defined]
    changes = forms.differences(
        case.root_submission_id, case.submission_id, getattr(request, "LANGUAGE_CODE", "de")
    )
    return render(request, "cases/public/differences.html", {"case": case, "changes": changes})


@guest_or_resident
def receipt_pdf(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt as a tagged PDF."""
    case = policies.find_as_applicant(request.actor, case_id)  # type: ignore[attr-defined]
    content = forms.receipt_pdf(case.submission_id)
    return _download(content, f"Eingang-{case.number}.pdf", "application/pdf")


@guest_or_resident
def payload_json(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The application as machine-readable JSON."""
    case = policies.find_as_applicant(request.actor, case_id)  # type: ignore[attr-defined]
    return _download(forms.payload_json(case.submission_id), f"Antrag-{case.number}.json", "application/json")


@guest_or_resident
def payload_xml(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The application as machine-readable XML."""
    case = policies.find_as_applicant(request.actor, case_id)  # type: ignore[attr-defined]
    return _download(forms.payload_xml(case.submission_id), f"Antrag-{case.number}.xml", "application/xml")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@guest_or_resident
def file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """A document of one's own case; who may only read it sees what was sent with the application."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id)
    if (
        not policies.may(actor, case, "receive")
        and file_id not in forms.submission(case.submission_id).file_ids
    ):
        raise NotVisible()
    return downloads.file_of(case, file_id, public=True)


@guest_or_resident
def post_box(request: HttpRequest) -> HttpResponse:
    """Everything the city sent, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = (
        PostBoxItem.objects.filter(case__in=policies.own(actor, "receive"))
        .select_related("case")
        .order_by("-at", "-id")
    )
    page = shell.paginate(request, rows, per_page=30)
    unread = rows.filter(read_at__isnull=True).count()
    breadcrumb = [(_("Meine Vorgänge"), reverse("cases:list")), (_("Postfach"), "")]
    shown = [
        {"item": item, "party": parties.name_of(actor, item.case.business_id or item.case.applicant_id)}
        for item in page.object_list
    ]
    context = {"rows": shown, "page": page, "unread": unread, "breadcrumb": breadcrumb}
    return render(request, "cases/public/post_box.html", context)
