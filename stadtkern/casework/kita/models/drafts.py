"""A registration while it is being written."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class RegistrationDraft(TenantModel):
    """The parent's notebook: answers by page, kept on every step, gone when sent or after 30 days.

    Opened by account, or by the browser that began it (session), or by code. ``answers`` is judged again when it is sent.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Konto",
    )
    answers = models.JSONField("Angaben", default=dict)
    file_ids = models.JSONField("Dateien", default=list)
    code_digest = models.CharField("Code (Prüfsumme)", max_length=64, blank=True)
    channel = models.CharField("Weg", max_length=10, default="online")
    language = models.CharField("Sprache", max_length=5, default="de")
    created_at = models.DateTimeField("begonnen")
    updated_at = models.DateTimeField("zuletzt geändert")
    expires_at = models.DateTimeField("läuft ab")
    registration_id = models.UUIDField("wurde zur Anmeldung", null=True, blank=True)

    class Meta:
        verbose_name = "begonnene Kita-Anmeldung"
        verbose_name_plural = "begonnene Kita-Anmeldungen"
        indexes = [models.Index(fields=["tenant_id", "expires_at"], name="kita_draft_by_end")]
