"""Reads: what is public, as frozen values for other modules, and the lists of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from stadtkern.data.datasets import storage
from stadtkern.data.datasets.models import Dataset, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """A published version."""

    number: int
    rows: int
    size: int
    sha256: str
    columns: tuple[Mapping[str, str], ...]
    bbox: tuple[float, float, float, float] | None
    crs: str
    geometry_types: tuple[str, ...]
    note: str
    published_at: datetime
    formats: tuple[str, ...]
    uri: str

    @property
    def path(self) -> Path:
        """The file. Raises ``storage.NoSuchFile``."""
        return storage.path_of(self.uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """A public dataset with its passport and its current version."""

    id: UUID
    slug: str
    title: str
    description: str
    publisher: str
    contact_email: str
    licence: str
    attribution: str
    themes: tuple[str, ...]
    keywords: tuple[str, ...]
    frequency: str
    first_published_at: datetime
    changed_at: datetime
    version: VersionInfo


def published() -> list[DatasetInfo]:
    """All public datasets of the municipality by title. Two queries."""
    return _infos(Dataset.objects.filter(published_version__isnull=False))


def find(slug: str, number: int | None = None) -> DatasetInfo | None:
    """One public dataset, in its current or an earlier published version."""
    found = _infos(Dataset.objects.filter(slug=slug, published_version__isnull=False))
    if not found or number is None or found[0].version.number == number:
        return found[0] if found else None
    version = (
        Version.objects.filter(dataset_id=found[0].id, number=number, state=Version.State.PUBLISHED)
        .prefetch_related("distributions")
        .first()
    )
    if version is None:
        return None
    return replace(found[0], version=_version(version))


def history(dataset_id: UUID) -> Sequence[Version]:
    """All published versions, the newest first."""
    return list(
        Version.objects.filter(dataset_id=dataset_id, state=Version.State.PUBLISHED).order_by("-number")
    )


def _infos(rows: QuerySet[Dataset]) -> list[DatasetInfo]:
    wanted = rows.select_related("published_version").prefetch_related("published_version__distributions")
    return [_info(row) for row in wanted.order_by("title", "id")]


def _info(row: Dataset) -> DatasetInfo:
    assert row.published_version is not None and row.first_published_at is not None
    return DatasetInfo(
        id=row.pk, slug=row.slug, title=row.title, description=row.description, publisher=row.publisher, contact_email=row.contact_email,
        licence=row.licence, attribution=row.attribution, themes=tuple(row.themes), keywords=tuple(row.keywords), frequency=row.frequency,
        first_published_at=row.first_published_at, changed_at=row.changed_at, version=_version(row.published_version),
    )  # fmt: skip


def _version(row: Version) -> VersionInfo:
    assert row.published_at is not None
    west, south, east, north = row.bbox or (0.0, 0.0, 0.0, 0.0)
    return VersionInfo(
        number=row.number, rows=row.rows, size=row.size, sha256=row.sha256, columns=tuple(row.columns),
        bbox=(west, south, east, north) if row.bbox else None, crs=row.crs, geometry_types=tuple(row.geometry_types), note=row.note,
        published_at=row.published_at, formats=tuple(one.format for one in row.distributions.all()), uri=row.uri,
    )  # fmt: skip
