"""Every write to the catalogue: one action, one transaction, one audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from stadtkern.casework.services import events, policies, rules, shipped
from stadtkern.casework.services.content import ServiceContent, parse
from stadtkern.casework.services.models import CatalogState, Service, ServiceVersion
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.errors import Conflict, InvalidInput
from stadtkern.kernel.events import publish as announce


class AlreadyThere(Conflict):
    """A service with this slug exists in this municipality."""

    code = "service-exists"
    message = "Diese Leistung gibt es hier schon. Öffnen Sie sie und übernehmen Sie dort den neuen Stand."
    message_en = "This service exists already. Open it and take over the new state there."


class NothingToPublish(Conflict):
    """The newest version is public already."""

    code = "nothing-to-publish"
    message = "Die neueste Fassung ist schon veröffentlicht."
    message_en = "The newest version is published already."


class OfficeMissing(InvalidInput):
    """A public service must say which office is responsible."""

    code = "service-without-office"
    message = "Legen Sie vor dem Veröffentlichen das zuständige Amt fest."
    message_en = "Set the responsible office before publishing."


@transaction.atomic
def create(
    *,
    actor: Actor,
    content: ServiceContent,
    now: datetime,
    source: str = "own",
    process: Mapping[str, Any] | None = None,
    note: str = "",
) -> UUID:
    """Add a service as a draft; raises ``AlreadyThere``."""
    policies.require_editor(actor)
    if content.slug in rules.RESERVED_SLUGS or Service.objects.filter(slug=content.slug).exists():
        raise AlreadyThere()
    service = Service(slug=content.slug, source=source, changed_at=now)
    if source != "own":
        service.upstream = content.to_json()
    _describe(service, content)
    service.save()
    add_version(actor, service, content, process, note, now)
    _record(actor, "services.create", service, now, source=source)
    return service.pk


@transaction.atomic
def duplicate(*, actor: Actor, service_id: UUID, slug: str, title: str, now: datetime) -> UUID:
    """A new draft with the texts and the process of a service; raises ``AlreadyThere`` or ``BadContent``.

    What belongs to the original alone stays there: LeiKa key, day of the review, form, publication.
    """
    source = policies.editable(actor, service_id)
    newest = _newest(source)
    own = {"slug": slug, "leika_key": "", "title": {"de": title}, "reviewed_on": None, "online": False}
    note = f"Kopie von „{source.title}“, Fassung {newest.number}"[:300]
    content = parse({**newest.content, **own})
    return create(actor=actor, content=content, now=now, process=newest.process, note=note)


def adopt(*, actor: Actor, slug: str, now: datetime) -> UUID:
    """Take over a template that is shipped with the product; raises ``AlreadyThere`` or ``NotVisible``."""
    template = shipped.load(slug)
    return create(actor=actor, content=template.content, now=now, source="template", process=template.process)


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    service_id: UUID,
    content: ServiceContent,
    base_version: int,
    now: datetime,
    note: str = "",
    process: Mapping[str, Any] | None = None,
) -> int:
    """Keep changed content; raises ``Conflict`` if somebody saved a newer version meanwhile. Returns the number.

    An unpublished version of the same editor is replaced, a published one never.
    """
    service = policies.editable(actor, service_id)
    newest = _newest(service)
    if newest.number != base_version:
        raise Conflict()
    kept_process = process if process is not None else newest.process
    content = parse({**content.to_json(), "slug": service.slug})
    if newest.published_at is None and newest.created_by_id == actor.account_id:
        newest.content, newest.process, newest.note = content.to_json(), kept_process, note or newest.note
        newest.save(update_fields=["content", "process", "note"])
        number = newest.number
    else:
        number = add_version(actor, service, content, kept_process, note, now)
    if service.state == Service.State.DRAFT:
        _describe(service, content)
    service.changed_at = now
    service.save()
    changed = list(rules.changed_fields(newest.content, content.to_json()))
    _record(actor, "services.edit", service, now, version=number, fields=changed)
    return number


@transaction.atomic
def publish(*, actor: Actor, service_id: UUID, version: int, now: datetime) -> None:
    """Make a version public; raises ``NothingToPublish``, ``OfficeMissing`` or ``Conflict`` (not the newest)."""
    service = policies.editable(actor, service_id)
    newest = _newest(service)
    if newest.number != version:
        raise Conflict()
    if service.state == Service.State.PUBLISHED and service.published_version_id == newest.pk:
        raise NothingToPublish()
    content = parse(newest.content)
    _describe(service, content)
    if service.office_id is None:
        raise OfficeMissing()
    service.state = Service.State.PUBLISHED
    service.published_version = newest
    service.changed_at = now
    service.save()
    if newest.published_at is None:
        newest.published_at = now
        newest.save(update_fields=["published_at"])
    _move_catalog()
    _record(actor, "services.publish", service, now, version=version)
    announce(
        events.ServicePublished(
            tenant_id=service.tenant_id, service_id=service.pk, slug=service.slug, version=version, now=now
        )
    )


@transaction.atomic
def unpublish(*, actor: Actor, service_id: UUID, now: datetime, reason: str) -> None:
    """Take a service off the public pages; running cases go on."""
    service = policies.editable(actor, service_id)
    if service.state != Service.State.PUBLISHED:
        raise Conflict(
            "Diese Leistung ist nicht veröffentlicht.", message_en="This service is not published."
        )
    service.state = Service.State.WITHDRAWN
    service.changed_at = now
    service.save()
    _move_catalog()
    _record(actor, "services.withdraw", service, now, reason=reason)
    announce(
        events.ServiceWithdrawn(
            tenant_id=service.tenant_id, service_id=service.pk, slug=service.slug, now=now
        )
    )


@transaction.atomic
def receive_upstream(
    *,
    actor: Actor,
    slug: str,
    content: ServiceContent,
    now: datetime,
    process: Mapping[str, Any] | None = None,
) -> str:
    """A new state of the template or XZuFi source: ``unchanged``, ``updated`` (no local changes) or ``pending``.

    With local changes nothing is overwritten; an editor sees a warning and decides field by field.
    """
    service = Service.objects.select_for_update().get(slug=slug)
    policies.require_editor(actor)
    fresh = content.to_json()
    if service.upstream == fresh:
        return "unchanged"
    newest = _newest(service)
    if service.upstream is None or newest.content != service.upstream:
        service.upstream_pending = fresh
        service.save(update_fields=["upstream_pending"])
        _record(actor, "services.upstream_changed", service, now)
        return "pending"
    service.upstream, service.upstream_pending = fresh, None
    service.save()
    save_draft(
        actor=actor,
        service_id=service.pk,
        content=content,
        base_version=newest.number,
        now=now,
        note="Neuer Stand der Vorlage",
        process=process,
    )
    return "updated"


def take_in(*, actor: Actor, content: ServiceContent, now: datetime, note: str = "") -> str:
    """A service from an exchange file: ``created`` as a draft, else what ``receive_upstream`` says."""
    if Service.objects.filter(slug=content.slug).exists():
        return receive_upstream(actor=actor, slug=content.slug, content=content, now=now)
    create(actor=actor, content=content, now=now, source="xzufi", note=note)
    return "created"


@transaction.atomic
def accept_upstream(*, actor: Actor, service_id: UUID, accepted: frozenset[str], now: datetime) -> int:
    """Take the chosen fields of the new upstream into a draft and keep the rest; the warning goes away."""
    service = policies.editable(actor, service_id)
    if service.upstream_pending is None:
        raise Conflict(
            "Es gibt keinen neuen Stand der Vorlage.", message_en="There is no new state of the template."
        )
    newest = _newest(service)
    merged = parse(rules.merge(newest.content, service.upstream_pending, accepted))
    service.upstream, service.upstream_pending = service.upstream_pending, None
    service.save()
    if not accepted:
        _record(actor, "services.upstream_declined", service, now)
        return newest.number
    return save_draft(
        actor=actor,
        service_id=service.pk,
        content=merged,
        base_version=newest.number,
        now=now,
        note="Aus der Vorlage übernommen: "
        + ", ".join(rules.LABELS[name] for name in rules.LABELS if name in accepted),
    )


def _describe(service: Service, content: ServiceContent) -> None:
    """Copy to the row what lists filter by."""
    office = organizations.office(slug=content.office) if content.office else None
    service.title = content.title.de
    service.leika_key = content.leika_key
    service.office_id = office.id if office else None
    service.audience = list(content.audience)
    service.life_situations = list(content.life_situations)
    service.languages = ["de", "en"] if content.title.en and content.description.en else ["de"]
    service.assurance_level = content.assurance_level
    service.online = content.online
    service.reviewed_on = content.reviewed_on


def _newest(service: Service) -> ServiceVersion:
    return service.versions.order_by("-number")[0]


def add_version(
    actor: Actor,
    service: Service,
    content: ServiceContent,
    process: Mapping[str, Any] | None,
    note: str,
    now: datetime,
) -> int:
    """Append a version to a service that is locked; returns its number."""
    last = service.versions.order_by("-number").values_list("number", flat=True).first() or 0
    ServiceVersion.objects.create(
        service=service,
        number=last + 1,
        content=content.to_json(),
        process=dict(process) if process is not None else None,
        note=note,
        created_at=now,
        created_by_id=actor.account_id,
    )
    return last + 1


def _move_catalog() -> None:
    CatalogState.objects.get_or_create(tenant_id=tenancy.current_id())
    CatalogState.objects.filter(tenant_id=tenancy.current_id()).update(version=F("version") + 1)


def _record(
    actor: Actor, action: str, service: Service, now: datetime, *, reason: str = "", **details: Any
) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("service", service.pk),
        now=now,
        reason=reason,
        details={"slug": service.slug, **details},
        retention="permanent",
    )
