"""The line of the services in the checklist of a new municipality."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.services import queries
from stadtkern.foundation.organizations.api import SetupStep, register_setup_step


def first_service() -> SetupStep:
    """Adopt service packages and publish the first one."""
    return SetupStep(
        title=_("Erste Leistung"),
        text=_("Übernehmen Sie fertige Leistungen aus den Vorlagen und veröffentlichen Sie die erste."),
        href=reverse("services-desk:adopt"),
        done=bool(queries.services()),
    )


register_setup_step(100, first_service)
