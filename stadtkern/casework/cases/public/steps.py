"""What an applicant does: answer, correct, write, withdraw, object, book, pay, open post."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases import actions, guests, policies
from stadtkern.casework.cases.models import Case, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, NotVisible, guest_or_resident
from stadtkern.foundation.files import api as files
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput

EVIDENCE = frozenset({"application/pdf", "image/png", "image/jpeg"})


def _page(
    request: HttpRequest,
    case: Case,
    template: str,
    error: DomainError | None,
    field: str = "text",
    **more: Any,
) -> HttpResponse:
    language = getattr(request, "LANGUAGE_CODE", "de")
    context = {
        "case": case,
        "errors": [(field, error.text(language))] if error else [],
        "text": request.POST.get("text", ""),
        "breadcrumb": [
            (_("Meine Vorgänge"), reverse("cases:list")),
            (case.number, reverse("cases:case", args=[case.pk])),
            (_("Schritt"), ""),
        ],
        **more,
    }
    return render(request, template, context, status=error.status if error else 200)


@guest_or_resident
def answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Answer what the office asked: in words and files, or by correcting the application."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    asked = case.requests.filter(answered_at__isnull=True).first()
    if asked is None:
        return redirect("cases:case", case_id=case.pk)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            now = clock.now()
            stored = [
                files.store(
                    cast(BinaryIO, upload.file), name=upload.name or "", allowed=EVIDENCE, max_bytes=settings.UPLOAD_MAX_BYTES,
                    purpose="case-evidence", now=now,
                ).id
                for upload in request.FILES.getlist("files")[:10]
            ]  # fmt: skip
            actions.answer_request(
                actor=actor, case_id=case.pk, text=request.POST.get("text", ""), file_ids=stored, now=now
            )
            messages.success(request, _("Danke. Ihre Antwort ist bei uns."))
            return redirect("cases:case", case_id=case.pk)
        except DomainError as caught:
            error = caught
    return _page(request, case, "cases/public/answer.html", error, asked=asked)


@guest_or_resident
def amend(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Correct the application: the form opens with the values sent so far."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    if case.state not in ("received", "waiting_for_applicant") or case.parent_id is not None:
        return redirect("cases:case", case_id=case.pk)
    if request.method != "POST":
        return _page(request, case, "cases/public/amend.html", None)
    draft = forms.start_amendment(actor=actor, submission_id=case.submission_id, now=clock.now())
    return forms.enter_draft(request, draft)


@guest_or_resident
def message(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write to the office."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            actions.send_message(
                actor=actor, case_id=case.pk, text=request.POST.get("text", ""), now=clock.now()
            )
            messages.success(request, _("Ihre Nachricht ist bei uns."))
            return redirect("cases:case", case_id=case.pk)
        except DomainError as caught:
            error = caught
    return _page(request, case, "cases/public/message.html", error)


@guest_or_resident
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back, after asking once more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            actions.withdraw(
                actor=actor, case_id=case.pk, reason=request.POST.get("text", ""), now=clock.now()
            )
            messages.success(request, _("Ihr Antrag ist zurückgenommen."))
            return redirect("cases:case", case_id=case.pk)
        except DomainError as caught:
            error = caught
    return _page(request, case, "cases/public/withdraw.html", error)


@guest_or_resident
def object_to_decision(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """File an objection (Widerspruch)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    decision = case.decisions.filter(released_at__isnull=False).order_by("-released_at").first()
    error: DomainError | None = None
    if request.method == "POST":
        try:
            linked = actions.object_to_decision(
                actor=actor, case_id=case.pk, text=request.POST.get("text", ""), now=clock.now()
            )
            guests.remember(request, linked)
            messages.success(request, _("Ihr Widerspruch ist eingegangen."))
            return redirect("cases:case", case_id=linked)
        except DomainError as caught:
            error = caught
    return _page(request, case, "cases/public/object.html", error, decision=decision)


