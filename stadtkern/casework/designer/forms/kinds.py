"""The kinds of elements as designers know them, beside kind and datatype of the form model; and what can be set for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from stadtkern.casework.forms import definition as forms

D, K = forms.Datatype, forms.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of element: ``more`` are the properties beside those that all have."""

    code: str
    label: str
    hint: str
    kind: forms.Kind = K.INPUT
    datatype: forms.Datatype = D.TEXT
    more: tuple[str, ...] = ()


_LIMITS = ("min_value", "max_value")
_FIELD = ("required", "most", "content", "prefill", "entry")
_LINE = ("min_length", "max_length", "pattern", *_FIELD)
KINDS: Mapping[str, Kind] = {
    each.code: each
    for each in (
        Kind(code="text", label=_("Text, eine Zeile"), hint=_("Straße, Nummer eines Bescheids"), more=_LINE),
        Kind(code="latin", label=_("Name, eine Zeile"), hint=_("Familienname, Ort; nur die Buchstaben der Register (DIN 91379)"), datatype=D.TEXT_LATIN, more=_LINE),
        Kind(code="longtext", label=_("Text, mehrere Zeilen"), hint=_("Begründung, Beschreibung"), more=("min_length", "max_length", *_FIELD)),
        Kind(code="integer", label=_("Ganze Zahl"), hint=_("Anzahl, Alter"), datatype=D.NUM_INT, more=(*_LIMITS, *_FIELD)),
        Kind(code="number", label=_("Zahl mit Komma"), hint=_("Fläche, Länge"), datatype=D.NUM, more=(*_LIMITS, *_FIELD)),
        Kind(code="currency", label=_("Geldbetrag"), hint=_("in Euro und Cent"), datatype=D.NUM_CURRENCY, more=(*_LIMITS, *_FIELD)),
        Kind(code="date", label=_("Datum"), hint=_("Geburtsdatum, Beginn"), datatype=D.DATE, more=(*_LIMITS, *_FIELD)),
        Kind(code="time", label=_("Uhrzeit"), hint=_("zum Beispiel 14:30"), datatype=D.TIME, more=_FIELD),
        Kind(code="datetime", label=_("Datum mit Uhrzeit"), hint="", datatype=D.DATETIME, more=_FIELD),
        Kind(code="yesno", label=_("Ja oder Nein"), hint=_("auch als Zustimmung zum Ankreuzen"), datatype=D.BOOL, more=("required", "consent", "content", "entry")),
        Kind(code="choice", label=_("Auswahl mit eigenen Werten"), hint=_("eine oder mehrere Antworten aus einer Liste"), kind=K.SELECT, more=("choices", *_FIELD)),
        Kind(code="list", label=_("Auswahl aus einer Codeliste"), hint=_("Staaten, Rechtsformen; eingelesen als Genericode"), kind=K.SELECT, more=("code_list", *_FIELD)),
        Kind(code="file", label=_("Datei hochladen"), hint=_("Nachweise als PDF oder Bild"), datatype=D.FILE, more=("media_types", "max_size", "required", "most")),
        Kind(code="static", label=_("Text zum Lesen"), hint=_("Erklärung, Hinweis; nichts wird eingegeben"), kind=K.LABEL, more=("content", "content_en")),
        Kind(code="object", label=_("Objekt"), hint="", datatype=D.OBJ, more=_FIELD),
    )
}  # fmt: skip
GROUP = Kind(code="group", label=_("Gruppe"), hint=_("fasst Felder zusammen; oberste Gruppen sind Seiten; kann sich wiederholen"), more=("least", "most"))  # fmt: skip
CHOICE_GROUP = Kind(code="choice_group", label=_("Entweder-oder-Gruppe"), hint=_("genau eines der Elemente darin wird beantwortet"), more=("least", "most"))  # fmt: skip
GROUPS: Mapping[str, Kind] = {"group": GROUP, "choice_group": CHOICE_GROUP}
ALL: Mapping[str, Kind] = {**GROUPS, **KINDS}
#: what a new element can be (objects are only kept where a form was read)
OFFERED = tuple(code for code in ALL if code != "object")
LONG_FROM = 200
ENTRIES = {"": K.INPUT, "shown": K.LOCKED, "hidden": K.HIDDEN}


def kind_of(element: forms.Element) -> Kind:
    """The kind of an element."""
    if isinstance(element, forms.Group):
        return CHOICE_GROUP if element.choice else GROUP
    if element.kind is K.LABEL:
        return KINDS["static"]
    if element.values or element.kind is K.SELECT or element.code_list is not None:
        return KINDS["list" if element.code_list is not None and not element.values else "choice"]
    if element.datatype is D.TEXT:
        long = (element.constraints.longest or 0) >= LONG_FROM and not element.constraints.pattern
        return KINDS["longtext" if long else "text"]
    return next(kind for kind in KINDS.values() if kind.datatype is element.datatype)


def entry_of(field: forms.Field) -> str:
    """Who gives the value: nobody but the applicant (empty), only shown, or not even shown."""
    return {K.LOCKED: "shown", K.HIDDEN: "hidden"}.get(field.kind, "")


def properties_of(kind: Kind) -> tuple[str, ...]:
    """The names of what can be set, in the order of the page."""
    if kind.code == "static":
        return ("label", "label_en", *kind.more, "visible_if")
    calculated = ("value",) if kind.code not in (*GROUPS, "file", "object") else ()
    return ("label", "label_en", "help", "help_en", "alias", *kind.more, "visible_if", *calculated)
