"""How a field is asked: which control, which hints, what helps the browser. Decisions about one field, no rendering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stadtkern.casework.forms.answers import number_text
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Datatype, Field, Kind, Position, Value

RADIOS_UP_TO = 8
SELECT_UP_TO = 200
CHECKBOXES_UP_TO = 30
FOUND_AT_MOST = 30
TEXTAREA_FROM = 200

# WCAG 2.2, 1.3.5: tokens of HTML for the aliases that all forms of the product share.
AUTOCOMPLETE = {
    "familienname": "family-name",
    "vornamen": "given-name",
    "vorname": "given-name",
    "geburtsdatum": "bday",
    "email": "email",
    "telefon": "tel",
    "strasse": "address-line1",
    "plz": "postal-code",
    "ort": "address-level2",
    "kontoinhaber": "name",
    "firma": "organization",
}
_DIGITS_ONLY = re.compile(r"\^?(\[0-9\]|\\d)[{+*0-9,}]*\$?")
_NEEDED = r"\b{alias}\s*!=\s*null|count\(\s*{alias}\s*\)\s*>\s*0"
FILE_WORDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WebP",
}


def has_list(field: Field) -> bool:
    """Whether the answer is one of given entries."""
    return field.kind is Kind.SELECT or bool(field.values) or field.code_list is not None


def shows_checkboxes(loaded: LoadedForm, position: Position, field: Field) -> bool:
    """Several entries of a short list are asked as check boxes."""
    return position.repeated and has_list(field) and len(loaded.values_of(field, "de")) <= CHECKBOXES_UP_TO


def control_kind(loaded: LoadedForm, field: Field, static: str, options: int) -> str:
    """``label, locked, file, radios, select, search, consent, yesno, date, textarea`` or ``input``."""
    if field.kind is Kind.LABEL:
        return "label"
    if not field.is_editable or static in calculated_paths(loaded):
        return "locked"
    if field.datatype is Datatype.FILE:
        return "file"
    if has_list(field):
        return "radios" if options <= RADIOS_UP_TO else "select" if options <= SELECT_UP_TO else "search"
    if field.datatype is Datatype.BOOL:
        return "consent" if is_consent(loaded, field, static) else "yesno"
    if field.datatype is Datatype.DATE:
        return "date"
    usual = any(path == static and name in AUTOCOMPLETE for name, path in loaded.ruleset.aliases.items())
    long = (field.constraints.longest or 0) >= TEXTAREA_FROM and not usual and not field.constraints.pattern
    return "textarea" if field.datatype.is_text and long else "input"


def calculated_paths(loaded: LoadedForm) -> frozenset[str]:
    """Paths whose value is computed."""
    return frozenset(rule.path for rule in loaded.ruleset.calculations)


def is_consent(loaded: LoadedForm, field: Field, static: str) -> bool:
    """A yes/no field that may only be answered with yes is a statement to tick: the rules say ``alias = true``."""
    if field.datatype is not Datatype.BOOL:
        return False
    return any(
        rule.at == static and _is_alias_true(rule.expression, static, loaded.ruleset.aliases)
        for rule in loaded.ruleset.validations
    )


def _is_alias_true(expression: str, static: str, aliases: Mapping[str, str]) -> bool:
    name, _, right = expression.partition("=")
    return right.strip() == "true" and aliases.get(name.strip()) == static


def needed_by_rule(loaded: LoadedForm, static: str) -> bool:
    """An optional field that a rule demands while it is shown is not called optional."""
    names = [name for name, path in loaded.ruleset.aliases.items() if path == static]
    if not names:
        return False
    patterns = [re.compile(_NEEDED.format(alias=re.escape(name))) for name in names]
    rules = (rule.expression for rule in loaded.ruleset.validations if rule.at == static)
    return any(pattern.search(expression) for expression in rules for pattern in patterns)


def browser_help(loaded: LoadedForm, field: Field, static: str, *, own: bool) -> dict[str, Any]:
    """Attributes of a text input: keyboard, width, and what the browser may fill in for the person herself."""
    alias = next((name for name, path in loaded.ruleset.aliases.items() if path == static), "")
    token = AUTOCOMPLETE.get(alias, "") if own else "off"
    longest = field.constraints.longest
    numeric = field.datatype is Datatype.NUM_INT or bool(_DIGITS_ONLY.fullmatch(field.constraints.pattern))
    decimal = field.datatype in (Datatype.NUM, Datatype.NUM_CURRENCY)
    kind = {"email": "email", "telefon": "tel"}.get(alias, "text")
    return {
        "type": kind,
        "autocomplete": token,
        "inputmode": "numeric" if numeric else "decimal" if decimal else kind if kind != "text" else "",
        "suffix": "€" if field.datatype is Datatype.NUM_CURRENCY else "",
        "width": _width(field, longest),
    }


def _width(field: Field, longest: int | None) -> str:
    if field.datatype is Datatype.TIME:
        return "6"
    if field.datatype.is_number:
        return "10"
    if longest is None:
        return ""
    return next((str(width) for width in (2, 4, 6, 10, 20) if longest <= width), "")


def shown_value(field: Field, raw: Any, language: str) -> str:
    """A typed or stored value as it stands in the input again."""
    if raw is None or isinstance(raw, Mapping | list):
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | float):
        return number_text(field, raw, "de").removesuffix(" €")
    return str(raw)


def date_parts(raw: Any) -> dict[str, str]:
    """Day, month and year for the three inputs, also of what is no date."""
    text = str(raw or "").strip()
    if "-" in text:
        year, _, rest = text.partition("-")
        month, _, day = rest.partition("-")
    else:
        day, _, rest = text.partition(".")
        month, _, year = rest.partition(".")
    return {"day": day.strip().lstrip("0"), "month": month.strip().lstrip("0"), "year": year.strip()}


def find_entries(values: tuple[Value, ...], words: str) -> tuple[Value, ...]:
    """The entries of a long list that contain all words; those that begin with them first."""
    wanted = folded(words[:200]).split()
    if not wanted:
        return ()
    hits = [value for value in values if all(word in folded(f"{value.name} {value.code}") for word in wanted)]
    hits.sort(key=lambda value: (not folded(value.name).startswith(wanted[0]), len(value.name)))
    return tuple(hits[:FOUND_AT_MOST])


def folded(text: str) -> str:
    """Small letters without accents, for comparing."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