@guest_or_resident
def appointment(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose, change or cancel the appointment of the case."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    wanted = processes.procedure(case.process_version_id).texts.appointment
    if wanted is None:
        raise NotVisible()
    office = organizations.office(slug=wanted.office)
    office_id = office.id if office else case.office_id
    error: DomainError | None = None
    if request.method == "POST":
        try:
            actions.book_appointment(
                actor=actor,
                case_id=case.pk,
                slot_id=_slot(request),
                cancel="absagen" in request.POST,
                now=clock.now(),
            )
            return redirect("cases:case", case_id=case.pk)
        except DomainError as caught:
            error = caught
    slots = appointments.free_slots(office_id=office_id, after=clock.now()) if office_id else []
    options = [(str(slot.id), _slot_label(slot)) for slot in slots]
    booking = appointments.booking_of(case.pk)
    return _page(
        request, case, "cases/public/appointment.html", error, "slot",
        options=options, booking=booking, wanted=wanted, office=office, chosen=request.POST.get("slot", ""),
    )  # fmt: skip


def _slot(request: HttpRequest) -> UUID | None:
    if "absagen" in request.POST:
        return None
    try:
        return UUID(request.POST.get("slot", ""))
    except ValueError as error:
        raise InvalidInput(
            "Bitte wählen Sie einen Termin.", message_en="Please choose an appointment."
        ) from error


def _slot_label(slot: appointments.SlotInfo) -> str:
    return formats.date_format(clock.local(slot.starts_at), "l, j. F Y, H:i")


@guest_or_resident
def pay(request: HttpRequest, case_id: UUID, charge_id: UUID) -> HttpResponse:
    """Go to the payment provider."""
    case = policies.find_as_applicant(request.actor, case_id, "apply")  # type: ignore[attr-defined]
    charge = next((item for item in payments.charges_of(case.pk) if item.id == charge_id), None)
    if charge is None:
        raise NotVisible()
    if request.method != "POST":
        return _page(request, case, "cases/public/pay.html", None, charge=charge)
    back = reverse("cases:paid", args=[case.pk, charge_id])
    return redirect(payments.start(charge_id=charge_id, return_path=back))


@guest_or_resident
def paid(request: HttpRequest, case_id: UUID, charge_id: UUID) -> HttpResponse:
    """Back from the provider: ask it for the state (by POST: it writes) and tell the person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "apply")
    charge = next((item for item in payments.charges_of(case.pk) if item.id == charge_id), None)
    if charge is None:
        raise NotVisible()
    if request.method == "POST":
        charge = actions.settle_online_payment(
            actor=actor, case_id=case.pk, charge_id=charge_id, now=clock.now()
        )
        if not charge.is_open:
            messages.success(request, _("Die Zahlung ist angekommen. Danke."))
            return redirect("cases:case", case_id=case.pk)
    return _page(request, case, "cases/public/paid.html", None, charge=charge, asked=request.method == "POST")


@guest_or_resident
def open_item(request: HttpRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    """Open something of the post box: it counts as read, then its document or the case is shown."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_as_applicant(actor, case_id, "receive")
    item = PostBoxItem.objects.filter(pk=item_id, case=case).first()
    if item is None:
        raise NotVisible()
    if request.method == "POST":
        actions.mark_read(actor=actor, item_id=item_id, case_id=case_id, now=clock.now())
    if item.file_id is not None:
        return redirect("cases:file", case_id=case.pk, file_id=item.file_id)
    return redirect("cases:case", case_id=case.pk)


@guest_or_resident
def guest_entry(request: HttpRequest) -> HttpResponse:
    """Without an account: case number and code open the case for this session."""
    error: DomainError | None = None
    number = request.POST.get("number", "").strip()
    if request.method == "POST":
        try:
            case_id = guests.open_with_code(request, number=number, code=request.POST.get("code", ""))
            return redirect("cases:case", case_id=case_id)
        except DomainError as caught:
            error = caught
    errors = [("number", error.text(getattr(request, "LANGUAGE_CODE", "de")))] if error else []
    status = error.status if error else 200
    return render(
        request, "cases/public/guest_entry.html", {"errors": errors, "number": number}, status=status
    )
