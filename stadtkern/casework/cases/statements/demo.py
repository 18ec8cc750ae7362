"""Outside bodies of the demo, with invented addresses."""

from __future__ import annotations

from stadtkern.casework.cases.statements.models import Contact
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy

BODIES = (
    ("polizei", "Polizeiinspektion (Demo)"),
    ("feuerwehr", "Feuerwehr, vorbeugender Brandschutz (Demo)"),
    ("nahverkehr", "Verkehrsgesellschaft (Demo)"),
)


def load() -> None:
    """Enter them once per municipality."""
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            for slug, name in BODIES:
                values = {"name": name, "email": f"{slug}@stelle.example"}
                Contact.objects.get_or_create(slug=slug, defaults=values)
