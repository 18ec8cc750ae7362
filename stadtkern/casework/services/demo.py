"""The demo city offers every service that is shipped; its three neighbours a few of them."""

from __future__ import annotations

from stadtkern.casework.services import actions, shipped
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

NEIGHBOURS = (
    "hundesteuer-anmeldung",
    "meldebescheinigung",
    "wohnsitz-anmelden",
    "personalausweis",
    "sperrmuell",
)


def load() -> None:
    """Adopt and publish what is missing; follow new states of the templates where nobody changed anything here."""
    for municipality in organizations.municipalities():
        if municipality.kind != "municipality":
            continue
        with tenancy.act_for(municipality.id):
            wanted = shipped.slugs() if municipality.slug == "mainz" else NEIGHBOURS
            for slug in wanted:
                if slug in shipped.slugs():
                    _load_one(slug)


def _load_one(slug: str) -> None:
    actor = system(tenancy.current_id())
    now = clock.now()
    service = Service.objects.filter(slug=slug).first()
    if service is None:
        service_id = actions.adopt(actor=actor, slug=slug, now=now)
        result = "updated"
    else:
        template = shipped.load(slug)
        service_id = service.pk
        result = actions.receive_upstream(
            actor=actor, slug=slug, content=template.content, process=template.process, now=now
        )
    if result == "updated":
        newest = Service.objects.get(pk=service_id).versions.order_by("-number")[0]
        if organizations.office(slug=newest.content.get("office") or "") is not None:
            actions.publish(actor=actor, service_id=service_id, version=newest.number, now=now)
