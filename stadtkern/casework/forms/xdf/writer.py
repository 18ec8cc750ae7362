"""From the internal model to XDatenfelder 3.0.0 (messages 0102 and 0103). Reading it again gives the equal model."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from stadtkern.casework.forms.model import (
    CodeListReference,
    Constraints,
    Field,
    Form,
    Group,
    Keyword,
    LegalBasis,
    Position,
    Publication,
    Reference,
    Relation,
    Rule,
    RuleParameter,
    Value,
)
from stadtkern.casework.forms.xdf.errors import XdfError
from stadtkern.casework.forms.xdf.reader import FORM_MESSAGE, GROUP_MESSAGE
from stadtkern.casework.forms.xdf.v3 import NAMESPACE

_CODE_LISTS = {
    "freigabestatus": ("urn:xoev-de:xprozess:codeliste:status", "2020-03-19"),
    "schemaelementart": ("urn:xoev-de:fim:codeliste:xdatenfelder.schemaelementart", "1.0"),
    "feldart": ("urn:xoev-de:fim:codeliste:xdatenfelder.feldart", "2.0"),
    "datentyp": ("urn:xoev-de:fim:codeliste:xdatenfelder.datentyp", "2.0"),
    "vorbefuellung": ("urn:xoev-de:fim:codeliste:xdatenfelder.vorbefuellung", "1.0"),
    "typ": ("urn:xoev-de:fim:codeliste:xdatenfelder.regeltyp", "1.0"),
}


def write_message(root: Form | Group, *, message_id: str, created_at: str) -> bytes:
    """The message as UTF-8 XML. Raises XdfError(not-writable) when a text has characters XML cannot carry."""
    is_form = isinstance(root, Form)
    document = etree.Element(_name(FORM_MESSAGE if is_form else GROUP_MESSAGE), nsmap={"xdf": NAMESPACE})
    writer = _Writer()
    header = writer.node(document, "header")
    writer.leaf(header, "nachrichtID", message_id)
    writer.leaf(header, "erstellungszeitpunkt", created_at)
    if isinstance(root, Form):
        writer.form(writer.node(document, "stammdatenschema"), root)
    else:
        writer.group(writer.node(document, "datenfeldgruppe"), root)
    etree.indent(document, space="  ")
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


class _Writer:
    """Writes parts in the order of the standard; ``path`` names the element in errors."""

    def __init__(self) -> None:
        self.path: list[str] = []

    def node(self, parent: etree._Element, name: str) -> etree._Element:
        return etree.SubElement(parent, _name(name))

    def leaf(self, parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        node = self.node(parent, name)
        try:
            node.text = text or None
            for key, value in attributes.items():
                if value:
                    node.set(key, value)
        except ValueError as error:
            message = f"„{name}“ enthält Zeichen, die in XML nicht erlaubt sind (z. B. Steuerzeichen)."
            raise XdfError("not-writable", message, path="/".join(self.path)) from error

    def optional(self, parent: etree._Element, name: str, text: str) -> None:
        if text:
            self.leaf(parent, name, text)

    def code(self, parent: etree._Element, name: str, code: str) -> None:
        node = self.node(parent, name)
        if name in _CODE_LISTS:
            uri, version = _CODE_LISTS[name]
            node.set("listURI", uri)
            node.set("listVersionID", version)
        etree.SubElement(node, "code").text = code

    def identity(self, parent: etree._Element, id: str, version: str) -> None:
        node = self.node(parent, "identifikation")
        self.leaf(node, "id", id)
        self.optional(node, "version", version)

    def reference(self, parent: etree._Element, name: str, reference: Reference) -> None:
        node = self.node(parent, name)
        self.leaf(node, "id", reference.id)
        self.optional(node, "version", reference.version)

    def legal_bases(self, parent: etree._Element, bases: Iterable[LegalBasis]) -> None:
        for basis in bases:
            self.leaf(parent, "bezug", basis.text, link=basis.link)

    def keywords(self, parent: etree._Element, keywords: Iterable[Keyword]) -> None:
        for keyword in keywords:
            self.leaf(parent, "stichwort", keyword.text, uri=keyword.uri)

    def relations(self, parent: etree._Element, relations: Iterable[Relation]) -> None:
        for relation in relations:
            node = self.node(parent, "relation")
            self.code(node, "praedikat", relation.predicate.value)
            self.reference(node, "objekt", relation.target)

    def publication(self, parent: etree._Element, publication: Publication) -> None:
        self.code(parent, "freigabestatus", str(publication.status))
        self.optional(parent, "statusGesetztAm", publication.status_set_on)
        self.optional(parent, "statusGesetztDurch", publication.status_set_by)
        self.optional(parent, "gueltigAb", publication.valid_from)
        self.optional(parent, "gueltigBis", publication.valid_to)
        self.optional(parent, "versionshinweis", publication.version_note)
        self.optional(parent, "veroeffentlichungsdatum", publication.published_on)
        self.optional(parent, "letzteAenderung", publication.changed_at)

    def base(self, parent: etree._Element, element: Form | Group | Field) -> None:
        self.path.append(element.id)
        self.identity(parent, element.id, element.version)
        self.leaf(parent, "name", element.name)
        self.optional(parent, "beschreibung", element.description)
        self.optional(parent, "definition", element.definition)
        self.legal_bases(parent, element.legal_bases)
        self.publication(parent, element.publication)

    def texts(self, parent: etree._Element, element: Group | Field) -> None:
        self.leaf(parent, "bezeichnungEingabe", element.question)
        self.optional(parent, "bezeichnungAusgabe", element.output)
        self.code(parent, "schemaelementart", element.art.value)
        self.optional(parent, "hilfetextEingabe", element.help)
        self.optional(parent, "hilfetextAusgabe", element.help_output)
        self.keywords(parent, element.keywords)
        self.relations(parent, element.relations)

    def form(self, parent: etree._Element, form: Form) -> None:
        self.base(parent, form)
        self.leaf(parent, "bezeichnung", form.title)
        self.optional(parent, "hilfetext", form.help)
        self.code(parent, "ableitungsmodifikationenStruktur", form.structure_modification)
        self.code(parent, "ableitungsmodifikationenRepraesentation", form.representation_modification)
        if form.document_profile is not None:
            self.reference(parent, "dokumentsteckbrief", form.document_profile)
        self.keywords(parent, form.keywords)
        self.relations(parent, form.relations)
        self.rules(parent, form.rules)
        self.children(parent, form.children)

    def group(self, parent: etree._Element, group: Group) -> None:
        self.base(parent, group)
        self.texts(parent, group)
        if group.choice:
            self.code(parent, "art", "X")
        self.rules(parent, group.rules)
        self.children(parent, group.children)
        self.path.pop()

    def field(self, parent: etree._Element, field: Field) -> None:
        self.base(parent, field)
        self.texts(parent, field)
        self.code(parent, "feldart", field.kind.value)
        self.code(parent, "datentyp", field.datatype.value)
        self.constraints(parent, field.constraints)
        self.optional(parent, "inhalt", field.content)
        self.code(parent, "vorbefuellung", field.prefill.value)
        self.values(parent, field.values)
        self.code_list(parent, field.code_list)
        self.optional(parent, "codeKey", field.code_key)
        self.optional(parent, "nameKey", field.name_key)
        self.optional(parent, "helpKey", field.help_key)
        self.rules(parent, field.rules)
        self.optional(parent, "maxSize", "" if field.max_size is None else str(field.max_size))
        for media_type in field.media_types:
            self.leaf(parent, "mediaType", media_type)
        self.path.pop()

    def constraints(self, parent: etree._Element, constraints: Constraints) -> None:
        if constraints == Constraints():
            return
        self.leaf(
            parent,
            "praezisierung",
            constraints.note,
            minLength=constraints.min_length,
            maxLength=constraints.max_length,
            minValue=constraints.min_value,
            maxValue=constraints.max_value,
            pattern=constraints.pattern,
        )

    def values(self, parent: etree._Element, values: tuple[Value, ...]) -> None:
        if not values:
            return
        container = self.node(parent, "werte")
        for value in values:
            node = self.node(container, "wert")
            self.leaf(node, "code", value.code)
            self.leaf(node, "name", value.name)
            self.optional(node, "hilfe", value.help)

    def code_list(self, parent: etree._Element, reference: CodeListReference | None) -> None:
        if reference is None:
            return
        node = self.node(parent, "codelisteReferenz")
        self.optional(node, "canonicalIdentification", reference.uri)
        self.optional(node, "version", reference.version)
        self.optional(node, "canonicalVersionUri", reference.version_uri)

    def rules(self, parent: etree._Element, rules: Iterable[Rule]) -> None:
        for rule in rules:
            self.rule(self.node(parent, "regel"), rule)

    def rule(self, node: etree._Element, rule: Rule) -> None:
        self.identity(node, rule.id, rule.version)
        self.leaf(node, "name", rule.name)
        self.optional(node, "beschreibung", rule.description)
        self.optional(node, "freitextRegel", rule.text)
        self.legal_bases(node, rule.legal_bases)
        self.keywords(node, rule.keywords)
        self.optional(node, "fachlicherErsteller", rule.author)
        self.optional(node, "letzteAenderung", rule.changed_at)
        if rule.type:
            self.code(node, "typ", rule.type)
        self.parameters(node, "param", rule.parameters)
        self.parameters(node, "ziel", rule.targets)
        self.optional(node, "skript", rule.script)

    def parameters(self, parent: etree._Element, name: str, parameters: Iterable[RuleParameter]) -> None:
        for parameter in parameters:
            node = self.node(parent, name)
            self.leaf(node, "element", parameter.element)
            self.optional(node, "name", parameter.name)
            if parameter.type:
                self.code(node, "typ", parameter.type)

    def children(self, parent: etree._Element, positions: Iterable[Position]) -> None:
        for position in positions:
            node = self.node(parent, "struktur")
            self.leaf(node, "anzahl", position.cardinality)
            self.legal_bases(node, position.legal_bases)
            container = self.node(node, "enthaelt")
            if isinstance(position.element, Group):
                self.group(self.node(container, "datenfeldgruppe"), position.element)
            else:
                self.field(self.node(container, "datenfeld"), position.element)
