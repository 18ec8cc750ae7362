"""A service page for machines: schema.org as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from stadtkern.casework.services.api import ServiceInfo
from stadtkern.foundation.organizations.api import OfficeInfo

_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def service_document(
    service: ServiceInfo, office: OfficeInfo | None, *, municipality: str, url: str, language: str
) -> dict[str, Any]:
    """``GovernmentService`` with its provider, fees and online channel."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": service.title(language),
        "description": service.summary(language),
        "url": url,
        "inLanguage": language,
        "areaServed": {"@type": "City", "name": municipality},
        "provider": {
            "@type": "GovernmentOrganization",
            "name": office.label(language) if office else municipality,
        },
    }
    if service.leika_key:
        document["identifier"] = f"urn:de:fim:leika:leistung:{service.leika_key}"
    if office:
        document["provider"] |= {"telephone": office.phone, "email": office.email, "address": office.address}
    if service.online:
        document["availableChannel"] = {"@type": "ServiceChannel", "serviceUrl": url}
    fees = [fee for fee in service.content.fees if fee.amount_cents is not None]
    if fees:
        document["offers"] = [
            {
                "@type": "Offer",
                "name": fee.label.in_language(language),
                "price": f"{(fee.amount_cents or 0) / 100:.2f}",
                "priceCurrency": "EUR",
            }
            for fee in fees
        ]
    return document


def as_script_text(document: dict[str, Any]) -> SafeString:
    """JSON that cannot end the script element it stands in."""
    return mark_safe(json.dumps(document, ensure_ascii=False).translate(_ESCAPES))
