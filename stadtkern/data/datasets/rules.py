"""What a passport needs before anything becomes public, and how two versions differ. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stadtkern.data.datasets.vocabulary import FORMATS, NAMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What a person says about a dataset."""

    title: str = ""
    description: str = ""
    publisher: str = ""
    contact_email: str = ""
    licence: str = ""
    attribution: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    frequency: str = ""
    privacy: str = ""
    privacy_reason: str = ""
    retention_months: int | None = None


def missing(passport: Passport, *, privacy_findings: int) -> list[tuple[str, str]]:
    """(field, German sentence) for all that is missing for a publication (DCAT-AP.de 3.0: title, description, publisher, licence)."""
    found: list[tuple[str, str]] = []
    if len(passport.title.strip()) < 3:
        found.append(("title", "Geben Sie einen Titel an, unter dem man den Datensatz findet."))
    if len(passport.description.strip()) < 20:
        found.append(
            (
                "description",
                "Beschreiben Sie in ein bis drei Sätzen, was der Datensatz enthält (mindestens 20 Zeichen).",
            )
        )
    if not passport.publisher.strip():
        found.append(("publisher", "Geben Sie an, wer den Datensatz herausgibt."))
    if not passport.contact_email.strip():
        found.append(("contact_email", "Geben Sie eine E-Mail-Adresse für Fragen an."))
    if not passport.licence:
        found.append(("licence", "Wählen Sie eine Lizenz. Ohne sie darf niemand die Daten nutzen."))
    if passport.licence in NAMED and not passport.attribution.strip():
        found.append(
            ("attribution", "Diese Lizenz verlangt eine Namensnennung. Geben Sie an, wer zu nennen ist.")
        )
    if not passport.themes:
        found.append(("themes", "Wählen Sie mindestens ein Thema."))
    if passport.privacy != "open":
        found.append(("privacy", "Veröffentlicht werden nur Daten, die als offen eingestuft sind."))
    elif privacy_findings and len(passport.privacy_reason.strip()) < 10:
        found.append(
            (
                "privacy_reason",
                "Es gibt Hinweise auf Angaben über Personen. Begründen Sie, warum die Daten trotzdem veröffentlicht werden dürfen.",
            )
        )
    return found


def formats(*, geometry: bool) -> list[str]:
    """In which formats a version is offered: GeoJSON instead of plain JSON where there is a geometry."""
    return [
        key
        for key, (_, _, needs, _) in FORMATS.items()
        if (geometry or not needs) and not (geometry and key == "json")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a new version has that the old one had not."""

    rows: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[str, ...]


def difference(
    old: Sequence[Mapping[str, str]], old_rows: int, new: Sequence[Mapping[str, str]], new_rows: int
) -> Difference:
    """Rows and columns of two versions compared."""
    before = {column["name"]: column["type"] for column in old}
    after = {column["name"]: column["type"] for column in new}
    return Difference(
        rows=new_rows - old_rows,
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        retyped=tuple(name for name in after if name in before and before[name] != after[name]),
    )
