"""The demo's offices offer appointments for the next four weeks."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from stadtkern.casework.appointments import api
from stadtkern.casework.services import api as services
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock, german_calendar

WEEKS = 4


def load() -> None:
    """Offer slots where a service asks for a visit; existing ones stay."""
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            for service in services.services(online=True):
                wanted = service.procedure_texts().get("appointment")
                office = organizations.office(slug=wanted["office"]) if wanted else None
                if wanted and office:
                    _offer(office.id, int(wanted["minutes"]), municipality.state)


def _offer(office_id: UUID, minutes: int, state: str) -> None:
    today = clock.today()
    for offset in range(1, WEEKS * 7):
        day = today + timedelta(days=offset)
        if german_calendar.is_working_day(day, state):
            api.offer(office_id=office_id, day=day, first=time(8), last=time(12), minutes=minutes)
