"""Why a file was refused, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stadtkern.kernel.errors import DomainError


class XdfError(DomainError):
    """The XDatenfelder (or genericode) file was refused.

    ``reason`` is stable: not-xml, doctype-refused, too-large, too-deep, too-many-nodes, text-too-long,
    unknown-namespace, unknown-message, unexpected-node, unexpected-text, duplicate-node, missing-node, empty-node,
    wrong-status, wrong-code, wrong-id, wrong-version, wrong-date, wrong-number, wrong-cardinality, wrong-json,
    duplicate-element, id-collision, too-many-elements, not-writable, unknown-column (code lists).
    ``line`` and ``column`` count from 1, ``path`` is the path of XML elements (or of element ids).
    """

    code: ClassVar[str] = "xdatenfelder-refused"
    status: ClassVar[int] = 422

    def __init__(self, reason: str, message: str, *, line: int = 1, column: int = 1, path: str = "") -> None:
        extra = {"reason": reason, "line": line, "column": column, "path": path}
        super().__init__(message, message_en=f"The file was refused ({reason}) at line {line}.", extra=extra)
        self.reason = reason
        self.line = line
        self.column = column
        self.path = path

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message} ({self.path})" if self.path else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the lenient reader repaired: ``code`` is a quality message, ``element`` the id of the element."""

    code: str
    element: str
    message: str
    line: int
    column: int
