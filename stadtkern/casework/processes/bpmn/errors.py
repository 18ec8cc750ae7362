"""Why a BPMN file is refused, and why a process cannot be compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from stadtkern.kernel.errors import DomainError


class BpmnError(DomainError):
    """The file cannot be read as BPMN; ``reason`` is stable, line and column count from 1."""

    code: ClassVar[str] = "bpmn-unreadable"
    status: ClassVar[int] = 422
    message = "Die Datei ist kein lesbares BPMN-Modell."
    message_en = "The file is not a readable BPMN model."

    def __init__(self, reason: str, message: str, message_en: str, line: int = 1, column: int = 1) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(
            message, message_en=message_en, extra={"reason": reason, "line": line, "column": column}
        )

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message} ({self.reason})"


class NotExecutable(DomainError):
    """The process is readable but the engine cannot run it; ``extra["problems"]`` lists why, element by element."""

    code: ClassVar[str] = "bpmn-not-executable"
    status: ClassVar[int] = 422
    message = "Der Ablauf lässt sich so noch nicht ausführen."
    message_en = "The process cannot be executed as it is."

    def __init__(self, problems: Sequence[dict[str, Any]]) -> None:
        self.problems = list(problems)
        super().__init__(extra={"problems": self.problems})
