"""What a new municipality needs before its first service; each step says whether it is done, from the data itself.

Other modules add their steps with ``organizations.api.register_setup_step``: services their catalogue, forms the first published form.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.foundation.access import api as access
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import actions
from stadtkern.foundation.organizations.checklist import SetupStep as Step
from stadtkern.foundation.organizations.checklist import registered
from stadtkern.foundation.organizations.models import Municipality, Office
from stadtkern.foundation.places import api as places
from stadtkern.foundation.tenancy import api as tenancy


def all_steps(actor: access.Actor) -> list[Step]:
    """The checklist of the current municipality, in order."""
    tenant = tenancy.current_id()
    row = Municipality.objects.get(pk=tenant)
    own = [
        _municipality(row),
        _mail(row),
        _appearance(row),
        _offices(),
        _staff(),
        _places(),
        _sign_on(),
    ]
    return own + [maker() for _order, maker in sorted(registered, key=lambda entry: entry[0])]


def _municipality(row: Municipality) -> Step:
    href = reverse("administration:municipality", args=[row.pk])
    return Step(
        title=_("Angaben zur Kommune"),
        text=_("Anschrift, Telefon und Absenderadresse stehen in Bescheiden und E-Mails."),
        href=href,
        done=bool(row.address and row.sender_email),
    )


def _mail(row: Municipality) -> Step:
    return Step(
        title=_("E-Mail-Versand prüfen"),
        text=_("Schicken Sie sich eine Testmail."),
        href=reverse("administration:municipality", args=[row.pk]) + "#mail",
        done=row.mail_tested_at is not None,
    )


def _appearance(row: Municipality) -> Step:
    return Step(
        title=_("Logo und Farben"),
        text=_("Der Kontrast wird beim Speichern geprüft."),
        href=reverse("administration:municipality", args=[row.pk]) + "#logo",
        done=row.logo_file_id is not None,
        optional=True,
    )


def _offices() -> Step:
    return Step(
        title=_("Ämter und Teams"),
        text=_("Mindestens ein Amt mit einem Team, das Anträge bearbeitet."),
        href=reverse("administration:offices"),
        done=Office.objects.filter(active=True, teams__active=True).exists(),
    )


def _staff() -> Step:
    return Step(
        title=_("Beschäftigte"),
        text=_(
            "Einzeln anlegen oder als CSV-Liste laden. Mindestens eine Person mit der Rolle Sachbearbeitung."
        ),
        href=reverse("staff:import"),
        done=access.has_holder(access.Role.CASEWORKER),
    )


def _places() -> Step:
    return Step(
        title=_("Straßenliste"),
        text=_("CSV mit Straßen und Hausnummern; Formulare prüfen Adressen damit."),
        href=reverse("administration:places"),
        done=places.counts().streets > 0,
        optional=True,
    )


def _sign_on() -> Step:
    return Step(
        title=_("Anmeldedienst"),
        text=_(
            "BundID über Ihren Dienstleister oder Entra ID für Beschäftigte. Mit Passwort geht es auch ohne."
        ),
        href=reverse("sign_on:list"),
        done=accounts.has_sign_on(),
        optional=True,
    )


def send_test_mail(actor: access.Actor, municipality_id: UUID, now: datetime) -> bool:
    """A mail to the actor herself; False when her account has no address."""
    account = accounts.account(actor.account_id) if actor.account_id else None
    if account is None or not account.email:
        return False
    notifications.send_mail(
        to=account.email,
        subject=_("Testmail von Stadtkern"),
        text=_("Der E-Mail-Versand Ihrer Kommune ist eingerichtet."),
        language=actor.language,
    )
    actions.update_municipality(
        actor=actor, municipality_id=municipality_id, values={"mail_tested_at": now}, now=now
    )
    return True
