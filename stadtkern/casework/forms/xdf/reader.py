"""From bytes to the internal model: the entry for messages 0102 (form) and 0103 (group of fields)."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.casework.forms.model import Form, Group
from stadtkern.casework.forms.xdf import v2, v3
from stadtkern.casework.forms.xdf.cursor import Context, Cursor, fail
from stadtkern.casework.forms.xdf.errors import Notice, XdfError
from stadtkern.kernel.safe_xml import XmlError, XmlLimits, XmlNode, parse_xml

FORM_MESSAGE = "xdatenfelder.stammdatenschema.0102"
GROUP_MESSAGE = "xdatenfelder.datenfeldgruppe.0103"

_READERS: dict[str, tuple[str, type[v3.Reader]]] = {
    v2.NAMESPACE: ("2", v2.ReaderV2),
    v3.NAMESPACE: ("3.0.0", v3.Reader),
}
_LIMITS = XmlLimits(max_bytes=20_000_000, max_depth=200, max_nodes=1_000_000, max_text=200_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a file contained. ``id_map`` maps new ids to the original ones of a version 2 file."""

    root: Form | Group
    message_id: str
    created_at: str
    source_version: str
    id_map: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()


def read_message(data: bytes, *, lenient: bool = False) -> Message:
    """Read an XDatenfelder 2 or 3 message. Raises XdfError with reason, line, column and path.

    ``lenient`` is for the quality check: faults that its list knows become notices instead of errors.
    """
    try:
        root = parse_xml(data, _LIMITS)
    except XmlError as error:
        raise XdfError(error.code, error.message, line=error.line, column=error.column) from error
    version, reader_class = _reader_for(root)
    context = Context(root.namespace, lenient=lenient)
    is_form = root.name == FORM_MESSAGE
    body_name = "stammdatenschema" if is_form else "datenfeldgruppe"
    at = Cursor(root, context, {"header", body_name})
    header = Cursor(at.required("header"), context, {"nachrichtID", "erstellungszeitpunkt", "referenzID"})
    created_at = header.moment("erstellungszeitpunkt")
    reader = reader_class(context, created_at)
    body = at.required(body_name)
    return Message(
        root=reader.form(body) if is_form else reader.group(body),
        message_id=header.text("nachrichtID"),
        created_at=created_at,
        source_version=version,
        id_map=tuple((new, old) for new, old in context.id_map.items() if new != old),
        notices=tuple(context.notices),
    )


def read_form(data: bytes) -> Form:
    """The form of a message 0102. Raises XdfError, also when the file holds only a group."""
    root = read_message(data).root
    if not isinstance(root, Form):
        raise XdfError("unknown-message", "Die Datei enthält eine Datenfeldgruppe, kein ganzes Formular.")
    return root


def _reader_for(root: XmlNode) -> tuple[str, type[v3.Reader]]:
    found = _READERS.get(root.namespace)
    if found is None:
        known = " oder ".join(_READERS)
        raise fail(
            root,
            "unknown-namespace",
            f"Der Namensraum „{root.namespace[:120]}“ ist unbekannt; erwartet: {known}.",
        )
    if root.name not in (FORM_MESSAGE, GROUP_MESSAGE):
        message = (
            f"Die Nachricht „{root.name[:80]}“ wird nicht gelesen, nur {FORM_MESSAGE} und {GROUP_MESSAGE}."
        )
        raise fail(root, "unknown-message", message)
    return found
