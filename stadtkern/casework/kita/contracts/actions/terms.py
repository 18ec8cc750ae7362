"""The start plan and the paper: the Kita presents them, the family confirms what it read."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.contracts import paper, rules, texts
from stadtkern.casework.kita.contracts.actions.common import (
    note,
    of_family,
    of_kita,
    require_running,
    tell_family,
    today,
    told,
    who,
)
from stadtkern.casework.kita.contracts.errors import NothingToSign, SettlingFull
from stadtkern.casework.kita.models import Contract, ContractTerms, Facility
from stadtkern.casework.kita.rounds.texts import in_language
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import InvalidInput

MOST_BYTES = 10 * 1024 * 1024


@transaction.atomic
def save(
    *,
    actor: Actor,
    facility_id: UUID,
    contract_id: UUID,
    settling_from: date,
    settling_days: int,
    key_person: str,
    note_text: str,
    meeting_at: datetime | None,
    now: datetime,
) -> UUID:
    """The start plan. New terms withdraw what was presented. Raises ``SettlingFull`` with the next day that works, ``InvalidInput``."""
    row = of_kita(actor, facility_id, contract_id, now)
    require_running(row, today(now))
    if not 1 <= settling_days <= 60 or settling_from < row.from_on or _after(row, settling_from):
        raise InvalidInput(
            "Die Eingewöhnung beginnt im Vertrag und dauert 1 bis 60 Werktage.",
            message_en="The settling-in begins during the contract and takes 1 to 60 working days.",
        )
    Facility.objects.select_for_update().get(
        pk=facility_id
    )  # two heads who plan at once: one after the other
    end = rules.settling_end(settling_from, settling_days)
    others = list(
        ContractTerms.objects.filter(
            contract__facility=facility_id,
            contract__state=Contract.State.ACTIVE,
            settling_to_on__gt=settling_from,
        )
        .exclude(contract=row)
        .values_list("settling_from_on", "settling_to_on")
    )
    if rules.at_once(settling_from, end, others) >= rules.SETTLING_AT_ONCE:
        raise SettlingFull(rules.free_start(settling_from, settling_days, others))
    terms = ContractTerms.objects.filter(contract=row).first() or ContractTerms(
        contract=row, provider_id=row.provider_id
    )
    _forget_paper(terms)
    terms.settling_from_on, terms.settling_days, terms.settling_to_on = settling_from, settling_days, end
    terms.key_person, terms.note, terms.meeting_at = (
        key_person.strip()[:120],
        note_text.strip()[:500],
        meeting_at,
    )
    terms.save()
    Contract.objects.filter(pk=row.pk).update(signed_on=None)
    told(actor, "planned", row, now)
    return terms.pk


def _after(row: Contract, day: date) -> bool:
    return row.to_on is not None and day >= row.to_on


def _forget_paper(terms: ContractTerms) -> None:
    """What was presented does not hold any more; its file goes, unless it was signed (then it is kept as the proof of what was agreed)."""
    if terms.file_id is not None and terms.signed_at is None:
        files.delete(terms.file_id)
    terms.file_id = terms.presented_at = terms.signed_at = terms.presented_by_id = None
    terms.presented_by_name = terms.signed_by = ""


@transaction.atomic
def present(*, actor: Actor, facility_id: UUID, contract_id: UUID, now: datetime) -> None:
    """The paper is made and shown to the family. Raises ``NothingToSign`` without a start plan."""
    row = of_kita(actor, facility_id, contract_id, now)
    terms = ContractTerms.objects.filter(contract=row).first()
    if terms is None or terms.signed_at is not None:
        raise NothingToSign(
            "Bitte speichern Sie zuerst den Startplan.", message_en="Please save the start plan first."
        )
    _forget_paper(terms)
    terms.presented_at, terms.presented_by_id, terms.presented_by_name = (
        now,
        actor.account_id,
        actor.name[:200],
    )
    content = paper.contract_pdf(row, terms, now=now)
    stored = files.store(
        content,
        name="betreuungsvertrag.pdf",
        max_bytes=MOST_BYTES,
        purpose="kita-contract",
        now=now,
        trusted=True,
    )
    terms.file_id = stored.id
    terms.save()
    told(actor, "presented", row, now, sha256=hashlib.sha256(content).hexdigest())
    tell_family(row, texts.TERMS, now)


@transaction.atomic
def sign(*, actor: Actor, registration_id: UUID, contract_id: UUID, now: datetime) -> None:
    """The family confirms the paper that lies before it. Raises ``NothingToSign``."""
    row, contract = of_family(actor, registration_id, contract_id)
    terms = ContractTerms.objects.select_for_update().filter(contract=contract).first()
    if terms is None or terms.presented_at is None or terms.signed_at is not None:
        raise NothingToSign()
    terms.signed_at, terms.signed_by = now, who(actor)
    terms.save(update_fields=["signed_at", "signed_by"])
    Contract.objects.filter(pk=contract.pk).update(signed_on=today(now))
    told(actor, "signed", contract, now)
    telling.tell(row, in_language(texts.SIGNED, row.language), now=now, mail=False, file_id=terms.file_id)
    note(contract, "kita_contract_signed", actor=actor, now=now)
