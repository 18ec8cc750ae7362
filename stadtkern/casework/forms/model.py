"""The internal form model: what a form is, independent of the format it came from.

Identity is the path of element ids: an element may occur several times, its cardinality belongs to the position.
Texts are never ``None``: empty means "not given". Limits of a field stay as written (``Constraints``), because the
quality check judges them; typed access is offered beside them. Source: FIM XDatenfelder 3.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class Kind(StrEnum):
    """Feldart: how a field takes its value."""

    INPUT = "input"
    SELECT = "select"
    LABEL = "label"
    HIDDEN = "hidden"
    LOCKED = "locked"


class Datatype(StrEnum):
    """Datentyp of a field."""

    TEXT = "text"
    TEXT_LATIN = "text_latin"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    BOOL = "bool"
    NUM = "num"
    NUM_INT = "num_int"
    NUM_CURRENCY = "num_currency"
    FILE = "file"
    OBJ = "obj"

    @property
    def is_text(self) -> bool:
        return self in (Datatype.TEXT, Datatype.TEXT_LATIN)

    @property
    def is_number(self) -> bool:
        return self in (Datatype.NUM, Datatype.NUM_INT, Datatype.NUM_CURRENCY)

    @property
    def is_temporal(self) -> bool:
        return self in (Datatype.DATE, Datatype.TIME, Datatype.DATETIME)


class ElementArt(StrEnum):
    """Schemaelementart: abstract, harmonised, bound to a legal norm."""

    ABSTRACT = "ABS"
    HARMONISED = "HAR"
    LEGAL = "RNG"


class Prefill(StrEnum):
    """Vorbefüllung of a field."""

    NONE = "keine"
    OPTIONAL = "optional"
    REQUIRED = "verpflichtend"


class Predicate(StrEnum):
    """Kind of relation between two elements."""

    DERIVED = "ABL"
    REPLACES = "ERS"
    EQUIVALENT = "EQU"
    LINKED = "VKN"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Bezug: one citation of the legal basis, with an optional link."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """Stichwort with an optional URI of its vocabulary."""

    text: str
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A pointer to an element outside this form."""

    id: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How this element relates to another one."""

    predicate: Predicate
    target: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Freigabestatus 1..8 (3 draft, 5 silver, 6 gold, 7 inactive) and the dates around it (ISO, empty = not given)."""

    status: int = 2
    status_set_on: str = ""
    status_set_by: str = ""
    version_note: str = ""
    valid_from: str = ""
    valid_to: str = ""
    published_on: str = ""
    changed_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParameter:
    """Parameter (``type`` set) or target of a rule script."""

    element: str
    name: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Regel: free text that names elements; a script is rare. FEEL lives in the rule set of a service."""

    id: str
    version: str = ""
    name: str = ""
    description: str = ""
    text: str = ""
    legal_bases: tuple[LegalBasis, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    author: str = ""
    changed_at: str = ""
    type: str = ""
    parameters: tuple[RuleParameter, ...] = ()
    targets: tuple[RuleParameter, ...] = ()
    script: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Präzisierung, exactly as written; the properties give the typed value or None."""

    min_length: str = ""
    max_length: str = ""
    min_value: str = ""
    max_value: str = ""
    pattern: str = ""
    note: str = ""

    @property
    def shortest(self) -> int | None:
        return _whole(self.min_length)

    @property
    def longest(self) -> int | None:
        return _whole(self.max_length)

    @property
    def lowest(self) -> Decimal | None:
        return _decimal(self.min_value)

    @property
    def highest(self) -> Decimal | None:
        return _decimal(self.max_value)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Wert: one entry of an inline list of values."""

    code: str
    name: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeListReference:
    """Reference to a genericode list; ``version`` may be empty (then the newest is meant)."""

    uri: str = ""
    version: str = ""
    version_uri: str = ""

    @property
    def key(self) -> str:
        """The canonical version URI, built where the source left it out."""
        return self.version_uri or (f"{self.uri}_{self.version}" if self.version else self.uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A code list of one version: named columns, rows of equal length, the columns for code, name and help."""

    uri: str
    version: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    version_uri: str = ""
    title: str = ""
    code_column: str = ""
    name_column: str = ""
    help_column: str = ""
    keys: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The canonical version URI, by which forms name this version."""
        return CodeListReference(uri=self.uri, version=self.version, version_uri=self.version_uri).key

    def values(self, code_key: str = "", name_key: str = "", help_key: str = "") -> tuple[Value, ...]:
        """The rows as values, by the columns the field names or else the list's own choice."""
        code = self._index(code_key or self.code_column, 0)
        name = self._index(name_key or self.name_column, code)
        help_ = self.columns.index(help_key) if help_key in self.columns else None
        return tuple(
            Value(code=row[code], name=row[name], help="" if help_ is None else row[help_])
            for row in self.rows
        )

    def _index(self, column: str, default: int) -> int:
        return self.columns.index(column) if column in self.columns else default


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Datenfeld. ``question`` is asked, ``output`` printed, ``content`` the default or the text of a label."""

    id: str
    version: str = ""
    name: str = ""
    description: str = ""
    definition: str = ""
    legal_bases: tuple[LegalBasis, ...] = ()
    publication: Publication = Publication()
    question: str = ""
    output: str = ""
    art: ElementArt = ElementArt.LEGAL
    help: str = ""
    help_output: str = ""
    keywords: tuple[Keyword, ...] = ()
    relations: tuple[Relation, ...] = ()
    kind: Kind = Kind.INPUT
    datatype: Datatype = Datatype.TEXT
    constraints: Constraints = Constraints()
    content: str = ""
    prefill: Prefill = Prefill.NONE
    values: tuple[Value, ...] = ()
    code_list: CodeListReference | None = None
    code_key: str = ""
    name_key: str = ""
    help_key: str = ""
    rules: tuple[Rule, ...] = ()
    max_size: int | None = None
    media_types: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What people read above the field."""
        return self.question or self.name or self.id

    @property
    def is_answerable(self) -> bool:
        """True when a value of this field belongs to a submission (labels are only text)."""
        return self.kind is not Kind.LABEL

    @property
    def is_editable(self) -> bool:
        """True when the applicant gives the value."""
        return self.kind in (Kind.INPUT, Kind.SELECT)

    @property
    def key(self) -> str:
        return versioned(self.id, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Struktur: where an element stands and how often (``max`` None = any number)."""

    element: Field | Group
    min: int = 1
    max: int | None = 1
    legal_bases: tuple[LegalBasis, ...] = ()

    @property
    def id(self) -> str:
        return self.element.id

    @property
    def repeated(self) -> bool:
        """True when values of this position are a list."""
        return self.max is None or self.max > 1

    @property
    def required(self) -> bool:
        return self.min > 0

    @property
    def cardinality(self) -> str:
        return f"{self.min}:{'*' if self.max is None else self.max}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Datenfeldgruppe; ``choice`` marks an Auswahlgruppe (exactly one child is chosen)."""

    id: str
    version: str = ""
    name: str = ""
    description: str = ""
    definition: str = ""
    legal_bases: tuple[LegalBasis, ...] = ()
    publication: Publication = Publication()
    question: str = ""
    output: str = ""
    art: ElementArt = ElementArt.LEGAL
    help: str = ""
    help_output: str = ""
    keywords: tuple[Keyword, ...] = ()
    relations: tuple[Relation, ...] = ()
    choice: bool = False
    rules: tuple[Rule, ...] = ()
    children: tuple[Position, ...] = ()

    @property
    def label(self) -> str:
        return self.question or self.name or self.id

    @property
    def key(self) -> str:
        return versioned(self.id, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Stammdatenschema: the whole form. Modification codes: what a derived schema may change (1 nothing … 3 all)."""

    id: str
    version: str = ""
    name: str = ""
    description: str = ""
    definition: str = ""
    legal_bases: tuple[LegalBasis, ...] = ()
    publication: Publication = Publication()
    title: str = ""
    help: str = ""
    structure_modification: str = "1"
    representation_modification: str = "1"
    document_profile: Reference | None = None
    keywords: tuple[Keyword, ...] = ()
    relations: tuple[Relation, ...] = ()
    rules: tuple[Rule, ...] = ()
    children: tuple[Position, ...] = ()

    @property
    def label(self) -> str:
        return self.title or self.name or self.id

    @property
    def key(self) -> str:
        return versioned(self.id, self.version)

    def walk(self) -> Iterator[tuple[str, Position]]:
        """Every position with its path (``G1/F2``), in document order."""
        return walk(self.children)

    def at(self, path: str) -> Position | None:
        """The position at this path, or None."""
        return position_at(self.children, path)


Element = Field | Group
Root = Form | Group


def versioned(id: str, version: str) -> str:
    """The element name of submissions: ``F17000000001V1.0.0``."""
    return f"{id}V{version}" if version else id


def walk(positions: tuple[Position, ...], prefix: str = "") -> Iterator[tuple[str, Position]]:
    """Every position below with its path, in document order, parents first."""
    for position in positions:
        path = f"{prefix}/{position.id}" if prefix else position.id
        yield path, position
        if isinstance(position.element, Group):
            yield from walk(position.element.children, path)


def position_at(positions: tuple[Position, ...], path: str) -> Position | None:
    """The position at ``path`` below ``positions``, or None."""
    found: Position | None = None
    for step in path.split("/"):
        found = next((position for position in positions if position.id == step), None)
        if found is None:
            return None
        positions = found.element.children if isinstance(found.element, Group) else ()
    return found


def references(form: Form) -> frozenset[tuple[str, str]]:
    """(uri, key) of every code list the form refers to."""
    found = (position.element for _, position in walk(form.children))
    lists = (element.code_list for element in found if isinstance(element, Field))
    return frozenset((item.uri, item.key) for item in lists if item is not None)
