"""Expected failures of casework."""

from __future__ import annotations

from typing import ClassVar

from stadtkern.kernel.errors import Conflict, DomainError


class CaseChanged(Conflict):
    """Somebody else changed the case since the page was loaded. ``extra`` has the newer revision."""

    code: ClassVar[str] = "case-changed"
    message = (
        "Jemand anderes hat den Vorgang inzwischen geändert. Es wurde nichts überschrieben. "
        "Ihre Eingaben stehen noch da; prüfen Sie den neuen Stand und senden Sie dann erneut."
    )
    message_en = "Somebody else has changed this case in the meantime. Nothing was overwritten."


class BlockedByChecks(DomainError):
    """A positive decision while blocking checks are open."""

    code: ClassVar[str] = "blocked-by-checks"
    status: ClassVar[int] = 409
    message = "Vor einer Bewilligung müssen die offenen Prüfungen geklärt sein: beantworten oder mit Begründung übergehen."
    message_en = "Open checks must be settled before granting."


class ReasonMissing(DomainError):
    """A burdening decision needs a reason (§ 39 VwVfG)."""

    code: ClassVar[str] = "reason-missing"
    status: ClassVar[int] = 422
    message = "Bitte begründen Sie die Entscheidung (§ 39 VwVfG)."
    message_en = "Please give the reason for the decision."


class SecondPersonNeeded(DomainError):
    """The same person may not release what she proposed."""

    code: ClassVar[str] = "second-person-needed"
    status: ClassVar[int] = 409
    message = "Die Freigabe braucht eine zweite Person; Sie haben die Entscheidung selbst vorgeschlagen."
    message_en = "A second person must release this decision."


class ObjectionTooLate(DomainError):
    """The time for an objection is over; it can still be filed and is judged by the office."""

    code: ClassVar[str] = "objection-not-possible"
    status: ClassVar[int] = 409
    message = "Gegen diesen Vorgang ist hier kein Widerspruch möglich."
    message_en = "An objection is not possible here."


class PaymentMissing(DomainError):
    """The fee must be paid before the application is processed."""

    code: ClassVar[str] = "payment-missing"
    status: ClassVar[int] = 409
    message = "Die Gebühr ist noch nicht bezahlt."
    message_en = "The fee has not been paid yet."
