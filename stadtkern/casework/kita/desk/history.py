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
    "kita_contract_signed": (
        gettext_noop("Betreuungsvertrag bestätigt"),
        "Sie haben den Betreuungsvertrag bestätigt",
        "You confirmed the nursery contract",
    ),
    "kita_contract_change": (
        gettext_noop("Andere Stunden gewünscht"),
        "Sie wünschen andere Stunden",
        "You wish other hours",
    ),
    "kita_contract_end": (
        gettext_noop("Betreuungsvertrag beendet"),
        "Der Betreuungsvertrag ist beendet",
        "The nursery contract is ended",
    ),
    "kita_second_confirmed": (
        gettext_noop("Zweite sorgeberechtigte Person hat Zugang"),
        "Die zweite sorgeberechtigte Person hat Zugang",
        "The second guardian has access",
    ),
    "kita_second_ended": (
        gettext_noop("Zugang der zweiten Person beendet"),
        "Der Zugang der zweiten sorgeberechtigten Person ist beendet",
        "The access of the second guardian has ended",
    ),
    "kita_contract_reported": (
        gettext_noop("Vertrag vom Träger gemeldet"),
        "Die Kita hat den Vertrag gemeldet",
        "The nursery reported the contract",
    ),
}
