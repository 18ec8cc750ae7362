"""What the form pages need to know about a service, from the catalogue. A form without a service entry needs a login."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.casework.services import api as services
from stadtkern.foundation.accounts import api as accounts

STRICT_DEFAULT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """Title, what is needed and how strong the login must be (0 none, 1 low, 3 substantial, 4 high)."""

    slug: str
    title: str
    summary: str
    assurance: int
    documents: tuple[tuple[str, bool, str], ...]
    processing_time: str
    legal_bases: tuple[str, ...]
    retention_years: int | None


def facts(slug: str, language: str) -> ServiceFacts | None:
    """The published service in one language, or None."""
    found = services.find(slug)
    if found is None:
        return None
    content = found.content
    years = found.procedure_texts().get("retention_years")
    return ServiceFacts(
        slug=slug,
        title=found.title(language),
        summary=found.summary(language),
        assurance=accounts.level_of(found.assurance),
        documents=tuple(
            (
                item.label.in_language(language),
                item.required,
                item.why.in_language(language) if item.why else "",
            )
            for item in content.documents
        ),
        processing_time=content.processing_time.in_language(language) if content.processing_time else "",
        legal_bases=tuple(item.citation for item in content.legal_basis),
        retention_years=years if isinstance(years, int) else None,
    )


def assurance_needed(slug: str) -> int:
    """The level of login the service asks for."""
    found = services.find(slug)
    return STRICT_DEFAULT if found is None else accounts.level_of(found.assurance)
