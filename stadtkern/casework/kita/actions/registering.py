"""A registration comes in: judged again, made from the submitted form, in one transaction with its case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from stadtkern.casework.cases import api as cases
from stadtkern.casework.forms import api as forms
from stadtkern.casework.kita import form, rules
from stadtkern.casework.kita.actions import drafts
from stadtkern.casework.kita.errors import AlreadyRegistered, RegistrationRefused
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    Child,
    CriterionClaim,
    Facility,
    Guardian,
    Registration,
    RegistrationDraft,
    SiblingRule,
    Wish,
    WishList,
)
from stadtkern.casework.kita.queries import facilities as catalog
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.files import api as files
from stadtkern.foundation.places import api as places
from stadtkern.kernel import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the family keeps: its registration, and without an account the code that opens it."""

    registration_id: UUID
    case_id: UUID
    number: str
    code: str = ""


def problems_of(answers: form.Answers, kitas: Sequence[Facility], today: date) -> list[rules.Problem]:
    """Everything that keeps a registration from being sent, in the order of the pages."""
    found = rules.child_problems(
        given=answers.child_given,
        family=answers.child_family,
        birth=answers.birth,
        expected=answers.expected,
        today=today,
    )
    born = answers.born
    found += rules.need_problems(
        start=answers.start, latest=answers.latest, born=born, today=today, hours=answers.hours
    )
    if born is not None:
        found += rules.wish_problems(
            answers.wishes, [catalog.facts_of(kita) for kita in kitas], born=born, today=today
        )
    return found + contact_problems(answers.contact)


def contact_problems(who: form.Contact) -> list[rules.Problem]:
    """Who registers must have a name, a place, and a way to be reached."""
    missing = [
        ("family", who.family, gettext_noop("Bitte geben Sie Ihren Familiennamen an.")),
        ("given", who.given, gettext_noop("Bitte geben Sie Ihren Vornamen an.")),
        ("street", who.street, gettext_noop("Bitte geben Sie Straße und Hausnummer an.")),
        ("town", who.town, gettext_noop("Bitte geben Sie Ihren Wohnort an.")),
    ]
    found = [rules.problem(name, "missing", text) for name, value, text in missing if not value.strip()]
    if not re.fullmatch(r"\d{5}", who.postcode):
        found.append(
            rules.problem(
                "postcode", "missing", gettext_noop("Bitte geben Sie die Postleitzahl mit fünf Ziffern an.")
            )
        )
    if who.email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", who.email):
        found.append(
            rules.problem(
                "email", "wrong", gettext_noop("Das ist keine E-Mail-Adresse. Ein Beispiel: name@beispiel.de")
            )
        )
    return found  # fmt: skip


@transaction.atomic
def send(*, actor: Actor, draft_id: UUID, answers: form.Answers, now: datetime) -> Sent:
    """Send the draft: the form is submitted, the case opens, the registration stands. Sending again gives the same one.

    Raises ``RegistrationRefused`` with all problems, ``AlreadyRegistered``, and what ``forms.create_submission`` raises.
    """
    draft = drafts.find(actor, draft_id, now, lock=True)
    if draft.registration_id is not None:
        return _sent(Registration.objects.get(pk=draft.registration_id))
    kitas = catalog.by_keys([wish.key for wish in answers.wishes])
    found = problems_of(answers, kitas, clock.local(now).date())
    if found:
        raise RegistrationRefused(found)
    by_staff = draft.channel in drafts.STAFF_CHANNELS
    code = forms.new_guest_code() if by_staff or actor.kind != "resident" else ""
    criteria = points.criteria_at(kitas, clock.local(now).date())
    submission = forms.create_submission(
        actor=actor,
        service_slug=form.SLUG,
        values=form.to_values(
            answers,
            names={kita.key: kita.name for kita in kitas},
            criteria={criterion.id: criterion.label.de for criterion in criteria},
        ),
        files=_uploads(answers),
        now=now,
        channel=draft.channel,
        idempotency_key=str(draft.pk),
        person=_person(answers) if by_staff else forms.Person(email=answers.contact.email),
        guest_code=code,
    )
    case = cases.case_of_submission(submission.id)
    assert case is not None
    registration = Registration.objects.get(case_id=case.id)
    if by_staff:
        registration.entered_by_id = actor.account_id
        registration.save(update_fields=["entered_by_id"])
    drafts.empty(draft)
    draft.registration_id = registration.pk
    draft.save()
    return _sent(registration, code)


def _sent(row: Registration, code: str = "") -> Sent:
    return Sent(registration_id=row.pk, case_id=row.case_id, number=row.number, code=code)


def _person(answers: form.Answers) -> forms.Person:
    who = answers.contact
    return forms.Person(
        name=f"{who.given} {who.family}".strip(),
        email=who.email,
        address=f"{who.street}\n{who.postcode} {who.town}",
    )


def _uploads(answers: form.Answers) -> dict[str, list[forms.Upload]]:
    """The proofs as files of the form; they were opened and scanned when they came."""
    return {
        form.proof_path(index): [
            forms.Upload(name=files.info(key).name, content=files.read(key), trusted=True) for key in keys
        ]
        for index, keys in enumerate(answers.proofs.values())
    }


# --- from the submission -----------------------------------------------------------------------------------------


