"""What the city already knows about a logged-in person, placed into the form (never overwriting an answer).

The aliases of the rules say which field is which: the usual names are the same in all forms of the product.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.accounts import api as accounts

_STREET = re.compile(r"(?P<street>.*\D)\s+(?P<number>\d+)\s*(?P<suffix>[a-zA-Z½¼]{0,3})")


def known_answers(loaded: LoadedForm, account_id: UUID) -> dict[str, Any]:
    """Answers from the identity behind the account, by the aliases familienname, vornamen, geburtsdatum and so on."""
    values: dict[str, Any] = {}
    for alias, text in _known(account_id).items():
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
