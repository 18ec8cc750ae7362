"""What happens to a registration, in the history of its case: for staff, for the family in German and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

TITLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "kita_wishes": (
        gettext_noop("Wünsche geändert"),
        "Sie haben Ihre Wünsche geändert",
        "You changed your wishes",
    ),
    "kita_confirmed": (
        gettext_noop("Bedarf bestätigt"),
        "Sie brauchen den Platz noch",
        "You still need the place",
    ),
    "kita_asked": (
        gettext_noop("Nach dem Bedarf gefragt"),
        "Wir haben gefragt, ob Sie den Platz noch brauchen",
        "We asked whether you still need the place",
    ),
    "kita_proof": (
        gettext_noop("Nachweis hochgeladen"),
        "Sie haben einen Nachweis hochgeladen",
        "You uploaded a proof",
    ),
    "kita_reviewed": (
        gettext_noop("Nachweis geprüft"),
        "Ein Nachweis wurde geprüft",
        "A proof was checked",
    ),
    "kita_expired": (
        gettext_noop("Anmeldung abgelaufen"),
        "Die Anmeldung ist abgelaufen",
        "The registration has expired",
    ),
    "kita_offer_accepted": (
        gettext_noop("Platzangebot angenommen"),
        "Sie haben das Platzangebot angenommen",
        "You accepted the offer of a place",
    ),
    "kita_offer_declined": (
        gettext_noop("Platzangebot abgelehnt"),
        "Sie haben das Platzangebot abgelehnt",
        "You declined the offer of a place",
    ),
    "kita_offer_expired": (
        gettext_noop("Platzangebot abgelaufen"),
        "Das Platzangebot ist abgelaufen",
        "The offer of a place has expired",
    ),
}
