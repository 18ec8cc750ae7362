"""What the city already knows about a logged-in person or the business she acts for, placed into the form (never overwriting an answer).

The aliases of the rules say which field is which: the usual names are the same in all forms of the product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.access.api import Mandate
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.businesses import api as businesses

_STREET = re.compile(r"(?P<street>.*\D)\s+(?P<number>\d+)\s*(?P<suffix>[a-zA-Z½¼]{0,3})")


def known_answers(loaded: LoadedForm, account_id: UUID) -> dict[str, Any]:
    """Answers from the identity behind the account, by the aliases familienname, vornamen, geburtsdatum and so on."""
    return _placed(loaded, _known(account_id))


# What forms call the parts of a business; the first alias that a form has gets the value.
BUSINESS_ALIASES = {
    "legal_name": ("firma", "org_name", "firmenname", "unternehmen"),
    "register_court": ("registergericht", "register_gericht"),
    "register_number": ("registernummer", "org_register", "register_nummer", "register_nr"),
    "economy_id": ("wirtschafts_id", "wirtschaftsid"),
}

# Forms group legal forms as they need them; the first code that a form offers is taken.
LEGAL_FORM_CODES = {
    "sole": ("sole", "einzeln"),
    "ek": ("ek", "einzeln"),
    **dict.fromkeys(("gbr", "egbr", "ohg", "kg", "gmbh_co_kg", "partg"), ("personen",)),
    **dict.fromkeys(("ug", "gmbh", "ag", "eg"), ("kapital",)),
    "ev": ("verein",),
}


def party_answers(loaded: LoadedForm, mandate: Mandate, account_id: UUID) -> dict[str, Any]:
    """What is known about the party somebody acts for. A business brings its own details and the name of who acts; of a
    person who gave a power of attorney only the name is placed: the rest is for her to tell."""
    known = _known(mandate.party if mandate.kind == "person" else account_id)
    known = {key: text for key, text in known.items() if key in ("familienname", "vornamen")}
    found = businesses.business(mandate.party) if mandate.kind == "business" else None
    if found is None:
        return _placed(loaded, known)
    number = _STREET.fullmatch(f"{found.street} {found.house_number}".strip())
    apart = number is not None and "hausnummernzusatz" in loaded.ruleset.aliases
    known |= {
        "email": found.email,
        "telefon": found.phone,
        "strasse": found.street,
        "hausnummer": number["number"] if number is not None and apart else found.house_number,
        "hausnummernzusatz": number["suffix"] if number is not None and apart else "",
        "rechtsform": _legal_form(loaded, found.legal_form),
        "plz": found.postcode,
        "ort": found.city,
    }
    for name, aliases in BUSINESS_ALIASES.items():
        known |= {alias: getattr(found, name) for alias in aliases}
    return _placed(loaded, known)


def _legal_form(loaded: LoadedForm, legal_form: str) -> str:
    """The code of the form's own list for a legal form; empty when none fits."""
    position = loaded.form.at(loaded.ruleset.aliases.get("rechtsform", ""))
    offered = (
        {value.code for value in getattr(position.element, "values", ())} if position is not None else set()
    )
    wanted = (legal_form, *LEGAL_FORM_CODES.get(legal_form, ()))
    return next((code for code in wanted if code in offered), "")


def _placed(loaded: LoadedForm, known: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for alias, text in known.items():
        path = loaded.ruleset.aliases.get(alias)
        if path and text and not _is_repeated(loaded, path):
            values = tree.put(values, path, text)
    return values


def _known(account_id: UUID) -> dict[str, str]:
    account, identity = accounts.account(account_id), accounts.identity(account_id)
    known = {"email": account.email if account else ""}
    if identity is None:
        return known
    place = _STREET.fullmatch(identity.street.strip())
    return known | {
        "familienname": identity.family_name,
        "vornamen": identity.given_names,
        "geburtsdatum": identity.birth_date.isoformat() if identity.birth_date else "",
        "strasse": place["street"].strip() if place else identity.street,
        "hausnummer": place["number"] if place else "",
        "hausnummernzusatz": place["suffix"] if place else "",
        "plz": identity.postcode,
        "ort": identity.city,
    }


def _is_repeated(loaded: LoadedForm, path: str) -> bool:
    parts = path.split("/")
    above = ["/".join(parts[: i + 1]) for i in range(len(parts))]
    return any(position is None or position.repeated for position in map(loaded.form.at, above))
