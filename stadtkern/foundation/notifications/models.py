"""Mail, letters, print batches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel


class Mail(TenantModel):
    """One mail. ``recipient`` and ``text`` are empty after it was sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "wartet"
        SENT = "sent", "gesendet"
        FAILED = "failed", "nicht zustellbar"

    recipient = models.EmailField("an", blank=True)
    recipient_hint = models.CharField("an (gekürzt)", max_length=80)
    subject = models.CharField("Betreff", max_length=150)
    text = models.TextField("Text", blank=True)
    language = models.CharField("Sprache", max_length=5, default="de")
    case_id = models.UUIDField("Vorgang", null=True, blank=True)
    state = models.CharField("Zustand", max_length=20, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField("Versuche", default=0)
    error = models.CharField("letzter Fehler", max_length=200, blank=True)
    queued_at = models.DateTimeField("veranlasst")
    sent_at = models.DateTimeField("gesendet", null=True, blank=True)

    class Meta:
        verbose_name = "E-Mail"
        verbose_name_plural = "E-Mails"
        ordering = ["-queued_at", "-id"]
        indexes = [
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="mail_newest"),
            models.Index(fields=["tenant_id", "case_id"], name="mail_by_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(text="", recipient="", sent_at__isnull=False),
                name="mail_sent_without_content",
                violation_error_message="Von gesendeten E-Mails bleibt der Inhalt nicht gespeichert.",
            )
        ]


class PrintBatch(TenantModel):
    """Letters that are printed together, as one PDF."""

    number = models.PositiveIntegerField("Nummer")
    file_id = models.UUIDField("Druckdatei")
    letter_count = models.PositiveIntegerField("Briefe")
    page_count = models.PositiveIntegerField("Seiten")
    created_at = models.DateTimeField("zusammengestellt")
    created_by_id = models.UUIDField("zusammengestellt von", null=True)
    printed_at = models.DateTimeField("gedruckt", null=True, blank=True)
    printed_by_id = models.UUIDField("gedruckt von", null=True)

    class Meta:
        verbose_name = "Druckstapel"
        verbose_name_plural = "Druckstapel"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="print_batch_number_once")
        ]


class Letter(TenantModel):
    """One letter on paper. Waiting without a batch; posted when its batch was printed."""

    file_id = models.UUIDField("Schreiben")
    recipient = models.TextField("Anschrift")
    reference = models.CharField("Zeichen", max_length=60)
    queued_at = models.DateTimeField("veranlasst")
    batch = models.ForeignKey(
        PrintBatch, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="Druckstapel"
    )
    copies = models.PositiveIntegerField("weitere Ausdrucke", default=0)

    class Meta:
        verbose_name = "Brief"
        verbose_name_plural = "Briefe"
        ordering = ["queued_at", "id"]
        indexes = [
            models.Index(
                fields=["tenant_id", "queued_at", "id"],
                name="letter_waiting",
                condition=Q(batch__isnull=True),
            )
        ]
