"""Expected failures of forms that people and programs meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from stadtkern.casework.forms.messages import Problem
from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput


class FormNotOnline(DomainError):
    """The service has no published form."""

    code = "form-not-online"
    status = 404
    message = "Für diese Leistung gibt es gerade kein Online-Formular. Auf der Seite der Leistung steht, wer Ihnen hilft."
    message_en = (
        "There is no online form for this service at the moment. The service page says who can help you."
    )


class DraftExpired(DomainError):
    """Too late to go on with this draft."""

    code = "draft-expired"
    status = 410
    message = (
        "Der Entwurf ist abgelaufen und wurde zu Ihrem Schutz gelöscht. Bitte beginnen Sie den Antrag neu."
    )
    message_en = "The draft has expired and was erased to protect you. Please start the application again."


class DraftSent(Conflict):
    """The draft was submitted before; there is nothing to change any more."""

    code = "draft-already-sent"
    message = (
        "Dieser Antrag ist schon abgeschickt. Änderungen können Sie uns als Nachricht zum Vorgang senden."
    )
    message_en = (
        "This application has been sent already. You can send us changes as a message about your case."
    )


class FormWithdrawn(DomainError):
    """The version of the draft must not be used any more."""

    code = "form-version-withdrawn"
    status = 409
    message = (
        "Das Formular wurde geändert, mit der alten Fassung können Sie nicht weitermachen. "
        "Ihre Angaben sind da: Übernehmen Sie sie in die neue Fassung."
    )
    message_en = (
        "The form was changed and the old version can no longer be used. "
        "Your entries are still here: take them over into the new version."
    )


class DraftChanged(Conflict):
    """The same page was saved elsewhere in the meantime."""

    code = "draft-changed"
    message = (
        "Diese Seite wurde in einem anderen Fenster geändert. Es wurde nichts überschrieben. "
        "Bitte wählen Sie, welcher Stand gelten soll."
    )
    message_en = (
        "This page was changed in another window. Nothing was overwritten. Please choose which state to keep."
    )


class WrongCode(DomainError):
    """Link and code do not fit, or were tried too often."""

    code = "wrong-code"
    status = 403
    message = "Link und Code passen nicht zusammen. Prüfen Sie den Code; Groß- und Kleinschreibung ist egal."
    message_en = "Link and code do not match. Check the code; capital letters do not matter."


class TooManyCodes(DomainError):
    """The draft is locked for a while."""

    code = "too-many-codes"
    status = 429
    message = "Der Code war zu oft falsch. Bitte versuchen Sie es in 15 Minuten noch einmal."
    message_en = "The code was wrong too often. Please try again in 15 minutes."


class LoginTooWeak(DomainError):
    """The service needs a stronger login. ``extra["level"]`` says which."""

    code = "login-too-weak"
    status = 403
    message = "Für diese Leistung müssen Sie sich sicherer anmelden. Ihre Angaben bleiben gespeichert."
    message_en = "This service needs a stronger login. Your entries are kept."

    def __init__(self, level: int) -> None:
        super().__init__(extra={"level": level})
        self.level = level


class SubmissionRefused(InvalidInput):
    """The answers break the form's rules; ``problems`` say where and what to do."""

    code = "submission-refused"
    message = "Einige Angaben fehlen oder passen nicht. Es wurde nichts eingereicht."
    message_en = "Some entries are missing or do not fit. Nothing was submitted."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(extra={"errors": [_error(problem) for problem in self.problems[:200]]})

    def as_problem(self, language: str = "de") -> dict[str, Any]:
        document = super().as_problem(language)
        document["errors"] = [_error(problem, language) for problem in self.problems[:200]]
        return document


def _error(problem: Problem, language: str = "de") -> dict[str, str]:
    return {"path": problem.path, "code": problem.code, "message": problem.text(language)}


class KeyReused(Conflict):
    """The Idempotency-Key was used for another request (draft-ietf-httpapi-idempotency-key-header)."""

    code = "idempotency-key-reused"
    status = 409
    message = "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Bitte verwenden Sie einen neuen."
    message_en = "This Idempotency-Key belongs to another request. Please use a new one."


class TooManyFiles(InvalidInput):
    """More uploads than a draft may hold."""

    code = "too-many-files"
    message = "Zu einem Antrag gehören höchstens 50 Dateien. Bitte löschen Sie zuerst eine andere."
    message_en = "An application takes at most 50 files. Please remove another one first."


class NotPublishable(Conflict):
    """Open rules or findings keep the version from going live; ``reasons`` are sentences."""

    code = "form-not-publishable"
    message = "Diese Fassung kann noch nicht veröffentlicht werden."
    message_en = "This version cannot be published yet."

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(extra={"reasons": list(self.reasons)})


class VersionFixed(Conflict):
    """Only a version in progress may be edited."""

    code = "form-version-fixed"
    message = "Diese Fassung ist veröffentlicht und wird nicht mehr geändert. Legen Sie eine neue Fassung an."
    message_en = "This version is published and does not change any more. Create a new version."


class RuleRefused(InvalidInput):
    """An expression or path of a rule does not fit; line and column count from 1."""

    code: ClassVar[str] = "rule-refused"

    def __init__(self, message: str, *, field: str = "expression", line: int = 1, column: int = 1) -> None:
        super().__init__(message, extra={"field": field, "line": line, "column": column})
        self.field = field
        self.line = line
        self.column = column


class LayoutRefused(InvalidInput):
    """The pages of a form do not fit it."""

    code = "form-pages-refused"
    message = "Diese Einteilung der Seiten passt nicht zum Formular."
    message_en = "These pages do not fit the form."


class BlockRefused(InvalidInput):
    """A building block cannot stand here; ``field`` names what to change."""

    code = "building-block-refused"
    message = "Dieser Baustein passt hier nicht."
    message_en = "This building block does not fit here."

    def __init__(self, field: str, message: str, message_en: str) -> None:
        super().__init__(message, message_en=message_en, extra={"field": field})
        self.field = field
