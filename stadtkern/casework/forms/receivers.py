"""A service taken over from a shipped template brings its form along when it goes public."""

from __future__ import annotations

from stadtkern.casework.forms import demo
from stadtkern.casework.forms.models import FormVersion
from stadtkern.casework.services.events import ServicePublished
from stadtkern.kernel.events import subscribe


@subscribe(ServicePublished)
def publish_shipped_form(event: ServicePublished) -> None:
    """Only where the municipality has no form of its own for the service, not even a draft."""
    shipped = (demo.PACKAGES / event.slug / "form.xdf3.xml").exists()
    if shipped and not FormVersion.objects.filter(definition__service_slug=event.slug).exists():
        demo.load_package(event.slug)
