"""Our content and the JSON model ``Leistung220`` (FIM portal API 0.24), in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any

from stadtkern.casework.services.content import LANGUAGES, BadContent, ServiceContent, Text, parse

AGENCY = "stadtkern"
LEIKA_LIST = "urn:de:fim:leika:leistung"
# Codes of urn:de:xzufi:codeliste:leistungstextmodulleika
NAME, SHORT, FULL, NORMS, STEPS, FORMS = "02", "05", "06", "07", "11", "14"
ASSURANCE_CODES = {"none": "00", "low": "20", "substantial": "30", "high": "40"}
ADDRESSEES = {"citizen": "001", "business": "002"}
ALWAYS, SOMETIMES = "immer erforderlich", "nur in bestimmten Fällen"
JsonObject = dict[str, Any]

_UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_MODULE: JsonObject = {"position_darstellung": None, "id": None, "id_sekundaer": [], "gueltigkeit": []}


def to_leistung(content: ServiceContent) -> JsonObject:
    """The JSON model of a service."""
    texts = [
        _text_module(NAME, _plain(content.title)),
        _text_module(SHORT, _html(content.summary)),
        _text_module(FULL, _html(content.description)),
        _text_module(NORMS, _list("ul", [_norm_text(n.citation, n.title) for n in content.legal_basis])),
        _text_module(STEPS, _list("ol", content.steps)),
    ]
    if content.online:
        texts.append(
            _text_module(FORMS, _html(Text(de="Online-Dienst vorhanden", en="Online service available")))
        )
    return {
        "id": _id(content.slug),
        "id_sekundaer": [],
        "struktur": {"leistungsgruppierung": _code("urn:de:fim:leika:leistungsgruppierung", content.leika_key[2:5] or "000")},
        "referenz_leika": [_code(LEIKA_LIST, content.leika_key)] if content.leika_key else [],
        "modul_text": [module for module in texts if module["inhalt"]],
        "modul_text_individuell": [],
        "modul_frist": {**_MODULE, "frist": [], **_described(_list("ul", [_with_basis(d.label, d.legal_basis) for d in content.deadlines]))},
        "modul_kosten": {**_MODULE, "kosten": [_fee(fee) for fee in content.fees], "beschreibung": [], "weiterfuehrender_link": []},
        "modul_bearbeitungsdauer": {**_MODULE, "bearbeitungsdauer": [], **_described(_html(content.processing_time))},
        "modul_begriff_im_kontext": [_synonyms(content)] if any(content.synonyms.values()) else [],
        "modul_fachliche_freigabe": {
            **_MODULE,
            "fachlich_freigegeben_am": f"{content.reviewed_on.isoformat()}T00:00:00Z",
            "fachlich_freigegeben_durch": [],
        }
        if content.reviewed_on
        else None,
        "modul_auskunftshinweis": None,
        "modul_dokument": {
            **_MODULE,
            "dokument_eingehend": [_document(row) for row in content.documents],
            "dokument_ausgehend": [],
            "beschreibung": [],
            "weiterfuehrender_link": [],
        },
        "modul_ursprungsportal": [
            {**_MODULE, "language_code": "de", "uri": content.external_url, "titel": None}
        ]
        if content.external_url
        else [],
        "typisierung": ["5"],
        "vertrauensniveau": ASSURANCE_CODES[content.assurance_level],
        "leistungsadressat": [ADDRESSEES[name] for name in content.audience],
        "kennzeichen_schritformerfordernis": None,
        "kategorie": [_category(slug) for slug in content.life_situations],
        "klassifizierung": [],
        "informationsbereich_sdg": [],
        "id_leistung_im_kontext": [_id(slug) for slug in content.related],
        "id_prozess": [],
        "herausgeber": {
            "id": _id(content.office, "organisationseinheit"),
            "id_sekundaer": [],
            "bezeichnung": [],
            "kurzbezeichnung": [],
            "beschreibung": [],
            "standard_zustaendigkeitsgebiet": [],
        }
        if content.office
        else None,
        "gueltigkeit_gebiet_id": [],
        "kennzeichen_ea": None,
        "relevant_fuer_wirtschaftszweig": [],
        "relevant_fuer_rechtsform": [],
        "relevant_fuer_staatsangehoerigkeit": [],
        "versionsinformation": None,
        "sprachversion": [_language(code) for code in LANGUAGES if code == "de" or content.title.en],
        "gueltigkeit": [],
    }  # fmt: skip


def from_leistung(data: Mapping[str, Any]) -> ServiceContent:
    """The content of a ``Leistung220``; raises ``BadContent`` with the place."""
    modules = {
        _code_of(module.get("leika_textmodul")): module.get("inhalt") or []
        for module in data.get("modul_text") or []
    }
    identifier = _get(data.get("id"), "value")
    if not identifier:
        raise BadContent("id: Die Leistung hat keine Kennung.", extra={"problems": [("id", "fehlt")]})
    title = _text(modules.get(NAME), html=False) or _text(modules.get("03"))
    released = _get(data.get("modul_fachliche_freigabe"), "fachlich_freigegeben_am")
    addressees = {code: name for name, code in ADDRESSEES.items()}
    levels = {code: name for name, code in ASSURANCE_CODES.items()} | {"10": "low", "15": "low"}
    codes = [_get(code, "code") for code in data.get("referenz_leika") or []]
    return parse(
        {
            "slug": identifier if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier) else _slug(title.get("de", identifier)),
            "leika_key": next((code for code in codes if re.fullmatch(r"\d{14}", code)), ""),
            "title": title,
            "summary": _text(modules.get(SHORT)) or _text(modules.get("24")) or title,
            "description": _text(modules.get(FULL)),
            "synonyms": _read_synonyms(data.get("modul_begriff_im_kontext") or []),
            "life_situations": [_get(row.get("id"), "value") for row in data.get("kategorie") or []],
            "office": _get(_get_object(data.get("herausgeber"), "id"), "value"),
            "audience": [addressees[code] for row in data.get("leistungsadressat") or [] if (code := _code_of(row)) in addressees],
            "assurance_level": levels.get(_code_of(data.get("vertrauensniveau")), "none"),
            "fees": [_read_fee(row) for row in _rows(data.get("modul_kosten"), "kosten")],
            "deadlines": [_read_deadline(row) for row in _items(_rows(data.get("modul_frist"), "beschreibung"))],
            "processing_time": _text(_rows(data.get("modul_bearbeitungsdauer"), "beschreibung")),
            "documents": [_read_document(row) for row in _rows(data.get("modul_dokument"), "dokument_eingehend")],
            "legal_basis": [_read_norm(row) for row in _items(modules.get(NORMS) or [])],
            "steps": [{key: _decode(value) for key, value in row.items()} for row in _items(modules.get(STEPS) or [])],
            "related": [_get(row, "value") for row in data.get("id_leistung_im_kontext") or []],
            "online": FORMS in modules,
            "reviewed_on": str(released)[:10] if released else None,
            "external_url": next((_get(row, "uri") for row in data.get("modul_ursprungsportal") or []), None),
        }
    )  # fmt: skip


def _id(value: str, scheme: str = "leistung") -> JsonObject:
    empty = dict.fromkeys(
        ("scheme_agency_name", "scheme_data_uri", "scheme_name", "scheme_uri", "scheme_version_id")
    )
    return {"scheme_agency_id": AGENCY, "scheme_id": scheme, "value": value, **empty}


def _code(list_uri: str, code: str) -> JsonObject:
    return {"list_uri": list_uri, "list_version_id": "", "code": code, "name": None}


def _localized(text: Mapping[str, str]) -> list[JsonObject]:
    return [{"language_code": code, "_value": value} for code, value in text.items() if value]


def _text_module(code: str, text: Mapping[str, str]) -> JsonObject:
    return {
        **_MODULE,
        "leika_textmodul": code,
        "leika_textmodul_abweichende_bezeichnung": [],
        "inhalt": _localized(text),
        "weiterfuehrender_link": [],
    }


def _described(text: Mapping[str, str]) -> JsonObject:
    return {"beschreibung": _localized(text), "weiterfuehrender_link": []}


def _plain(text: Text) -> dict[str, str]:
    return {"de": text.de, "en": text.en}


def _html(text: Text) -> dict[str, str]:
    return {code: _encode(value) for code, value in _plain(text).items() if value}


def _encode(text: str) -> str:
    """Paragraphs as ``<p>``, line breaks as ``<br>``."""
    return "".join(
        "<p>" + escape(part, quote=False).replace("\n", "<br>") + "</p>" for part in text.split("\n\n")
    )


def _decode(html: str) -> str:
    """Plain text of HTML: paragraphs, line breaks and list items stay lines, everything else is dropped."""
    text = re.sub(r"\s*<br\s*/?>\s*", "\n", html)
    text = re.sub(r"</p>\s*<p[^>]*>", "\n\n", text)
    text = re.sub(r"<li[^>]*>", "\n– ", text)
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()


def _list(tag: str, items: Iterable[Text]) -> dict[str, str]:
    """A list per language; an item without translation is empty there, so that places stay equal."""
    rows = list(items)
    result = {}
    for code in LANGUAGES:
        if any(getattr(row, code) for row in rows):
            inner = "".join(f"<li>{escape(getattr(row, code), quote=False)}</li>" for row in rows)
            result[code] = f"<{tag}>{inner}</{tag}>"
    return result


def _with_basis(label: Text, basis: str) -> Text:
    mark = f" [{basis}]" if basis or label.de.endswith("]") else ""
    return Text(de=label.de + mark, en=label.en + mark if label.en else "")


def _norm_text(citation: str, title: Text) -> Text:
    if not title.de:
        return Text(de=citation)
    return Text(de=f"{citation}: {title.de}", en=f"{citation}: {title.en}" if title.en else "")


def _fee(fee: Any) -> JsonObject:
    choice: JsonObject
    if fee.amount_cents is None:
        choice = {"betrag_untergrenze": None, "betrag_obergrenze": None, "beschreibung_variabilitaet": []}
    elif fee.amount_cents == 0:
        choice = {"beschreibung_kostenfreiheit": []}
    else:
        choice = {"betrag": {"currency_code": "EUR", "value": fee.amount_cents / 100}}
    return {
        "typ": "001",
        "kostenauswahl": choice,
        "beschreibung": _localized(_html(_with_basis(fee.label, fee.legal_basis))),
        "vorkasse": None,
        "link_kostenbildung": None,
        "position_darstellung": None,
        "gueltigkeit": [],
    }


def _read_fee(row: Mapping[str, Any]) -> JsonObject:
    choice = row.get("kostenauswahl") or {}
    amount = choice.get("betrag")
    cents: int | None = None
    if amount:
        cents = round(float(amount.get("value") or 0) * 100)
    elif "beschreibung_kostenfreiheit" in choice:
        cents = 0
    return {"amount_cents": cents, **_read_basis(_text(row.get("beschreibung")) or {"de": "Gebühr"})}


def _read_deadline(row: Mapping[str, str]) -> JsonObject:
    return _read_basis({key: _decode(value) for key, value in row.items()})


def _read_basis(text: Mapping[str, str]) -> JsonObject:
    basis = ""
    label = {}
    for code, value in text.items():
        match = re.fullmatch(r"(.*?)(?: \[([^\]]*)\])?", value, re.S)
        label[code] = match.group(1) if match else value
        basis = basis or (match.group(2) or "" if match else "")
    return {"label": label, "legal_basis": basis}


def _document(row: Any) -> JsonObject:
    return {
        "typ": {"code": "999", "nicht_gelisteter_wert": ALWAYS if row.required else SOMETIMES},
        "bezeichnung": _localized(_plain(row.label)),
        "beschreibung": _localized(_html(row.why)),
        "referenz_formular_id": [],
        "angabe_signatur": None,
    }


def _read_document(row: Mapping[str, Any]) -> JsonObject:
    kind = _get(row.get("typ"), "nicht_gelisteter_wert")
    return {
        "label": _text(row.get("bezeichnung"), html=False),
        "required": kind != SOMETIMES,
        "why": _text(row.get("beschreibung")),
    }


def _read_norm(row: Mapping[str, str]) -> JsonObject:
    citation, title = "", {}
    for code, value in row.items():
        before, colon, after = _decode(value).partition(": ")
        citation = citation or before
        title[code] = after if colon else ""
    return {"citation": citation, "title": title}


def _synonyms(content: ServiceContent) -> JsonObject:
    terms = [
        {"begriff": {"language_code": code, "_value": word}, "typ": "001"}
        for code in LANGUAGES
        for word in content.synonyms.get(code, ())
    ]
    return {**_MODULE, "begriff_im_kontext": terms}


def _read_synonyms(modules: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {code: [] for code in LANGUAGES}
    for module in modules:
        for row in module.get("begriff_im_kontext") or []:
            term = row.get("begriff") or {}
            code = str(term.get("language_code") or "de")[:2]
            if code in result and term.get("_value"):
                result[code].append(str(term["_value"]))
    return result


def _category(slug: str) -> JsonObject:
    return {
        "id": _id(slug, "lebenslage"),
        "id_sekundaer": [],
        "uebergeordnete_kategorie_id": None,
        "untergeordnete_kategorie_id": [],
        "bezeichnung": [{"language_code": "de", "_value": slug}],
        "beschreibung": [],
        "klasse": {
            "id": _id("lebenslage", "kategorieklasse"),
            "id_sekundaer": [],
            "bezeichnung": [{"language_code": "de", "_value": "Lebenslage"}],
            "beschreibung": [],
            "version": None,
        },
    }


def _language(code: str) -> JsonObject:
    empty = dict.fromkeys(
        (
            "sprachbezeichnung_nativ",
            "erstellt_datum_zeit",
            "erstellt_durch",
            "geaendert_datum_zeit",
            "geaendert_durch",
            "version",
        )
    )
    return {
        "language_code": code,
        "sprachbezeichnung_deutsch": {"de": "Deutsch", "en": "Englisch"}[code],
        **empty,
    }


def _text(rows: Any, *, html: bool = True) -> dict[str, str]:
    """Texts by language, as plain text (names are no HTML); languages that we do not keep are left out."""
    result = {}
    for row in rows or []:
        code = str(row.get("language_code") or "de")[:2]
        if code in LANGUAGES and row.get("_value"):
            value = str(row["_value"])
            result[code] = _decode(value) if html else value.strip()
    return result


def _items(rows: Any) -> list[dict[str, str]]:
    """The items of HTML lists by place, with their languages; text without list is one item."""
    by_language: dict[str, list[str]] = {}
    for row in rows or []:
        code = str(row.get("language_code") or "de")[:2]
        value = str(row.get("_value") or "")
        if code in LANGUAGES and value:
            found = re.findall(r"<li[^>]*>(.*?)</li>", value, re.S)
            by_language[code] = found or [value]
    count = max((len(items) for items in by_language.values()), default=0)
    return [
        {code: items[place] for code, items in by_language.items() if place < len(items)}
        for place in range(count)
    ]


def _rows(module: Any, name: str) -> list[Any]:
    return list((module or {}).get(name) or [])


def _get(value: Any, name: str) -> str:
    """A member of an object as text; a plain string stands for itself."""
    if isinstance(value, Mapping):
        return str(value.get(name) or "")
    return str(value or "") if not isinstance(value, list) else ""


def _code_of(value: Any) -> str:
    """A code, written plainly (JSON model) or with its list (XML)."""
    return _get(value, "code")


def _get_object(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _slug(title: str) -> str:
    folded = title.lower().translate(_UMLAUTS)
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:80] or "leistung"
