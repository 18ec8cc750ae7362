"""Expected failures of kita."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from stadtkern.casework.kita.rules import Problem
from stadtkern.kernel.errors import Conflict, DomainError


class RegistrationRefused(DomainError):
    """The registration cannot be taken as it is; ``problems`` says why, each with its field."""

    code: ClassVar[str] = "kita-registration-refused"
    status: ClassVar[int] = 422
    message = "Die Kita-Anmeldung ist noch nicht vollständig."
    message_en = "The nursery registration is not complete yet."

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            problems[0].text(),
            extra={"problems": [{"field": item.field, "code": item.code} for item in problems]},
        )
        self.problems = tuple(problems)


class AlreadyRegistered(Conflict):
    """There is an active registration for this child."""

    code = "kita-already-registered"
    message = (
        "Für dieses Kind gibt es schon eine Anmeldung. Sie können dort Ihre Wünsche ändern. "
        "Ist es ein anderes Kind mit gleichem Namen und Geburtstag, melden Sie sich bitte beim Jugendamt."
    )
    message_en = (
        "This child is registered already. You can change your wishes there. If it is another child with the same name "
        "and birthday, please contact the youth office."
    )


class WishesFixed(Conflict):
    """The wishes take part in a round that runs, or the registration has ended."""

    code = "kita-wishes-fixed"
    message = "Die Vergabe läuft gerade. Bis zum Ergebnis bleiben die Wünsche, wie sie sind."
    message_en = "The allocation is running. Until the result the wishes stay as they are."


class LinkExpired(DomainError):
    """A link of a mail that has done its work, or was never ours."""

    code: ClassVar[str] = "kita-link-expired"
    status: ClassVar[int] = 410
    message = (
        "Dieser Link gilt nicht mehr. Öffnen Sie „Meine Kita-Anmeldung“ mit Ihrem Aktenzeichen und Code."
    )
    message_en = (
        "This link is no longer valid. Open “My nursery registration” with your case number and code."
    )
