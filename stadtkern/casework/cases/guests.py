"""Access without an account: case number and the code of the application open a case for one session."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest

from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.kernel.errors import DomainError

SESSION_KEY = "guest_keys"
TRIES = 10
SECONDS_LOCKED = 900


class WrongCode(DomainError):
    """Number and code do not fit; which of the two stays unsaid."""

    code: ClassVar[str] = "wrong-case-code"
    status: ClassVar[int] = 422
    message = "Aktenzeichen und Code passen nicht zusammen. Das Aktenzeichen steht auf der Eingangsbestätigung, den Code haben Sie beim Ausfüllen bekommen."
    message_en = "Case number and code do not match. The number is on your receipt; you got the code while filling in the form."


class TooManyTries(DomainError):
    """Somebody guesses."""

    code: ClassVar[str] = "too-many-tries"
    status: ClassVar[int] = 429
    message = "Zu viele Versuche. Bitte warten Sie 15 Minuten."
    message_en = "Too many attempts. Please wait 15 minutes."


def open_with_code(request: HttpRequest, *, number: str, code: str) -> UUID:
    """Open the case of ``number`` for this session; raises ``WrongCode`` or ``TooManyTries``."""
    key = f"guest-tries:{number.upper()[:40]}"
    if cache.get(key, 0) >= TRIES:
        raise TooManyTries()
    case = Case.objects.filter(number__iexact=number[:40], parent=None).first()
    if case is None or not forms.guest_code_fits(
        code, forms.submission(case.root_submission_id).guest_code_digest
    ):
        cache.add(key, 0, SECONDS_LOCKED)
        cache.incr(key)
        raise WrongCode()
    remember(request, case.pk)
    return case.pk


def remember(request: HttpRequest, case_id: UUID) -> None:
    """Let a guest's session open this case."""
    if request.user.is_authenticated:
        return
    keys = [key for key in request.session.get(SESSION_KEY, []) if key != str(case_id)]
    request.session[SESSION_KEY] = [*keys, str(case_id)][-50:]
