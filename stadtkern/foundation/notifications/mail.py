"""Mail: written down with its cause, sent by a job."""

from __future__ import annotations

import smtplib
from email.utils import formataddr
from html import escape
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction

from stadtkern.foundation.jobs import api as jobs
from stadtkern.foundation.notifications.models import Mail
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


class BadAddress(DomainError):
    """Mail cannot be sent to this address."""

    code = "bad-address"
    status = 422
    message = "Diese E-Mail-Adresse ist nicht gültig. Bitte prüfen Sie die Schreibweise."
    message_en = "This email address is not valid. Please check the spelling."


def send_mail(*, to: str, subject: str, text: str, language: str = "de", case_id: UUID | None = None) -> None:
    """Send a mail after the commit of the current transaction; the municipality's footer is added.

    ``subject`` names no person. Raises ``BadAddress``, and ``ValueError`` for a subject of several lines.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise BadAddress() from None
    if not subject.strip() or len(subject.splitlines()) != 1:
        raise ValueError("a subject is one line")
    mail = Mail.objects.create(
        recipient=to,
        recipient_hint=hint(to),
        subject=subject[:150],
        text=text,
        language="en" if language.startswith("en") else "de",
        case_id=case_id,
        queued_at=clock.real_now(),
    )
    jobs.enqueue(deliver, mail_id=mail.pk)


@jobs.job(name="notifications.deliver", queue="mail", retry=6)
def deliver(*, tenant_id: str, mail_id: str) -> None:
    """Hand one mail to the mail server and erase its text. A mail that is already sent is left alone.

    The number of the message stays the same in every attempt, so that a mail sent twice after a crash is
    recognised by the recipient's server.
    """
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=mail_id, state=Mail.State.WAITING).first()
        if mail is None:
            return
        mail.attempts += 1
        try:
            _message(mail).send()
        except (smtplib.SMTPException, OSError) as error:
            problem = error
            mail.error = type(error).__name__
            if _is_final(error):
                mail.state = Mail.State.FAILED
            mail.save(update_fields=["attempts", "error", "state"])
        else:
            mail.state, mail.sent_at, mail.error = Mail.State.SENT, clock.real_now(), ""
            mail.recipient = mail.text = ""
            mail.save()
            return
    if mail.state == Mail.State.WAITING:
        raise problem  # the attempt is noted; the job runs again later


def _is_final(error: Exception) -> bool:
    """The server says that this address will never work (5xx); what is temporary (4xx) is tried again."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    codes = [code for code, _ in error.recipients.values()]
    return bool(codes) and all(code >= 500 for code in codes)


def _message(mail: Mail) -> EmailMultiAlternatives:
    municipality = organizations.current()
    sender = municipality.sender_email or settings.DEFAULT_FROM_EMAIL
    footer = _footer(municipality, mail.language)
    domain = sender.rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=f"{municipality.name}: {mail.subject}",
        body=f"{mail.text.strip()}\n\n-- \n{footer}\n",
        from_email=formataddr((municipality.name, sender)),
        to=[mail.recipient],
        headers={
            "Message-ID": f"<{mail.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )
    message.attach_alternative(_html(mail, footer), "text/html")
    return message


def _footer(municipality: organizations.MunicipalityInfo, language: str) -> str:
    note = (
        "This message was sent automatically. Please do not reply to it."
        if language == "en"
        else "Diese Nachricht wurde automatisch versendet. Bitte antworten Sie nicht darauf."
    )
    lines = [municipality.name, *municipality.address.splitlines(), municipality.phone, note]
    return "\n".join(line for line in lines if line)


def _html(mail: Mail, footer: str) -> str:
    """The same words, nothing loaded from anywhere."""
    paragraphs = "".join(
        f"<p>{_linked(escape(part)).replace(chr(10), '<br>')}</p>"
        for part in mail.text.strip().replace("\r", "").split("\n\n")
    )
    return (
        f'<!doctype html><html lang="{mail.language}"><head><meta charset="utf-8">'
        f"<title>{escape(mail.subject)}</title></head>"
        '<body style="font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#16233b;max-width:40em">'
        f'{paragraphs}<hr><p style="color:#555">{escape(footer).replace(chr(10), "<br>")}</p></body></html>'
    )


def _linked(text: str) -> str:
    words = text.split(" ")
    return " ".join(_link(word) for word in words)


def _link(word: str) -> str:
    before, mark, rest = word.rpartition("\n")
    if not rest.startswith(("https://", "http://")):
        return word
    address = rest.rstrip(".,;)")
    return f'{before}{mark}<a href="{address}">{address}</a>{rest[len(address) :]}'


def hint(address: str) -> str:
    """Enough for staff to recognise an address that a caller reads out, not enough to write to it."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"[:80]
