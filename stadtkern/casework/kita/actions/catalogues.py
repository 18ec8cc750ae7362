"""Criteria catalogues: proposed with a trial on known children, published by a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions.providers import Refused, managed_provider
from stadtkern.casework.kita.criteria.catalogue import Catalogue as Rules
from stadtkern.casework.kita.criteria.reading import read_catalogue
from stadtkern.casework.kita.models import ACTIVE_STATES, Catalogue, Facility, Provider, Registration
from stadtkern.casework.kita.rounds.errors import SecondPerson
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs import api as jobs
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, NotVisible


@transaction.atomic
def propose(*, actor: Actor, document: object, now: datetime) -> UUID:
    """The next version of a catalogue (``kita-criteria-1``); the office for all, managers for their own.

    It waits for a second person, and a trial is computed meanwhile. The first catalogue of all counts at once: nobody can lose by it.
    Raises ``InputRefused`` with the place of the first mistake.
    """
    rules = read_catalogue(document)
    provider, facility = _scope(rules)
    _require(actor, provider, now)
    known = Catalogue.objects.filter(catalogue_id=rules.id, provider=provider, facility=facility)
    last = known.order_by("-version").values_list("version", flat=True).first() or 0
    row = Catalogue.objects.create(
        catalogue_id=rules.id, version=last + 1, provider=provider, facility=facility, document=document,
        valid_from_on=rules.valid_from, valid_to_on=rules.valid_to,
        proposed_by_id=actor.account_id, proposed_by_name=actor.name[:200], proposed_at=now,
    )  # fmt: skip
    _tell(actor, "propose_catalogue", row, now)
    if actor.kind == "system" or not _concerns_somebody(row):
        _publish(row, actor, now)
    else:
        retry_trial(actor=actor, key=row.pk, now=now)
    return row.pk


def _scope(rules: Rules) -> tuple[Provider | None, Facility | None]:
    """Whose catalogue it is; raises ``Refused`` for a key nobody has."""
    if rules.scope.level == "global":
        return None, None
    facility = None
    if rules.scope.level == "facility":
        facility = Facility.objects.select_related("provider").filter(key=rules.scope.key).first()
        provider = facility.provider if facility is not None else None
    else:
        provider = Provider.objects.filter(key=rules.scope.key).first()
    if provider is None:
        raise Refused(
            {"document": f"Es gibt hier keinen Träger und keine Kita mit dem Kürzel „{rules.scope.key}“."}
        )
    return provider, facility


def _require(actor: Actor, provider: Provider | None, now: datetime) -> None:
    if provider is None:
        policies.require_office(actor)
    else:
        managed_provider(actor, provider.pk, clock.local(now).date())


def _concerns_somebody(row: Catalogue) -> bool:
    """Whether a child is registered already, or a catalogue of this scope counted before."""
    before = Catalogue.objects.filter(
        provider=row.provider, facility=row.facility, published_at__isnull=False
    )
    return before.exists() or Registration.objects.filter(state__in=ACTIVE_STATES).exists()


def _publish(row: Catalogue, actor: Actor, now: datetime) -> None:
    """The version before ends where this one begins."""
    known = Catalogue.objects.filter(
        catalogue_id=row.catalogue_id, provider=row.provider, facility=row.facility, published_at__isnull=False
    )  # fmt: skip
    known.filter(
        Q(valid_to_on=None) | Q(valid_to_on__gt=row.valid_from_on), valid_from_on__lt=row.valid_from_on
    ).update(valid_to_on=row.valid_from_on)
    row.published_at, row.published_by_name = now, actor.name[:200]
    row.save(update_fields=["published_at", "published_by_name"])
    _tell(actor, "publish_catalogue", row, now)


def _waiting(actor: Actor, key: UUID, now: datetime) -> Catalogue:
    """A proposal, locked; raises ``NotVisible``, ``NotAllowed``, ``Conflict`` when it is published already."""
    row = Catalogue.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if row is None:
        raise NotVisible()
    _require(actor, row.provider, now)
    if row.published_at is not None:
        raise Conflict(
            "Diese Fassung ist schon veröffentlicht.", message_en="This version is published already."
        )
    return row


@transaction.atomic
def publish(*, actor: Actor, key: UUID, now: datetime) -> None:
    """A second person (another manager of the provider, or somebody of the office) lets it count. Raises ``SecondPerson``."""
    row = _waiting(actor, key, now)
    if actor.account_id is None or actor.account_id == row.proposed_by_id:
        raise SecondPerson()
    _publish(row, actor, now)


@transaction.atomic
def discard(*, actor: Actor, key: UUID, now: datetime) -> None:
    """It is not published; nothing of it counted."""
    row = _waiting(actor, key, now)
    _tell(actor, "discard_catalogue", row, now)
    row.delete()


@transaction.atomic
def retry_trial(*, actor: Actor, key: UUID, now: datetime) -> None:
    """Compute the trial (again): children and wishes may have changed."""
    from stadtkern.casework.kita.jobs import try_catalogue

    row = _waiting(actor, key, now)
    row.trial = {"running": True}
    row.save(update_fields=["trial"])
    jobs.enqueue(try_catalogue, catalogue_id=row.pk, lock=f"kita-trial-{row.pk}")


def _tell(actor: Actor, action: str, row: Catalogue, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"kita.{action}",
        obj=("kita_catalogue", row.pk),
        now=now,
        details={"catalogue": row.catalogue_id, "version": row.version},
    )
