"""The online forms of the shipped services, imported and published where their service is in the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import stadtkern.content
from stadtkern.casework.forms import actions
from stadtkern.casework.forms.models import FormVersion
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

PACKAGES = Path(next(iter(stadtkern.content.__path__))) / "services"


def load() -> None:
    """Import and publish the form of every online service that has none yet, in every municipality."""
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            for package in sorted(PACKAGES.glob("*/form.xdf3.xml")):
                slug = package.parent.name
                if services.find(slug) is not None:
                    load_package(slug)


def load_package(slug: str) -> bool:
    """Import and publish one shipped form in the current municipality; False when it has a published form."""
    if FormVersion.objects.filter(definition__service_slug=slug, state=FormVersion.State.PUBLISHED).exists():
        return False
    folder = PACKAGES / slug
    actor, now = system(tenancy.current_id()), clock.now()
    english = folder / "form.en.json"
    texts = {"en": json.loads(english.read_text("utf-8"))} if english.exists() else {}
    imported = actions.import_form(
        actor=actor,
        service_slug=slug,
        data=(folder / "form.xdf3.xml").read_bytes(),
        name=f"{slug}.xdf3.xml",
        rules=json.loads((folder / "rules.json").read_text("utf-8")),
        texts=texts,
        note="mitgeliefert",
        now=now,
    )
    actions.publish(actor=actor, version_id=imported.version.id, now=now)
    return True
