"""Who sees a statement: those it was asked of, those who work on the case, the outsider with link and code.

The code is computed from the installation's key: nothing to keep, nothing to lose, the same at every call.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.models import Case
from stadtkern.casework.cases.statements.errors import TooManyCodes, WrongStatementCode
from stadtkern.casework.cases.statements.models import Statement
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel.errors import NotVisible

SESSION_KEY = "statement_keys"
TRIES, SECONDS_LOCKED = 10, 900
LENGTH = 10  # of a code: 50 bits


def code_of(statement_id: UUID) -> str:
    """The code of a request, in two groups of five letters and figures."""
    key = sha256(b"stadtkern.cases.statements" + settings.SECRET_KEY.encode()).digest()
    found = base64.b32encode(hmac.new(key, statement_id.bytes, sha256).digest()).decode()[:LENGTH]
    return f"{found[:5]}-{found[5:]}"


def open_with_code(request: HttpRequest, *, statement_id: UUID, code: str) -> None:
    """Let this session read one request; raises ``WrongStatementCode`` or ``TooManyCodes``."""
    tries = f"statement-tries:{statement_id}"
    if cache.get(tries, 0) >= TRIES:
        raise TooManyCodes()
    clean = "".join(letter for letter in code.upper() if letter.isalnum())[:40]
    fits = hmac.compare_digest(clean.encode(), code_of(statement_id).replace("-", "").encode())
    if not fits or not outside().filter(pk=statement_id).exists():
        cache.add(tries, 0, SECONDS_LOCKED)
        cache.incr(tries)
        raise WrongStatementCode()
    known = [key for key in request.session.get(SESSION_KEY, []) if key != str(statement_id)]
    request.session[SESSION_KEY] = [*known, str(statement_id)][-20:]


def outside() -> QuerySet[Statement]:
    """Requests that outsiders may open: not taken back, the case not closed."""
    rows = Statement.objects.filter(office=None, team=None).exclude(status=Statement.Status.CANCELLED)
    return rows.exclude(case__state_kind=Case.StateKind.CLOSED).select_related("case")


def opened(request: HttpRequest, statement_id: UUID) -> Statement:
    """The request that this session opened with its code; raises ``NotVisible``."""
    row = (
        outside().filter(pk=statement_id).first()
        if str(statement_id) in request.session.get(SESSION_KEY, [])
        else None
    )
    if row is None:
        raise NotVisible()
    return row


def asked_of(actor: Actor) -> QuerySet[Statement]:
    """Requests to the offices and teams in which the actor works."""
    if not actor.is_staff or not actor.has(*policies.WORK):
        return Statement.objects.none()
    rows = Statement.objects.exclude(status=Statement.Status.CANCELLED).select_related("case")
    offices = actor.offices(*policies.WORK)
    if offices is None:
        return rows.filter(Q(office__isnull=False) | Q(team__isnull=False))
    return rows.filter(
        Q(office_id__in=sorted(offices))
        | Q(team_id__in=sorted(actor.teams(*policies.WORK)))
        | Q(team__office_id__in=sorted(offices))
        | Q(office__teams__in=sorted(actor.teams(*policies.WORK)))
    ).distinct()


def find_asked(actor: Actor, statement_id: UUID) -> Statement:
    """One request to the actor's office or team; raises ``NotVisible``."""
    row = asked_of(actor).filter(pk=statement_id).first()
    if row is None:
        raise NotVisible()
    return row


def find_of_case(actor: Actor, statement_id: UUID) -> Statement:
    """One request on a case the actor sees; raises ``NotVisible``."""
    row = Statement.objects.select_related("case").filter(pk=statement_id).first()
    if row is None or not policies.visible_to(actor).filter(pk=row.case_id).exists():
        raise NotVisible()
    return row
