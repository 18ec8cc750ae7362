"""What the engine refuses."""

from __future__ import annotations

from stadtkern.kernel.errors import DomainError, InvalidInput


class InstanceRefused(InvalidInput):
    """The document does not describe a round; ``path`` (JSON Pointer, RFC 6901) says where."""

    code = "kita-instance-refused"

    def __init__(self, path: str, message: str) -> None:
        self.path = path or "/"
        super().__init__(f"{self.path}: {message}", extra={"path": self.path})


class ExactUnavailable(DomainError):
    """The exact search covers seats by age group; this round has flexible seats and families."""

    code = "kita-exact-unavailable"
    status = 409
    message = "Die exakte Suche gilt für Plätze je Altersgruppe. Diese Runde hat flexible Plätze und gemeinsame Wünsche."
    message_en = "The exact search covers seats by age group. This round has flexible seats and joint wishes."
