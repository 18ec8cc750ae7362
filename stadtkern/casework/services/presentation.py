"""What a service page shows, in one language: shared by the public page and the preview of editors."""

from __future__ import annotations

from typing import Any

from stadtkern.casework.services.content import ServiceContent


def view(content: ServiceContent, language: str) -> dict[str, Any]:
    """Values for ``services/_content.html``; every text in ``language`` or, where missing, German."""
    return {
        "slug": content.slug,
        "title": content.title.in_language(language),
        "summary": content.summary.in_language(language),
        "description": content.description.in_language(language),
        "online": content.online,
        "assurance": content.assurance_level,
        "external_url": content.external_url,
        "processing_time": content.processing_time.in_language(language),
        "fees": [
            {"label": fee.label.in_language(language), "cents": fee.amount_cents, "basis": fee.legal_basis}
            for fee in content.fees
        ],
        "deadlines": [
            {"label": row.label.in_language(language), "basis": row.legal_basis} for row in content.deadlines
        ],
        "documents": [
            {
                "label": row.label.in_language(language),
                "required": row.required,
                "why": row.why.in_language(language),
            }
            for row in content.documents
        ],
        "legal_basis": [
            {"citation": row.citation, "title": row.title.in_language(language)}
            for row in content.legal_basis
        ],
        "steps": [step.in_language(language) for step in content.steps],
        "reviewed_on": content.reviewed_on,
        "leika_key": content.leika_key,
        "untranslated": language == "en" and not content.description.en,
    }
