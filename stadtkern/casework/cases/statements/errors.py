"""Expected failures around statements."""

from __future__ import annotations

from typing import ClassVar

from stadtkern.kernel.errors import DomainError


class StatementClosed(DomainError):
    """Nothing can be answered any more."""

    code: ClassVar[str] = "statement-closed"
    status: ClassVar[int] = 409
    message = "Diese Stellungnahme kann nicht mehr abgegeben werden: Sie ist schon abgegeben oder der Vorgang ist entschieden."
    message_en = "This statement can no longer be given: it has been given already, or the case is decided."


class WrongStatementCode(DomainError):
    """The code does not open this request."""

    code: ClassVar[str] = "wrong-statement-code"
    status: ClassVar[int] = 422
    message = "Dieser Code passt nicht. Er steht in der zweiten E-Mail, die Sie von uns bekommen haben."
    message_en = "This code does not fit. It is in the second e-mail you got from us."


class TooManyCodes(DomainError):
    """Somebody guesses codes."""

    code: ClassVar[str] = "too-many-codes"
    status: ClassVar[int] = 429
    message = "Zu viele Versuche. Bitte warten Sie 15 Minuten."
    message_en = "Too many attempts. Please wait 15 minutes."
