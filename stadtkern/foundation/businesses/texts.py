"""What people read: the sentence for every code, the names of rights."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PROBLEMS = {
    "missing": gettext_lazy("Bitte füllen Sie dieses Feld aus."),
    "postcode": gettext_lazy("Eine Postleitzahl hat fünf Ziffern."),
    "economy_id": gettext_lazy(
        "So sieht sie aus: DE und neun Ziffern, vielleicht mit -00001. Bitte prüfen Sie die Ziffern."
    ),
    "register_number": gettext_lazy("So sieht eine Registernummer aus: HRB 12345."),
    "register_kind": gettext_lazy(
        "Diese Rechtsform steht in einem anderen Register. Bitte prüfen Sie den Anfang der Nummer."
    ),
    "entitled": gettext_lazy("Bestätigen Sie, dass Sie das Unternehmen vertreten dürfen."),
    "too_long": gettext_lazy("Das ist zu lang. Bitte kürzen Sie."),
    "email": gettext_lazy("So sieht eine E-Mail-Adresse aus: name@beispiel.de."),
    "services": gettext_lazy("Wählen Sie mindestens eine Leistung, oder alle."),
    "date": gettext_lazy("Bitte geben Sie ein Datum an."),
    "period": gettext_lazy("Das Ende muss in der Zukunft und nach dem Beginn liegen."),
}

ROLES = {
    "administer": (gettext_lazy("Verwalten"), gettext_lazy("alles, auch Personen einladen und Vollmachten erteilen")),
    "apply": (gettext_lazy("Anträge stellen"), gettext_lazy("Anträge ausfüllen, abschicken und Fragen beantworten; alles lesen")),
    "read": (gettext_lazy("Lesen"), gettext_lazy("Vorgänge, Postfach und Bescheide ansehen")),
}  # fmt: skip


FIELDS = {
    "legal_name": gettext_lazy("Name (Firma)"),
    "legal_form": gettext_lazy("Rechtsform"),
    "register_court": gettext_lazy("Registergericht"),
    "register_number": gettext_lazy("Registernummer"),
    "street": gettext_lazy("Straße"),
    "house_number": gettext_lazy("Hausnummer"),
    "postcode": gettext_lazy("Postleitzahl"),
    "city": gettext_lazy("Ort"),
    "email": gettext_lazy("E-Mail"),
    "role": gettext_lazy("Rolle"),
    "rights": gettext_lazy("Rechte"),
}


def errors_of(problems: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(field, sentence), as the error summary of a page shows them; what is missing is named."""
    return [(field, _sentence(field, code)) for field, code in problems]


def _sentence(field: str, code: str) -> str:
    if code == "missing" and field in FIELDS:
        return _("%(field)s fehlt.") % {"field": FIELDS[field]}
    return str(PROBLEMS[code])


def role_options() -> list[tuple[str, str]]:
    """Roles to choose from, each with what it means."""
    return [(key, f"{name}: {meaning}") for key, (name, meaning) in ROLES.items()]


def rights_text(*, apply: bool, receive: bool) -> str:
    """What a power of attorney allows, in words."""
    words = [_("Vorgänge lesen")]
    if apply:
        words.append(_("Anträge stellen und Fragen beantworten"))
    if receive:
        words.append(_("Bescheide und Post empfangen"))
    return ", ".join(words)
