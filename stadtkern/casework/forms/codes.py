"""Codes that open a draft without an account: Crockford's base 32, made once, shown once, kept as a digest.

60 random bits behind a keyed digest; wrong codes lock the draft for a while (``actions.drafts``). O is read as 0,
I and L as 1, hyphens and spaces do not matter.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None})


def new_code() -> str:
    """A fresh code as people see it: ``7K3M-Q9TD-0XHA``."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def normalized(typed: str) -> str:
    """What was typed, as the bare code."""
    return typed[:100].strip().upper().translate(_LOOKALIKES)


def digest(typed: str) -> str:
    """What is stored of a code."""
    key = sha256(b"stadtkern.forms.codes" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, normalized(typed).encode(), sha256).hexdigest()


def fits(typed: str, stored: str) -> bool:
    """Whether the typed code belongs to the stored digest (constant time); an empty digest fits nothing."""
    return bool(stored) and hmac.compare_digest(digest(typed), stored)


def new_token() -> str:
    """A random token for the browser that began a draft."""
    return secrets.token_urlsafe(24)


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


def token_fits(token: str, stored: str) -> bool:
    """Whether a browser's token belongs to the stored digest."""
    return bool(stored) and hmac.compare_digest(token_digest(token), stored)
