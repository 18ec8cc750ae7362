"""Reactions to facts of other rooms: a published service brings its form, an erased account takes its drafts."""

from __future__ import annotations

from stadtkern.casework.forms import demo, mydata
from stadtkern.casework.forms.models import FormVersion
from stadtkern.casework.services.events import ServicePublished
from stadtkern.foundation.accounts.events import AccountErased
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.events import subscribe


@subscribe(ServicePublished)
def publish_shipped_form(event: ServicePublished) -> None:
    """Only where the municipality has no form of its own for the service, not even a draft."""
    shipped = (demo.PACKAGES / event.slug / "form.xdf3.xml").exists()
    if shipped and not FormVersion.objects.filter(definition__service_slug=event.slug).exists():
        demo.load_package(event.slug)


@subscribe(AccountErased)
def erase_drafts(event: AccountErased) -> None:
    """Whoever deletes her account leaves no begun applications behind, in no municipality."""
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            mydata.erase_account(event.account_id)
