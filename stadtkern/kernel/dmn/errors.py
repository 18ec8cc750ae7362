"""Errors and findings of decision models."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.kernel.errors import DomainError


class DmnError(DomainError):
    """The file is not a decision model that can be used. `code` is stable."""

    status = 422

    def __init__(self, code: str, message: str, message_en: str) -> None:
        self.code = code  # type: ignore[misc]  # one class, one code per kind of mistake
        super().__init__(message, message_en=message_en)


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Something wrong with a model or met while evaluating: where (element name), what, and at which offset."""

    code: str
    element: str
    message: str
    message_en: str
    text: str = ""
    offset: int = 0

    def as_json(self) -> dict[str, object]:
        """For the command line and interfaces."""
        return {
            "code": self.code,
            "element": self.element,
            "message": {"de": self.message, "en": self.message_en},
            "offset": self.offset,
        }
