"""What the demo says it took before; the figures come from the demo's own cases."""

from __future__ import annotations

from stadtkern.casework.relief import actions
from stadtkern.casework.relief.models import Baseline
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

BEFORE = {
    "hundesteuer-anmeldung": (25, 21),
    "bewohnerparkausweis": (20, 10),
    "meldebescheinigung": (15, 3),
    "sondernutzung-strassenfest": (180, 42),
    "baumfaellgenehmigung": (150, 49),
    "aufenthaltserlaubnis-verlaengern": (90, 60),
}
SOURCE = "Erfundene Schätzung der Demo"


def load() -> None:
    """Enter the estimates once and reckon."""
    now = clock.now()
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            if municipality.slug != "mainz" or Baseline.objects.exists():
                continue
            actions.measure(now=now)
            for slug, (minutes, days) in BEFORE.items():
                if services.find(slug) is not None:
                    actions.set_baseline(
                        actor=system(municipality.id), slug=slug, minutes=minutes, days=days, source=SOURCE, now=now
                    )  # fmt: skip
