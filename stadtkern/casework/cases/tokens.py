"""The secret part of a case's state address: who submitted through the API can follow the case without an account."""

from __future__ import annotations

import hmac
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.urls import reverse

LENGTH = 32


def state_token(case_id: UUID) -> str:
    """A token for one case, the same at every call, not computable without the installation's key."""
    key = sha256(b"stadtkern.cases.state" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, case_id.bytes, sha256).hexdigest()[:LENGTH]


def state_path(case_id: UUID) -> str:
    """The address of the state for programs."""
    return f"{reverse('api:case-state', args=[case_id])}?token={state_token(case_id)}"


def fits(case_id: UUID, token: str) -> bool:
    """Whether ``token`` belongs to the case (constant time)."""
    return hmac.compare_digest(state_token(case_id).encode(), token[:100].encode())
