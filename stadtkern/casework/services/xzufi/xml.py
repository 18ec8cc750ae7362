"""The JSON model as XML in the namespace of XZuFi 2.2.0: names in camel case, lists as repeated elements.

Languages, schemes and code lists are attributes, as XZuFi writes them. Reading is limited (size, depth, no entities).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from stadtkern.casework.services.content import BadContent
from stadtkern.kernel.safe_xml import XmlError, XmlNode, parse_xml

NAMESPACE = "http://xoev.de/schemata/xzufi/2_2_0"
_ATTRIBUTES = {
    "language_code": "languageCode",
    "scheme_agency_id": "schemeAgencyID",
    "scheme_agency_name": "schemeAgencyName",
    "scheme_data_uri": "schemeDataURI",
    "scheme_id": "schemeID",
    "scheme_name": "schemeName",
    "scheme_uri": "schemeURI",
    "scheme_version_id": "schemeVersionID",
    "list_uri": "listURI",
    "list_version_id": "listVersionID",
    "currency_code": "currencyID",
}
_TEXT = ("_value", "value")
_NAMES = {
    "referenz_leika": "referenzLeiKa",
    "id_prozess": "idProzess",
    "id_leistung_im_kontext": "idLeistungImKontext",
    "gueltigkeit_gebiet_id": "gueltigkeitGebietID",
    "informationsbereich_sdg": "informationsbereichSDG",
    "uebergeordnete_kategorie_id": "uebergeordneteKategorieID",
    "untergeordnete_kategorie_id": "untergeordneteKategorieID",
    "referenz_formular_id": "referenzFormularID",
}
_LISTS = frozenset(
    [
        "id_sekundaer",
        "referenz_leika",
        "modul_text",
        "modul_text_individuell",
        "gueltigkeit",
        "inhalt",
        "weiterfuehrender_link",
        "frist",
        "beschreibung",
        "kosten",
        "bearbeitungsdauer",
        "modul_begriff_im_kontext",
        "begriff_im_kontext",
        "fachlich_freigegeben_durch",
        "dokument_eingehend",
        "dokument_ausgehend",
        "bezeichnung",
        "kurzbezeichnung",
        "modul_ursprungsportal",
        "typisierung",
        "leistungsadressat",
        "kategorie",
        "klassifizierung",
        "informationsbereich_sdg",
        "id_leistung_im_kontext",
        "id_prozess",
        "gueltigkeit_gebiet_id",
        "relevant_fuer_wirtschaftszweig",
        "relevant_fuer_rechtsform",
        "relevant_fuer_staatsangehoerigkeit",
        "sprachversion",
        "referenz_formular_id",
        "untergeordnete_kategorie_id",
        "standard_zustaendigkeitsgebiet",
        "verrichtungsdetail",
        "beschreibung_variabilitaet",
        "beschreibung_kostenfreiheit",
        "leika_textmodul_abweichende_bezeichnung",
    ]
)
# Codes without attributes: XZuFi wraps them in <code>.
_CODES = frozenset(["leika_textmodul", "typisierung", "vertrauensniveau", "leistungsadressat"])
# The JSON model tells its three kinds of costs apart by their members; XML by the element.
_COSTS = {"betrag": "fix", "beschreibung_kostenfreiheit": "frei", "betrag_untergrenze": "variabel"}


def write_xml(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """An ``xzufi:leistungen`` document."""
    root = etree.Element(f"{{{NAMESPACE}}}leistungen", nsmap={"xzufi": NAMESPACE})
    root.set("xzufiVersion", "2.2.0")
    for row in rows:
        _write(root, "leistung", row)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _write(parent: etree._Element, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            _write(parent, name, item)
        return
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{_NAMES.get(name) or _camel(name)}")
    if not isinstance(value, Mapping):
        target = etree.SubElement(element, "code") if name in _CODES else element
        target.text = str(value)
        return
    if name == "kostenauswahl":
        element = etree.SubElement(element, f"{{{NAMESPACE}}}{_COSTS[next(iter(value))]}")
    for key, item in value.items():
        if key in _ATTRIBUTES:
            if item is not None:
                element.set(_ATTRIBUTES[key], str(item))
        elif key in _TEXT:
            element.text = "" if item is None else str(item)
        elif key in ("code", "name") and "list_uri" in value:
            if item is not None:
                etree.SubElement(element, key).text = str(item)
        else:
            _write(element, key, item)


def read_xml(data: bytes) -> list[dict[str, Any]]:
    """The JSON models of all ``leistung`` elements; raises ``BadContent``."""
    try:
        root = parse_xml(data)
    except XmlError as error:
        raise BadContent(
            f"Das XML ist nicht lesbar: {error}", extra={"place": f"{error.line - 1}:{error.column - 1}"}
        ) from error
    if root.namespace != NAMESPACE:
        raise BadContent(
            f"Unbekannter Namensraum „{root.namespace}“. Erwartet wird XZuFi 2.2.0 ({NAMESPACE})."
        )
    found = [node for node in _walk(root) if node.name == "leistung"]
    if not found:
        raise BadContent("Das Dokument enthält keine Leistung.")
    return [_read(node) for node in found]


def _walk(node: XmlNode) -> Iterable[XmlNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


_BY_XML_NAME = {xml: name for name, xml in _NAMES.items()}
_BY_ATTRIBUTE = {xml: name for name, xml in _ATTRIBUTES.items()}


def _read(node: XmlNode) -> Any:
    name = _BY_XML_NAME.get(node.name) or _snake(node.name)
    text = node.text.strip()
    children = list(node.children)
    if name in _CODES and len(children) <= 1 and "listURI" not in node.attributes:
        return children[0].text.strip() if children else text
    if not children and not node.attributes and name not in ("fix", "frei", "variabel", "kostenauswahl"):
        return text
    result: dict[str, Any] = {
        _BY_ATTRIBUTE[key]: value for key, value in node.attributes.items() if key in _BY_ATTRIBUTE
    }
    if name in ("frei", "variabel"):
        empty = "beschreibung_kostenfreiheit" if name == "frei" else "betrag_untergrenze"
        result[empty] = [] if name == "frei" else None
    for child in children:
        key = _BY_XML_NAME.get(child.name) or _snake(child.name)
        value = _read(child)
        if key in ("fix", "frei", "variabel") and name == "kostenauswahl":
            return value
        if key in _LISTS:
            result.setdefault(key, []).append(value)
        else:
            result[key] = value
    if not children:
        result["_value" if "language_code" in result else "value"] = text
    return result


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _snake(name: str) -> str:
    result = ""
    for index, char in enumerate(name):
        if char.isupper() and index and not name[index - 1].isupper():
            result += "_"
        result += char.lower()
    return result
