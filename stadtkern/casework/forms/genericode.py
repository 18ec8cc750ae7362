"""Genericode code lists (OASIS genericode 1.0, with or without the XÖV extensions) into ``CodeList``.

Read are the identification, all columns and keys, and the rows of the simple list; values that a row leaves out become
empty texts. Which column is the code follows the list itself (XÖV ``recommendedKeyColumn``, else the first single-column
key, else the first column).
"""

from __future__ import annotations

from stadtkern.casework.forms.model import CodeList
from stadtkern.casework.forms.xdf.cursor import fail
from stadtkern.casework.forms.xdf.errors import XdfError
from stadtkern.kernel.safe_xml import XmlError, XmlLimits, XmlNode, parse_xml

NAMESPACE = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
MAX_ROWS = 200_000
MAX_COLUMNS = 60

_LIMITS = XmlLimits(max_bytes=60_000_000, max_depth=40, max_nodes=4_000_000, max_text=50_000)
_NAME_HINTS = ("name", "codename", "bezeichnung", "beschreibung", "wert", "text", "description", "label")
_HELP_HINTS = ("hilfe", "help", "erlaeuterung", "erläuterung", "hinweis")


def read_code_list(data: bytes) -> CodeList:
    """The code list of a genericode file. Raises XdfError with reason, line, column and path."""
    try:
        root = parse_xml(data, _LIMITS)
    except XmlError as error:
        raise XdfError(error.code, error.message, line=error.line, column=error.column) from error
    if root.namespace != NAMESPACE:
        raise fail(
            root, "unknown-namespace", f"Der Namensraum „{root.namespace[:120]}“ ist nicht genericode 1.0."
        )
    if root.name != "CodeList":
        raise fail(root, "unknown-message", f"„{root.name[:80]}“ ist keine Codeliste (erwartet: CodeList).")
    identification = _part(root, "Identification")
    column_set = _part(root, "ColumnSet")
    columns = _columns(column_set)
    rows = _rows(_part(root, "SimpleCodeList"), columns)
    keys = _keys(column_set, columns)
    code = _recommended(column_set, "recommendedKeyColumn") or (keys[0] if keys else columns[0])
    name = _recommended(column_set, "recommendedNameColumn") or _hinted(columns, _NAME_HINTS, code) or code
    return CodeList(
        uri=_text(identification, "CanonicalUri"),
        version=_text(identification, "Version"),
        version_uri=_text(identification, "CanonicalVersionUri"),
        title=_text(identification, "LongName") or _text(identification, "ShortName"),
        columns=columns,
        rows=rows,
        keys=keys,
        code_column=code,
        name_column=name,
        help_column=_hinted(columns, _HELP_HINTS, code) or "",
    )


def _part(root: XmlNode, name: str) -> XmlNode:
    found = [node for node in root.named(name) if node.namespace in ("", NAMESPACE)]
    if not found:
        raise fail(root, "missing-node", f"In der Codeliste fehlt „{name}“.")
    if len(found) > 1:
        raise fail(found[1], "duplicate-node", f"„{name}“ steht mehrfach in der Codeliste.")
    return found[0]


def _text(node: XmlNode, name: str) -> str:
    found = node.child(name)
    return found.text.strip() if found is not None else ""


def _columns(column_set: XmlNode) -> tuple[str, ...]:
    nodes = list(column_set.named("Column"))
    if not nodes or len(nodes) > MAX_COLUMNS:
        raise fail(column_set, "missing-node", f"Die Codeliste braucht 1 bis {MAX_COLUMNS} Spalten.")
    names: list[str] = []
    for node in nodes:
        name = node.attributes.get("Id", "").strip()
        if not name:
            raise fail(node, "empty-node", "Eine Spalte hat keine Id.")
        if name in names:
            raise fail(node, "duplicate-node", f"Die Spalte „{name[:60]}“ gibt es mehrfach.")
        names.append(name)
    return tuple(names)


def _keys(column_set: XmlNode, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that alone identify a row, in the order of the keys."""
    keys: list[str] = []
    for node in column_set.named("Key"):
        referenced = [_reference(child, "Ref", columns) for child in node.named("ColumnRef")]
        if len(referenced) == 1 and referenced[0] not in keys:
            keys.append(referenced[0])
    return tuple(keys)


def _reference(node: XmlNode, attribute: str, columns: tuple[str, ...]) -> str:
    name = node.attributes.get(attribute, "").strip()
    if name not in columns:
        raise fail(node, "unknown-column", f"Die Spalte „{name[:60]}“ ist nicht definiert.")
    return name


def _recommended(column_set: XmlNode, marker: str) -> str:
    for node in column_set.children:
        info = node.child("Annotation")
        app = info.child("AppInfo") if info is not None else None
        if app is None or app.child(marker) is None:
            continue
        if node.name == "Column":
            return node.attributes.get("Id", "")
        reference = node.child("ColumnRef")
        if reference is not None:
            return reference.attributes.get("Ref", "")
    return ""


def _hinted(columns: tuple[str, ...], hints: tuple[str, ...], code: str) -> str | None:
    for hint in hints:
        for column in columns:
            if column != code and hint in column.lower():
                return column
    return None


def _rows(container: XmlNode, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    index = {name: i for i, name in enumerate(columns)}
    rows: list[tuple[str, ...]] = []
    for node in container.children:
        if node.name != "Row":
            if node.name == "Annotation":
                continue
            raise fail(node, "unexpected-node", f"„{node.name[:60]}“ ist in der Codeliste nicht vorgesehen.")
        if len(rows) >= MAX_ROWS:
            raise fail(node, "too-many-elements", f"Die Codeliste hat mehr als {MAX_ROWS} Einträge.")
        rows.append(_row(node, index, columns))
    return tuple(rows)


def _row(node: XmlNode, index: dict[str, int], columns: tuple[str, ...]) -> tuple[str, ...]:
    values = [""] * len(index)
    position = -1
    for cell in node.children:
        if cell.name != "Value":
            if cell.name == "Annotation":
                continue
            raise fail(cell, "unexpected-node", f"„{cell.name[:60]}“ ist in „Row“ nicht vorgesehen.")
        if "ColumnRef" in cell.attributes:
            position = index.get(cell.attributes["ColumnRef"].strip(), -1)
            if position < 0:
                _reference(cell, "ColumnRef", columns)
        else:
            position += 1  # genericode: without a reference a value belongs to the column after the last one
        if position >= len(values):
            raise fail(cell, "unknown-column", "Diese Zeile hat mehr Werte als Spalten.")
        simple = cell.child("SimpleValue")
        values[position] = simple.text.strip() if simple is not None else ""
    return tuple(values)