@transaction.atomic
def register(*, submission_id: UUID, now: datetime) -> UUID:
    """Make the registration of a submitted form, whatever way it came; returns its id.

    Raises ``RegistrationRefused`` and ``AlreadyRegistered``: then nothing was submitted either.
    """
    submission, case = forms.submission(submission_id), cases.case_of_submission(submission_id)
    if case is None:
        raise LookupError(f"a registration without case: {submission_id}")
    answers = form.read(submission.values)
    today = clock.local(now).date()
    kitas = catalog.by_keys([wish.key for wish in answers.wishes])
    found = problems_of(answers, kitas, today)
    if found:
        raise RegistrationRefused(found)
    assert answers.start is not None and answers.hours is not None  # judged above
    child = child_of(answers)
    sibling = (
        Facility.objects.filter(key=answers.sibling_facility).first() if answers.sibling_facility else None
    )
    point, district = _home(answers.contact)
    row = Registration(
        child=child,
        case_id=case.id,
        number=case.number,
        start_on=answers.start,
        latest_on=answers.latest,
        hours=answers.hours,
        integration=answers.integration,
        district_id=district,
        longitude=point[0] if point else None,
        latitude=point[1] if point else None,
        family_id=_family(answers),
        sibling_rule=answers.sibling_rule if answers.sibling_rule in SiblingRule.values else SiblingRule.SAME_PREFERRED,
        sibling_facility=sibling,
        facts=dict(answers.facts),
        language=case.language,
        channel=submission.channel,
        registered_at=now,
        confirm_by_on=today + rules.CONFIRM_EVERY,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegistered() from error
    _guardian(row, answers.contact, now)
    add_wishes(row, answers.wishes, {kita.key: kita for kita in kitas}, by="family", now=now)
    _claims(row, answers.proofs, now)
    return row.pk


def child_of(answers: form.Answers) -> Child:
    """The child of these answers: known from before, or new."""
    born = answers.born
    assert born is not None
    child, _ = Child.objects.get_or_create(
        identity=rules.identity(answers.child_given, answers.child_family, born),
        namesake=0,
        defaults={
            "given_names": answers.child_given,
            "family_name": answers.child_family,
            "birth_date": answers.birth,
            "expected_on": None if answers.birth else answers.expected,
        },
    )
    return child


def _home(who: form.Contact) -> tuple[tuple[float, float] | None, UUID | None]:
    """Where the family lives, as far as the list of streets knows it."""
    known = rules.address(who.street)
    if known is None:
        return None, None
    district = places.district_of(*known, postcode=who.postcode)
    return places.point_of(*known, postcode=who.postcode), district.id if district else None


def _family(answers: form.Answers) -> UUID | None:
    """The family of the sibling whose number was given, if it is the same family: same address or same mail."""
    number, who = answers.sibling_number.strip(), answers.contact
    if not number:
        return None
    sibling = Registration.objects.filter(number__iexact=number, state__in=ACTIVE_STATES).first()
    known = sibling.guardians.first() if sibling is not None else None
    if sibling is None or known is None:
        return None
    same_mail = bool(who.email) and known.email.casefold() == who.email.casefold()
    same_home = (known.street.casefold(), known.postcode) == (who.street.casefold(), who.postcode)
    if not (same_mail or same_home):
        return None
    if sibling.family_id is None:
        sibling.family_id = sibling.pk
        sibling.save(update_fields=["family_id"])
    return sibling.family_id


def _guardian(row: Registration, who: form.Contact, now: datetime) -> None:
    Guardian.objects.create(
        registration=row,
        position=1,
        given_names=who.given,
        family_name=who.family,
        street=who.street,
        postcode=who.postcode,
        town=who.town,
        email=who.email,
        phone=who.phone,
        consented_at=now,
    )


def add_wishes(
    row: Registration,
    wishes: Sequence[rules.WishEntry],
    kitas: Mapping[str, Facility],
    *,
    by: str,
    now: datetime,
) -> WishList:
    """The next version of the ranked wishes, in the order given."""
    last = (
        WishList.objects.filter(registration=row)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    version = WishList.objects.create(
        registration=row, version=(last or 0) + 1, created_at=now, created_by=by
    )
    Wish.objects.bulk_create(
        [
            Wish(
                wish_list=version, rank=rank, facility=kitas[wish.key], hours=wish.hours, start_on=wish.start
            )
            for rank, wish in enumerate(wishes, 1)
        ]
    )
    return version


def _claims(row: Registration, proofs: Mapping[str, Sequence[UUID]], now: datetime) -> None:
    CriterionClaim.objects.bulk_create(
        [
            CriterionClaim(registration=row, criterion=key[:60], file_ids=list(ids), claimed_at=now)
            for key, ids in proofs.items()
            if ids
        ]
    )


def draft_for_sibling(*, actor: Actor, registration: Registration, now: datetime) -> RegistrationDraft:
    """A new draft for a brother or sister: same family, same wishes, the child still empty."""
    who = registration.guardians.first()
    newest = registration.wish_lists.first()
    draft = drafts.start(actor=actor, now=now)
    draft.answers = {
        "contact": {
            "given": who.given_names, "family": who.family_name, "email": who.email, "phone": who.phone,
            "street": who.street, "postcode": who.postcode, "town": who.town,
        } if who else {},
        "child": {"family": registration.child.family_name},
        "siblings": {"number": registration.number, "rule": registration.sibling_rule},
        "facts": dict(registration.facts),
        "picked": [wish.facility.key for wish in newest.wishes.select_related("facility")] if newest else [],
    }  # fmt: skip
    draft.save(update_fields=["answers"])
    return draft
