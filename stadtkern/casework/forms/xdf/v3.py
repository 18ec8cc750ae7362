"""Reader for XDatenfelder 3.0.0, element by element. ``v2.ReaderV2`` overrides what version 2 does differently."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from stadtkern.casework.forms.model import (
    CodeListReference,
    Constraints,
    Datatype,
    ElementArt,
    Field,
    Form,
    Group,
    Keyword,
    Kind,
    LegalBasis,
    Position,
    Predicate,
    Prefill,
    Publication,
    Reference,
    Relation,
    Rule,
    RuleParameter,
    Value,
    walk,
)
from stadtkern.casework.forms.xdf.cursor import Context, Cursor, code_of, fail, leaf
from stadtkern.casework.forms.xdf.ids import SAFE_ID
from stadtkern.kernel.safe_xml import XmlNode

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
STATUS_CODES = {str(code): code for code in range(1, 9)}

_CARDINALITY = re.compile(r"([0-9]{1,5}):([0-9]{1,5}|\*)")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.]{0,19}")
_Code = TypeVar("_Code", bound=StrEnum)

_PUBLICATION = {
    "freigabestatus", "statusGesetztAm", "statusGesetztDurch", "versionshinweis", "gueltigAb", "gueltigBis",
    "veroeffentlichungsdatum", "letzteAenderung",
}  # fmt: skip
_COMMON = {
    "identifikation", "name", "beschreibung", "definition", "bezug", "stichwort", "relation", "regel", *_PUBLICATION,
}  # fmt: skip
_ELEMENT = {
    *_COMMON, "bezeichnungEingabe", "bezeichnungAusgabe", "schemaelementart", "hilfetextEingabe", "hilfetextAusgabe",
}  # fmt: skip


class Reader:
    """Reads one document of XDatenfelder 3.0.0."""

    FORM = {
        *_COMMON, "bezeichnung", "hilfetext", "ableitungsmodifikationenStruktur",
        "ableitungsmodifikationenRepraesentation", "dokumentsteckbrief", "struktur",
    }  # fmt: skip
    GROUP = {*_ELEMENT, "art", "struktur"}
    FIELD = {
        *_ELEMENT, "feldart", "datentyp", "praezisierung", "inhalt", "vorbefuellung", "werte", "codelisteReferenz",
        "codeKey", "nameKey", "helpKey", "maxSize", "mediaType",
    }  # fmt: skip
    RULE = {
        "identifikation", "name", "beschreibung", "freitextRegel", "bezug", "stichwort", "fachlicherErsteller",
        "letzteAenderung", "typ", "param", "ziel", "skript", "fehler",
    }  # fmt: skip
    IDENTITY = {"id", "version"}
    TITLE = "bezeichnung"

    def __init__(self, context: Context, created_at: str = "") -> None:
        self.context = context
        self.created_at = created_at

    def cursor(self, node: XmlNode, allowed: set[str]) -> Cursor:
        return Cursor(node, self.context, allowed)

    # --- form, group, field -------------------------------------------------------------------------------

    def form(self, node: XmlNode) -> Form:
        """The whole form below ``stammdatenschema``."""
        at = self.cursor(node, self.FORM)
        id, version = self.identity(at, "S")
        return Form(
            id=id,
            version=version,
            name=self.name(at, id),
            description=at.text("beschreibung"),
            definition=at.text("definition"),
            legal_bases=self.legal_bases(at),
            publication=self.publication(at, id),
            title=at.text(self.TITLE),
            help=at.text("hilfetext"),
            structure_modification=self.modification(at, "ableitungsmodifikationenStruktur", "1033", id),
            representation_modification=self.modification(
                at, "ableitungsmodifikationenRepraesentation", "1034", id
            ),
            document_profile=self.document_profile(at),
            keywords=self.keywords(at),
            relations=self.relations(at, id),
            rules=self.rules(at),
            children=self.children(at, depth=1),
        )

    def group(self, node: XmlNode, depth: int = 1) -> Group:
        """One ``datenfeldgruppe`` with everything below it."""
        self.context.count_element(node, depth)
        at = self.cursor(node, self.GROUP)
        id, version = self.identity(at, "G")
        return Group(
            id=id,
            version=version,
            name=self.name(at, id),
            description=at.text("beschreibung"),
            definition=at.text("definition"),
            legal_bases=self.legal_bases(at),
            publication=self.publication(at, id),
            question=at.text("bezeichnungEingabe"),
            output=at.text("bezeichnungAusgabe"),
            art=self.enum(at, "schemaelementart", ElementArt, ElementArt.LEGAL, "1031", id),
            help=at.text("hilfetextEingabe"),
            help_output=at.text("hilfetextAusgabe"),
            keywords=self.keywords(at),
            relations=self.relations(at, id),
            choice=self.is_choice(at, id),
            rules=self.rules(at),
            children=self.children(at, depth=depth + 1),
        )

    def field(self, node: XmlNode, depth: int = 1) -> Field:
        """One ``datenfeld``."""
        self.context.count_element(node, depth)
        at = self.cursor(node, self.FIELD)
        id, version = self.identity(at, "F")
        return Field(
            id=id,
            version=version,
            name=self.name(at, id),
            description=at.text("beschreibung"),
            definition=at.text("definition"),
            legal_bases=self.legal_bases(at),
            publication=self.publication(at, id),
            question=at.text("bezeichnungEingabe"),
            output=at.text("bezeichnungAusgabe"),
            art=self.enum(at, "schemaelementart", ElementArt, ElementArt.LEGAL, "1031", id),
            help=at.text("hilfetextEingabe"),
            help_output=at.text("hilfetextAusgabe"),
            keywords=self.keywords(at),
            relations=self.relations(at, id),
            kind=self.enum(at, "feldart", Kind, Kind.INPUT, "1027", id),
            datatype=self.enum(at, "datentyp", Datatype, Datatype.TEXT, "1028", id),
            constraints=self.constraints(at),
            content=at.text("inhalt"),
            prefill=self.prefill(at, id),
            values=self.values(at),
            code_list=self.code_list(at),
            code_key=at.text("codeKey"),
            name_key=at.text("nameKey"),
            help_key=at.text("helpKey"),
            rules=self.rules(at),
            max_size=self.max_size(at),
            media_types=tuple(text for node in at.many("mediaType") if (text := leaf(node))),
        )

    def children(self, at: Cursor, depth: int) -> tuple[Position, ...]:
        """The positions of a form or group; answerable siblings must differ, else a path would name two of them."""
        seen: set[str] = set()
        positions: list[Position] = []
        for node in at.many("struktur"):
            position = self.position(node, depth)
            if position.id in seen and not self.context.lenient and _is_answerable(position):
                raise fail(
                    node,
                    "duplicate-element",
                    f"„{position.id}“ steht mehrfach in derselben Gruppe; seine Werte wären nicht unterscheidbar.",
                )
            seen.add(position.id)
            positions.append(position)
        return tuple(positions)

    def position(self, node: XmlNode, depth: int) -> Position:
        at = self.cursor(node, {"anzahl", "bezug", "enthaelt"})
        container = self.cursor(at.required("enthaelt"), {"datenfeld", "datenfeldgruppe"})
        elements = container.node.children
        if len(elements) != 1:
            where = elements[1] if elements else container.node
            reason = "duplicate-node" if elements else "missing-node"
            raise fail(
                where, reason, "„enthaelt“ muss genau ein Datenfeld oder eine Datenfeldgruppe enthalten."
            )
        read = self.field if elements[0].name == "datenfeld" else self.group
        element = read(elements[0], depth)
        low, high = self.cardinality(at, element.id)
        return Position(element=element, min=low, max=high, legal_bases=self.legal_bases(at))

    def cardinality(self, at: Cursor, element: str) -> tuple[int, int | None]:
        node = at.at_most_once("anzahl")
        text = leaf(node) if node is not None else ""
        where = node or at.node
        if not text:
            self.context.soft(
                where, "wrong-cardinality", "1021", element, "Es ist keine Multiplizität angegeben."
            )
            return 1, 1
        match = _CARDINALITY.fullmatch(text)
        if match is None:
            message = f"Die Multiplizität „{text[:20]}“ hat nicht die Form min:max."
            self.context.soft(where, "wrong-cardinality", "1046", element, message)
            return 1, 1
        low, high = int(match[1]), None if match[2] == "*" else int(match[2])
        if high is not None and low > high:
            message = f"In der Multiplizität „{text}“ ist die kleinste Anzahl größer als die größte."
            self.context.soft(where, "wrong-cardinality", "1047", element, message)
            return high, high
        return low, high

    # --- parts ---------------------------------------------------------------------------------------------

    def identity(self, at: Cursor, letter: str) -> tuple[str, str]:
        inner = self.cursor(at.required("identifikation"), self.IDENTITY)
        node = inner.required("id")
        text = leaf(node)
        if not text:
            raise fail(node, "empty-node", "Die ID ist leer.")
        version = inner.text("version")
        if version and not _VERSION.fullmatch(version):
            raise fail(inner.node, "wrong-version", f"„{version[:30]}“ ist keine Versionsangabe.")
        return self.element_id(node, text, letter), self.element_version(version)

    def element_id(self, node: XmlNode, text: str, letter: str) -> str:
        if not SAFE_ID.fullmatch(text):
            raise fail(node, "wrong-id", f"„{text[:40]}“ ist keine ID (Buchstabe und Ziffern).")
        return text

    def element_version(self, version: str) -> str:
        return version

    def name(self, at: Cursor, element: str) -> str:
        node = at.at_most_once("name")
        text = leaf(node) if node is not None else ""
        if node is None:
            self.context.soft(at.node, "missing-node", "1002", element, "Der Name fehlt.")
        return text

    def publication(self, at: Cursor, element: str) -> Publication:
        return Publication(
            status=self.status(at, element),
            status_set_on=at.date("statusGesetztAm"),
            status_set_by=at.text("statusGesetztDurch"),
            version_note=at.text("versionshinweis"),
            valid_from=at.date("gueltigAb"),
            valid_to=at.date("gueltigBis"),
            published_on=at.date("veroeffentlichungsdatum"),
            changed_at=at.moment("letzteAenderung"),
        )

    def status(self, at: Cursor, element: str) -> int:
        found = at.code("freigabestatus")
        if found is None:
            self.context.soft(
                at.node, "missing-node", "1032", element, "Es ist kein Freigabestatus angegeben."
            )
            return 2
        node, code = found
        if code not in STATUS_CODES:
            raise fail(node, "wrong-status", f"„{code[:20]}“ ist kein Freigabestatus (1 bis 8).")
        return STATUS_CODES[code]

    def enum(
        self, at: Cursor, name: str, cls: type[_Code], default: _Code, quality: str, element: str
    ) -> _Code:
        found = at.code(name)
        if found is None:
            self.context.soft(at.node, "missing-node", quality, element, f"„{name}“ fehlt.")
            return default
        node, code = found
        try:
            return cls(code)
        except ValueError:
            message = f"„{code[:20]}“ ist in „{name}“ nicht bekannt."
            self.context.soft(node, "wrong-code", quality, element, message)
            return default

    def prefill(self, at: Cursor, element: str) -> Prefill:
        return self.enum(at, "vorbefuellung", Prefill, Prefill.NONE, "1030", element)

    def modification(self, at: Cursor, name: str, quality: str, element: str) -> str:
        found = at.code(name)
        node, code = found or (at.node, "")
        if code not in ("1", "2", "3"):
            message = f"„{name}“ fehlt oder ist unbekannt."
            self.context.soft(node, "wrong-code", quality, element, message)
            return "1"
        return code

    def is_choice(self, at: Cursor, element: str) -> bool:
        found = at.code("art")
        if found is not None and found[1] != "X":
            message = f"„{found[1][:20]}“ ist keine bekannte Gruppenart."
            self.context.soft(found[0], "wrong-code", "1042", element, message)
            return False
        return found is not None

    def legal_bases(self, at: Cursor) -> tuple[LegalBasis, ...]:
        return tuple(
            LegalBasis(text=text, link=node.attributes.get("link", "").strip())
            for node in at.many("bezug")
            if (text := leaf(node))
        )

    def keywords(self, at: Cursor) -> tuple[Keyword, ...]:
        return tuple(
            Keyword(text=text, uri=node.attributes.get("uri", "").strip())
            for node in at.many("stichwort")
            if (text := leaf(node))
        )

    def relations(self, at: Cursor, element: str) -> tuple[Relation, ...]:
        found: list[Relation] = []
        for node in at.many("relation"):
            inner = self.cursor(node, {"praedikat", "objekt"})
            predicate = inner.code("praedikat")
            target = inner.at_most_once("objekt")
            if target is None:
                self.context.soft(node, "missing-node", "1091", element, "Die Relation hat kein Objekt.")
                continue
            if predicate is None or predicate[1] not in list(Predicate):
                self.context.soft(
                    node, "wrong-code", "1029", element, "Die Relationsart fehlt oder ist unbekannt."
                )
                continue
            found.append(Relation(predicate=Predicate(predicate[1]), target=self.reference(target)))
        return tuple(found)

    def reference(self, node: XmlNode) -> Reference:
        at = self.cursor(node, {"id", "version"})
        return Reference(id=leaf(at.required("id")), version=at.text("version"))

    def document_profile(self, at: Cursor) -> Reference | None:
        node = at.at_most_once("dokumentsteckbrief")
        return self.reference(node) if node is not None else None

    def constraints(self, at: Cursor) -> Constraints:
        node = at.optional("praezisierung")
        if node is None:
            return Constraints()
        given = {name: value.strip() for name, value in node.attributes.items()}
        return Constraints(
            min_length=given.get("minLength", ""),
            max_length=given.get("maxLength", ""),
            min_value=given.get("minValue", ""),
            max_value=given.get("maxValue", ""),
            pattern=given.get("pattern", ""),
            note=leaf(node),
        )

    def values(self, at: Cursor) -> tuple[Value, ...]:
        node = at.at_most_once("werte")
        if node is None:
            return ()
        return tuple(self.value(child) for child in self.cursor(node, {"wert"}).many("wert"))

    def value(self, node: XmlNode) -> Value:
        at = (
            self.cursor(node, {"code", "name", "hilfe"})
            if self._qualified(node)
            else _PlainCursor(node, self.context)
        )
        return Value(code=at.text("code"), name=at.text("name"), help=at.text("hilfe"))

    def _qualified(self, node: XmlNode) -> bool:
        return all(child.namespace for child in node.children)

    def code_list(self, at: Cursor) -> CodeListReference | None:
        node = at.optional("codelisteReferenz")
        if node is None:
            return None
        names = {"canonicalIdentification", "version", "canonicalVersionUri"}
        inner = self.cursor(node, {*names, "identifikation", "genericodeIdentification"})
        generic = inner.at_most_once("genericodeIdentification")
        source = self.cursor(generic, names) if generic is not None else inner
        return CodeListReference(
            uri=source.text("canonicalIdentification"),
            version=source.text("version"),
            version_uri=source.text("canonicalVersionUri"),
        )

    def max_size(self, at: Cursor) -> int | None:
        node = at.optional("maxSize")
        text = leaf(node) if node is not None else ""
        if node is None or not text:
            return None
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise fail(node, "wrong-number", f"„{text[:20]}“ ist keine Dateigröße in Bytes.")
        return int(text)

    def rules(self, at: Cursor) -> tuple[Rule, ...]:
        return tuple(self.rule(node) for node in at.many("regel"))

    def rule(self, node: XmlNode) -> Rule:
        at = self.cursor(node, self.RULE)
        id, version = self.identity(at, "R")
        type_node = at.at_most_once("typ")
        return Rule(
            id=id,
            version=version,
            name=at.text("name"),
            description=at.text("beschreibung"),
            text=at.text("freitextRegel"),
            legal_bases=self.legal_bases(at),
            keywords=self.keywords(at),
            author=at.text("fachlicherErsteller"),
            changed_at=at.moment("letzteAenderung"),
            type=code_of(type_node) if type_node is not None else "",
            parameters=tuple(self.parameter(child) for child in at.many("param")),
            targets=tuple(self.parameter(child) for child in at.many("ziel")),
            script=at.text("skript"),
        )

    def parameter(self, node: XmlNode) -> RuleParameter:
        at = self.cursor(node, {"element", "name", "typ"})
        type_node = at.at_most_once("typ")
        return RuleParameter(
            element=at.text("element"),
            name=at.text("name"),
            type=code_of(type_node) if type_node is not None else "",
        )


class _PlainCursor(Cursor):
    """A ``wert`` whose children carry no namespace, as some editors write it."""

    def __init__(self, node: XmlNode, context: Context) -> None:
        plain = Context("", lenient=context.lenient)
        super().__init__(node, plain, {"code", "name", "hilfe"})


def _is_answerable(position: Position) -> bool:
    if isinstance(position.element, Field):
        return position.element.is_answerable
    inner = [item.element for _, item in walk(position.element.children)]
    return any(isinstance(item, Field) and item.is_answerable for item in inner)
