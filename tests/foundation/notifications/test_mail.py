"""Mail leaves once, after the commit, in the recipient's language, and leaves no content behind."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError, transaction

from stadtkern.foundation.jobs import testing
from stadtkern.foundation.notifications import api
from stadtkern.foundation.notifications.jobs import forget
from stadtkern.foundation.notifications.mail import deliver
from stadtkern.foundation.notifications.models import Mail
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

TEXT = "Guten Tag,\n\nIhr Antrag ist da: https://mainz.example/v/1.\n\n<b>fett & mehr</b>"


def send(**changes):
    api.send_mail(
        **{"to": "erika@example.org", "subject": "Neuigkeiten zu Ihrem Antrag", "text": TEXT, **changes}
    )


def test_a_mail_has_text_html_footer_and_sender_of_the_municipality(mainz):
    send()
    assert testing.run_pending() == ["notifications.deliver"]
    [message] = outbox.outbox
    assert message.subject == "Mainz: Neuigkeiten zu Ihrem Antrag"
    assert message.from_email == "Mainz <stadt@mainz.example>"
    assert "automatisch versendet" in message.body
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert '<a href="https://mainz.example/v/1">https://mainz.example/v/1</a>.' in html
    assert "&lt;b&gt;fett &amp; mehr&lt;/b&gt;" in html
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_english_for_those_who_read_english(mainz):
    send(language="en")
    testing.run_pending()
    assert "sent automatically" in outbox.outbox[0].body


def test_after_sending_only_the_log_is_left(mainz):
    send()
    testing.run_pending()
    mail = Mail.objects.get()
    assert (mail.state, mail.text, mail.recipient, mail.recipient_hint) == ("sent", "", "", "e…@example.org")
    with pytest.raises(DatabaseError, match="mail_sent_without_content"), transaction.atomic():
        Mail.objects.update(text="wieder da")


def test_the_job_can_run_twice(mainz):
    send()
    mail = Mail.objects.get()
    for _ in range(2):
        deliver(tenant_id=str(mainz.pk), mail_id=str(mail.pk))
    assert len(outbox.outbox) == 1


def test_rolled_back_work_sends_nothing(mainz):
    with pytest.raises(LookupError), transaction.atomic():
        send()
        raise LookupError
    assert testing.run_pending() == []
    assert outbox.outbox == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPServerDisconnected("x"), "waiting"),
        (ConnectionRefusedError(), "waiting"),
        (smtplib.SMTPRecipientsRefused({"erika@example.org": (451, b"later")}), "waiting"),
        (smtplib.SMTPRecipientsRefused({"erika@example.org": (550, b"unknown")}), "failed"),
    ],
)
def test_what_fails_is_tried_again_unless_the_address_is_refused_for_good(mainz, monkeypatch, error, state):
    send()

    def refuse(*_):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    mail = Mail.objects.get()
    if state == "waiting":
        with pytest.raises(type(error)):
            deliver(tenant_id=str(mainz.pk), mail_id=str(mail.pk))
    else:
        deliver(tenant_id=str(mainz.pk), mail_id=str(mail.pk))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (state, 1, type(error).__name__)
    assert "example.org" not in mail.error


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b", "a@example.org\nBcc: b@example.org", "a@example.org,b@example.org"]
)
def test_bad_addresses_are_refused(mainz, to):
    with pytest.raises(api.BadAddress):
        send(to=to)


@pytest.mark.parametrize("subject", ["", " ", "a\nBcc: x@example.org", "a\rb"])
def test_bad_subjects_are_refused(mainz, subject):
    with pytest.raises(ValueError, match="one line"):
        send(subject=subject)


def test_another_municipality_sees_no_mail(mainz, bodenheim):
    send()
    with tenancy.act_for(bodenheim.pk):
        assert not Mail.objects.exists()


def test_what_never_left_is_forgotten_after_a_month_and_the_log_after_a_year(mainz, now):
    for days in (1, 31, 400):
        send()
        newest = Mail.objects.order_by("-id").first()
        Mail.objects.filter(pk=newest.pk).update(queued_at=clock.real_now() - timedelta(days=days))
    forget(now=now)
    rows = Mail.objects.order_by("-queued_at").values_list("state", "recipient", "text")
    assert list(rows) == [("waiting", "erika@example.org", TEXT), ("failed", "", "")]
