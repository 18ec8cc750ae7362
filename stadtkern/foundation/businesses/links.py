"""Links that work once: a random token in the address, only its digest in the database."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.urls import reverse

from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations


def new_token() -> str:
    """256 random bits for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token[:200].encode()).hexdigest()


def address(view: str, token: str) -> str:
    """The whole address, under the name of the current municipality."""
    return organizations.public_address(reverse(view, args=[token]))


def send_invitation(*, to: str, business: str, token: str, language: str) -> None:
    """The mail of an invitation."""
    link = address("businesses:invitation", token)
    if language == "en":
        subject = "Invitation to a business account"
        text = (
            f"You are invited to act for {business} with our online services.\n\nPlease open this address within 14 days"
            f" and log in. It works once:\n{link}\n\nIf you do not know what this is about, do nothing."
        )
    else:
        subject = "Einladung zu einem Unternehmenskonto"
        text = (
            f"Sie sind eingeladen, bei unseren Online-Diensten für {business} zu handeln.\n\nÖffnen Sie innerhalb von 14 Tagen"
            f" diese Adresse und melden Sie sich an. Sie funktioniert einmal:\n{link}\n\nWenn Sie nicht wissen, worum es geht,"
            " tun Sie nichts."
        )
    notifications.send_mail(to=to, subject=subject, text=text, language=language)


def send_power(*, to: str, token: str, language: str) -> None:
    """The mail to somebody who is given a power of attorney; who gives it stands behind the link."""
    link = address("businesses:power-offer", token)
    if language == "en":
        subject = "Somebody gives you a power of attorney"
        text = (
            "Somebody wants you to act for them with our online services.\n\nWho it is and what for, you read here within"
            f" 14 days, after logging in. The address works once:\n{link}"
        )
    else:
        subject = "Jemand erteilt Ihnen eine Vollmacht"
        text = (
            "Jemand möchte, dass Sie bei unseren Online-Diensten für ihn oder sie handeln.\n\nWer das ist und wofür, lesen Sie"
            f" innerhalb von 14 Tagen hier, nach der Anmeldung. Die Adresse funktioniert einmal:\n{link}"
        )
    notifications.send_mail(to=to, subject=subject, text=text, language=language)
