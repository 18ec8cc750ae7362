"""Every write: taking a file over, describing, handing over, releasing, withdrawing. One action, one transaction, one audit entry."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from stadtkern.data.datasets import events, policies, rules, storage
from stadtkern.data.datasets.errors import NotPublishable, SecondPersonNeeded, VersionExists
from stadtkern.data.datasets.ingest.naming import slug as short_name
from stadtkern.data.datasets.ingest.report import PRIVACY, Report
from stadtkern.data.datasets.ingest.running import ingest
from stadtkern.data.datasets.models import Dataset, Distribution, Version
from stadtkern.data.datasets.rules import Passport
from stadtkern.data.datasets.vocabulary import FORMATS, FREQUENCIES, LICENCES, PRIVACY_CLASSES, THEMES
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict, InvalidInput
from stadtkern.kernel.events import publish as announce

SECONDS = 90  # of an ingest that somebody waits for


def take_over(
    *,
    actor: Actor,
    source: Path,
    file_name: str,
    now: datetime,
    dataset_id: UUID | None = None,
    title: str = "",
    crs: str | None = None,
    layer: str | None = None,
    note: str = "",
) -> tuple[UUID, int]:
    """Read a file as the first or next version of a dataset; returns (dataset, number). Raises ``FileRefused``, ``VersionExists``.

    The file is read before the transaction, in a process with limits; if anything fails afterwards nothing of it stays.
    """
    policies.require_editor(actor)
    with tempfile.TemporaryDirectory(prefix="neu-", dir=storage.scratch()) as folder:
        made = Path(folder) / "result.parquet"
        report = ingest(
            source,
            made,
            file_name=file_name,
            crs=crs,
            layer=layer,
            seconds=SECONDS,
            scratch=storage.scratch(),
        )
        kept: list[str] = []
        try:
            with transaction.atomic():
                dataset = (
                    policies.editable(actor, dataset_id)
                    if dataset_id
                    else _new(title or Path(file_name).stem, now)
                )
                version = _add(actor, dataset, made, report, file_name, note, now, kept)
                audit.record(
                    actor=actor, action="datasets.take_over", obj=("dataset", dataset.pk), now=now,
                    details={"version": version.number, "rows": report.rows, "sha256": report.sha256},
                )  # fmt: skip
        except BaseException as error:
            for address in kept:
                storage.remove(address)
            if isinstance(error, IntegrityError):
                raise VersionExists() from error
            raise
    return dataset.pk, version.number


def _new(title: str, now: datetime) -> Dataset:
    base = short_name(title)[:70]
    taken = set(Dataset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(name for name in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if name not in taken)
    return Dataset.objects.create(
        slug=slug, title=title.strip()[:200] or slug, created_at=now, changed_at=now
    )


def _add(
    actor: Actor,
    dataset: Dataset,
    made: Path,
    report: Report,
    file_name: str,
    note: str,
    now: datetime,
    kept: list[str],
) -> Version:
    newest = dataset.versions.order_by("-number").values_list("number", flat=True).first() or 0
    address = storage.keep(made, dataset_id=dataset.pk, number=newest + 1, sha256=report.sha256)
    kept.append(address)
    values = report.as_dict()
    columns = values.pop("columns")
    dataset.changed_at = now
    dataset.save(update_fields=["changed_at"])
    return Version.objects.create(
        dataset=dataset, number=newest + 1, uri=address, sha256=report.sha256, size=report.size, rows=report.rows, columns=columns,
        crs=report.crs or "", bbox=report.bbox, geometry_types=report.geometry_types, report=values, source_name=file_name[:200],
        note=note[:500], created_at=now, created_by_id=actor.account_id,
    )  # fmt: skip


@transaction.atomic
def describe(*, actor: Actor, dataset_id: UUID, passport: Passport, now: datetime) -> None:
    """Write the passport. Raises ``InvalidInput`` with ``errors`` for values that no vocabulary knows."""
    dataset = policies.editable(actor, dataset_id)
    errors = _wrong(passport)
    if dataset.published_version_id is not None:
        errors += rules.missing(passport, privacy_findings=0)
    if errors:
        raise InvalidInput(errors[0][1], extra={"errors": errors})
    values = asdict(passport)
    changed = [
        name
        for name, value in values.items()
        if getattr(dataset, name) != (list(value) if isinstance(value, tuple) else value)
    ]
    for name, value in values.items():
        setattr(dataset, name, list(value) if isinstance(value, tuple) else value)
    dataset.changed_at = now
    dataset.save()
    audit.record(
        actor=actor,
        action="datasets.describe",
        obj=("dataset", dataset.pk),
        now=now,
        details={"fields": changed},
    )
    if dataset.published_version is not None:
        announce(
            events.DatasetPublished(
                dataset_id=dataset.pk, slug=dataset.slug, version=dataset.published_version.number
            )
        )


def _wrong(passport: Passport) -> list[tuple[str, str]]:
    known: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("licence", passport.licence, LICENCES), ("frequency", passport.frequency, FREQUENCIES), ("privacy", passport.privacy, PRIVACY_CLASSES),
    )  # fmt: skip
    errors = [
        (name, "Bitte wählen Sie einen Eintrag der Liste.")
        for name, value, words in known
        if value and value not in words
    ]
    if any(theme not in THEMES for theme in passport.themes):
        errors.append(("themes", "Bitte wählen Sie Themen der Liste."))
    if not passport.title.strip() or len(passport.title) > 200:
        errors.append(("title", "Geben Sie einen Titel mit höchstens 200 Zeichen an."))
    if len(passport.keywords) > 30 or any(len(word) > 60 for word in passport.keywords):
        errors.append(("keywords", "Höchstens 30 Schlagwörter mit je höchstens 60 Zeichen."))
    if passport.retention_months is not None and not 1 <= passport.retention_months <= 1200:
        errors.append(("retention_months", "Zwischen 1 und 1200 Monaten, oder leer für immer."))
    if passport.contact_email:
        try:
            validate_email(passport.contact_email)
        except ValidationError:
            errors.append(("contact_email", "Das ist keine E-Mail-Adresse."))
    return errors


def passport_of(dataset: Dataset) -> Passport:
    """What the dataset says about itself."""
    return Passport(
        title=dataset.title, description=dataset.description, publisher=dataset.publisher, contact_email=dataset.contact_email,
        licence=dataset.licence, attribution=dataset.attribution, themes=tuple(dataset.themes), keywords=tuple(dataset.keywords),
        frequency=dataset.frequency, privacy=dataset.privacy, privacy_reason=dataset.privacy_reason, retention_months=dataset.retention_months,
    )  # fmt: skip


def still_missing(dataset: Dataset, version: Version) -> list[tuple[str, str]]:
    """What stands between this version and its publication."""
    findings = sum(1 for problem in version.report["problems"] if problem["severity"] == PRIVACY)
    return rules.missing(passport_of(dataset), privacy_findings=findings)


@transaction.atomic
def hand_over(*, actor: Actor, dataset_id: UUID, number: int, now: datetime) -> None:
    """Ask a second person to release a version. Raises ``NotPublishable`` or ``Conflict``."""
    dataset = policies.editable(actor, dataset_id)
    version = policies.version(actor, dataset, number)
    if version.state != Version.State.DRAFT or dataset.versions.filter(number__gt=number).exists():
        raise Conflict()
    if lacking := still_missing(dataset, version):
        raise NotPublishable(extra={"missing": lacking})
    version.state, version.handed_over_at, version.handed_over_by_id = (
        Version.State.HANDED_OVER,
        now,
        actor.account_id,
    )
    version.save(update_fields=["state", "handed_over_at", "handed_over_by_id"])
    audit.record(
        actor=actor,
        action="datasets.hand_over",
        obj=("dataset", dataset.pk),
        now=now,
        details={"version": number},
    )


@transaction.atomic
def send_back(*, actor: Actor, dataset_id: UUID, number: int, reason: str, now: datetime) -> None:
    """The second person (or the first) takes a version back to work on it. Raises ``Conflict``."""
    dataset = policies.editable(actor, dataset_id)
    version = policies.version(actor, dataset, number)
    if version.state != Version.State.HANDED_OVER:
        raise Conflict()
    version.state, version.handed_over_at, version.handed_over_by_id = Version.State.DRAFT, None, None
    version.save(update_fields=["state", "handed_over_at", "handed_over_by_id"])
    audit.record(
        actor=actor,
        action="datasets.send_back",
        obj=("dataset", dataset.pk),
        now=now,
        reason=reason[:500],
        details={"version": number},
    )


@transaction.atomic
def release(*, actor: Actor, dataset_id: UUID, number: int, now: datetime) -> None:
    """Publish a version: a second person moves the pointer. Raises ``SecondPersonNeeded``, ``NotPublishable`` or ``Conflict``.

    Everything that follows (catalogue, collection of the API, downloads) reads the pointer, so there is never half a publication.
    """
    dataset = policies.editable(actor, dataset_id)
    version = policies.version(actor, dataset, number)
    if version.state != Version.State.HANDED_OVER:
        raise Conflict()
    if actor.kind != "system" and actor.account_id == version.handed_over_by_id:
        raise SecondPersonNeeded()
    if lacking := still_missing(dataset, version):
        raise NotPublishable(extra={"missing": lacking})
    storage.path_of(version.uri)
    version.state, version.published_at, version.published_by_id = (
        Version.State.PUBLISHED,
        now,
        actor.account_id,
    )
    version.save(update_fields=["state", "published_at", "published_by_id"])
    Distribution.objects.bulk_create(
        Distribution(version=version, format=key, media_type=FORMATS[key][1].partition(";")[0])
        for key in rules.formats(geometry=version.bbox is not None)
    )
    dataset.published_version = version
    dataset.first_published_at = dataset.first_published_at or now
    dataset.withdrawn_at, dataset.withdrawn_reason, dataset.changed_at = None, "", now
    dataset.save()
    audit.record(
        actor=actor,
        action="datasets.release",
        obj=("dataset", dataset.pk),
        now=now,
        details={"version": number, "sha256": version.sha256},
    )
    announce(events.DatasetPublished(dataset_id=dataset.pk, slug=dataset.slug, version=number))


@transaction.atomic
def withdraw(*, actor: Actor, dataset_id: UUID, reason: str, now: datetime) -> None:
    """Offer a dataset no longer; its page says so and why. Raises ``InvalidInput`` without a reason, ``Conflict``."""
    dataset = policies.editable(actor, dataset_id)
    if dataset.published_version_id is None:
        raise Conflict()
    if len(reason.strip()) < 5:
        raise InvalidInput(
            "Geben Sie einen Grund an; er steht öffentlich auf der Seite des Datensatzes.",
            extra={"errors": [("reason", "Geben Sie einen Grund an.")]},
        )
    dataset.published_version, dataset.withdrawn_at, dataset.withdrawn_reason, dataset.changed_at = (
        None,
        now,
        reason.strip()[:500],
        now,
    )
    dataset.save()
    audit.record(
        actor=actor,
        action="datasets.withdraw",
        obj=("dataset", dataset.pk),
        now=now,
        reason=reason.strip()[:500],
    )
    announce(events.DatasetWithdrawn(dataset_id=dataset.pk, slug=dataset.slug))


def discard(*, actor: Actor, dataset_id: UUID, number: int, now: datetime) -> bool:
    """Delete a draft that was never public, and the dataset with it if it was its only version (then True). Raises ``Conflict``."""
    with transaction.atomic():
        dataset = policies.editable(actor, dataset_id)
        version = policies.version(actor, dataset, number)
        if version.state == Version.State.PUBLISHED:
            raise Conflict()
        address, key = version.uri, dataset.pk
        version.delete()
        alone = not dataset.versions.exists()
        if alone:
            dataset.delete()
        audit.record(
            actor=actor, action="datasets.discard", obj=("dataset", key), now=now, details={"version": number}
        )
        transaction.on_commit(lambda: storage.remove(address))
    return alone
