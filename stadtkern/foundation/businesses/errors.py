"""Expected failures around businesses and powers of attorney."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed


class Incomplete(InvalidInput):
    """Something is missing or wrong; ``problems`` are (field, code), their sentences stand in ``texts``."""

    code: ClassVar[str] = "business-incomplete"
    message = "Einige Angaben fehlen oder passen nicht."
    message_en = "Some details are missing or do not fit."

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(extra={"problems": [list(problem) for problem in self.problems]})


class IdentityTooWeak(NotAllowed):
    """Speaking for a business begins with a person who proved who she is."""

    code: ClassVar[str] = "business-needs-identity"
    message = "Dafür müssen Sie sich sicher ausweisen, zum Beispiel mit der BundID und dem Online-Ausweis."
    message_en = "For this you have to prove who you are, for example with BundID and your online ID card."


class AlreadyChecked(Conflict):
    """The municipality checked another account with this register entry."""

    code: ClassVar[str] = "business-already-checked"
    message = "Zu diesem Registereintrag gibt es schon ein geprüftes Unternehmenskonto. Lassen Sie sich von dort einladen."
    message_en = "There is a checked business account with this register entry. Ask its administrators for an invitation."


class LastBusinessAdministrator(Conflict):
    """A business must not be left without anybody who administers it."""

    code: ClassVar[str] = "last-business-administrator"
    message = "Ein Unternehmen braucht jemanden, der es verwaltet. Geben Sie zuerst einer anderen Person diese Rolle."
    message_en = "A business needs somebody who administers it. Give another person that role first."


class AlreadyMember(Conflict):
    """The person belongs to the business already."""

    code: ClassVar[str] = "already-member"
    message = "Sie gehören schon zu diesem Unternehmen."
    message_en = "You already belong to this business."


class TooManyInvitations(DomainError):
    """Invitations are mails to strangers: there is a limit."""

    code: ClassVar[str] = "too-many-invitations"
    status: ClassVar[int] = 429
    message = "Sie haben gerade sehr viele Einladungen verschickt. Bitte warten Sie eine Stunde, oder nehmen Sie offene zurück."
    message_en = "You have sent a great many invitations. Please wait an hour, or take open ones back."


class LinkUsed(DomainError):
    """The link was used, taken back or is too old; which of them stays unsaid."""

    code: ClassVar[str] = "link-not-valid"
    status: ClassVar[int] = 410
    message = "Dieser Link gilt nicht mehr. Bitten Sie um einen neuen."
    message_en = "This link is no longer valid. Please ask for a new one."


class OwnPower(Conflict):
    """Nobody authorises herself."""

    code: ClassVar[str] = "own-power-of-attorney"
    message = (
        "Sich selbst kann man keine Vollmacht erteilen. Diesen Link öffnet die Person, die handeln soll."
    )
    message_en = "You cannot authorise yourself. The person who is to act opens this link."
