"""Expected failures: a stable code, a sentence that tells people what to do, an HTTP status (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

PROBLEM_MEDIA_TYPE = "application/problem+json"


class DomainError(Exception):
    """A failure that the domain expects. Subclasses live beside the function that raises them.

    ``code`` is stable (kebab case) and part of the public interface, ``message`` is German for people,
    ``status`` the HTTP status, ``extra`` further members of the problem document.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: str = "Das hat nicht geklappt."
    message_en: str = "That did not work."

    def __init__(
        self,
        message: str | None = None,
        *,
        message_en: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
            self.message_en = message_en or message
        self.extra = dict(extra or {})
        super().__init__(self.message)

    def text(self, language: str = "de") -> str:
        """The sentence for people in ``language`` (``de`` or ``en``)."""
        return self.message if language.startswith("de") else self.message_en

    def as_problem(self, language: str = "de") -> dict[str, Any]:
        """The problem document of RFC 9457."""
        return {
            "type": f"/docs/errors/{self.code}",
            "title": self.text(language),
            "status": self.status,
            **self.extra,
        }


class NotVisible(DomainError):
    """The object does not exist for this actor: absent and forbidden look the same."""

    code = "not-visible"
    status = 404
    message = "Das haben wir nicht gefunden. Prüfen Sie die Adresse oder gehen Sie zurück zur Übersicht."
    message_en = "We could not find this. Check the address or go back to the overview."


class NotAllowed(DomainError):
    """The actor may see the object but not do this with it."""

    code = "not-allowed"
    status = 403
    message = (
        "Dafür fehlt Ihnen die Berechtigung. Wenden Sie sich an Ihre Leitung oder die Verwaltung des Systems."
    )
    message_en = "You do not have permission to do this."


class Conflict(DomainError):
    """Somebody else was faster; nothing was overwritten."""

    code = "conflict"
    status = 409
    message = "Der Stand hat sich inzwischen geändert. Es wurde nichts überschrieben; bitte prüfen Sie den neuen Stand."
    message_en = "This has changed in the meantime. Nothing was overwritten; please review the new state."


class InvalidInput(DomainError):
    """The input was malformed."""

    code = "invalid-input"
    status = 422
    message = "Die Angaben sind nicht vollständig oder nicht lesbar."
    message_en = "The input is incomplete or unreadable."
