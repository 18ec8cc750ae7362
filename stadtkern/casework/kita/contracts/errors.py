"""Expected failures around contracts."""

from __future__ import annotations

from datetime import date

from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput


class NoticeTooShort(InvalidInput):
    """The day is before the notice period ends, or not the first of a month."""

    code = "kita-notice-too-short"
    message = "Dieser Tag ist zu früh. Bitte wählen Sie einen der angebotenen."
    message_en = "This day is too early. Please choose one of those offered."


class ContractOver(Conflict):
    """The contract has ended, or its end is declared already."""

    code = "kita-contract-over"
    message = "Dieser Vertrag ist beendet oder sein Ende steht schon fest."
    message_en = "This contract has ended, or its end is fixed already."


class ChangeOpen(Conflict):
    """There is a wish about which the Kita has not decided."""

    code = "kita-change-open"
    message = "Über Ihren Wunsch ist noch nicht entschieden."
    message_en = "Your wish has not been decided yet."


class NotSettled(Conflict):
    """The change was decided or taken back already."""

    code = "kita-change-decided"
    message = "Darüber ist schon entschieden."
    message_en = "This has been decided already."


class HoursDoNotFit(Conflict):
    """No seat of this kind is open so long."""

    code = "kita-hours-do-not-fit"
    message = "So viele Stunden gehen auf diesem Platz nicht."
    message_en = "This place does not offer so many hours."


class SettlingFull(Conflict):
    """Too many children settle in at the same time; ``extra["free_on"]`` is the next day that works."""

    code = "kita-settling-full"
    message = "In dieser Zeit gewöhnen sich schon genug Kinder ein."
    message_en = "Enough children settle in during this time already."

    def __init__(self, free_on: date) -> None:
        super().__init__(
            f"{self.message} Der nächste freie Beginn ist der {free_on:%d.%m.%Y}.",
            message_en=f"{self.message_en} The next free start is {free_on:%d %B %Y}.",
            extra={"free_on": free_on.isoformat()},
        )


class NothingToSign(Conflict):
    """The Kita has not presented terms, or they were signed."""

    code = "kita-nothing-to-sign"
    message = "Es liegt kein Vertrag vor, den Sie bestätigen könnten."
    message_en = "There is no contract for you to confirm."


class WrongSecondCode(DomainError):
    """Link and code of a second guardian do not belong together, or access has ended."""

    code = "kita-wrong-second-code"
    status = 403
    message = "Link und Code passen nicht zusammen, oder der Zugang ist beendet."
    message_en = "Link and code do not belong together, or access has ended."


class TooManyCodes(DomainError):
    """Too many wrong codes for one link."""

    code = "kita-too-many-codes"
    status = 429
    message = "Zu viele Fehlversuche. Bitte warten Sie 15 Minuten."
    message_en = "Too many failed attempts. Please wait 15 minutes."
