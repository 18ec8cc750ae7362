"""Expected failures of running processes."""

from __future__ import annotations

from typing import ClassVar

from stadtkern.kernel.errors import DomainError


class MoveNotAllowed(DomainError):
    """Nobody waits for this step."""

    code: ClassVar[str] = "move-not-allowed"
    status: ClassVar[int] = 409
    message = "Dieser Schritt ist im jetzigen Stand des Vorgangs nicht möglich."
    message_en = "This step is not possible in the current state of the case."


class NoSuchTask(DomainError):
    """The task is done, no longer needed, or never was."""

    code: ClassVar[str] = "no-such-task"
    status: ClassVar[int] = 409
    message = "Diese Aufgabe ist nicht mehr offen."
    message_en = "This task is no longer open."
