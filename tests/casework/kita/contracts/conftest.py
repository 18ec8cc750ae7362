"""A child with an accepted place: its contract at "Sonne"."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def placed(kitas: Any, register: Any, parent: Any, head: Any, now: datetime) -> SimpleNamespace:
    """``placed.row`` the registration, ``placed.contract`` from August 2026 on, ``placed.head`` of the Kita, ``placed.parent``."""
    from stadtkern.casework.kita.models import Contract, Registration, SeatClass

    row = register()
    contract = Contract.objects.create(
        child=row.child, facility=kitas.sonne, provider=kitas.church, registration=row, hours=7,
        seat_class=SeatClass.objects.get(facility=kitas.sonne, name="Ü2"),
        from_on=date(2026, 8, 1), to_on=date(2030, 8, 1), created_at=now,
    )  # fmt: skip
    Registration.objects.filter(pk=row.pk).update(state="placed")
    return SimpleNamespace(
        row=row, contract=contract, head=head(kitas.sonne), parent=parent, kita=kitas.sonne, kitas=kitas
    )
