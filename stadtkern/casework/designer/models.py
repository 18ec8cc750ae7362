"""Procedures in the making."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel

ACCOUNT = settings.AUTH_USER_MODEL


class ProcedureDraft(TenantModel):
    """A package of a procedure in the making. ``files`` are its files as text, canonical, by name.

    ``editor_ids`` are all accounts that changed it: none of them may publish it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "in Arbeit"
        SUBMITTED = "submitted", "zur Prüfung"
        PUBLISHED = "published", "veröffentlicht"
        WITHDRAWN = "withdrawn", "verworfen"

    slug = models.SlugField("Leistung", max_length=50)
    title = models.CharField("Name", max_length=300)
    files = models.JSONField("Dateien des Pakets")
    origin = models.CharField("Herkunft", max_length=20)
    base_version = models.PositiveIntegerField("ausgehend von Fassung", null=True, blank=True)
    revision = models.PositiveIntegerField("Stand", default=1)
    state = models.CharField("Zustand", max_length=12, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="angelegt von"
    )
    editor_ids = ArrayField(models.UUIDField(), verbose_name="bearbeitet von", default=list, blank=True)
    created_at = models.DateTimeField("angelegt")
    changed_at = models.DateTimeField("geändert")
    submitted_by = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="übergeben von"
    )
    submitted_at = models.DateTimeField("übergeben", null=True, blank=True)
    handover_note = models.TextField("Hinweis zur Übergabe", blank=True)
    reviewed_by = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="geprüft von"
    )
    reviewed_at = models.DateTimeField("geprüft", null=True, blank=True)
    review_note = models.TextField("Ergebnis der Prüfung", blank=True)
    published_version = models.PositiveIntegerField("veröffentlicht als Fassung", null=True, blank=True)
    test_results = models.JSONField("Ergebnisse der Testfälle", default=dict, blank=True)

    class Meta:
        verbose_name = "Verfahren in Arbeit"
        verbose_name_plural = "Verfahren in Arbeit"
        ordering = ["-changed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                condition=Q(state__in=["draft", "submitted"]),
                name="procedure_draft_open_once",
                violation_error_message="An diesem Verfahren wird schon gearbeitet.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")),
                name="procedure_draft_second_person",
                violation_error_message="Prüfen muss eine zweite Person.",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "state", "changed_at"], name="procedure_draft_listed")]

    def __str__(self) -> str:
        return self.title


class DraftRevision(TenantModel):
    """One step of the work on a draft: the files it changed, as they were before (None: there was no such file).

    ``undoes`` is the number of the step that this one took back.
    """

    draft = models.ForeignKey(
        ProcedureDraft, models.CASCADE, related_name="revisions", verbose_name="Entwurf"
    )
    number = models.PositiveIntegerField("Stand")
    before = models.JSONField("Dateien vorher")
    undoes = models.PositiveIntegerField("nimmt zurück", null=True, blank=True)
    by = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="geändert von"
    )
    at = models.DateTimeField("geändert")

    class Meta:
        verbose_name = "Stand eines Entwurfs"
        verbose_name_plural = "Stände von Entwürfen"
        ordering = ["draft_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "number"],
                name="draft_revision_once",
                violation_error_message="Diesen Stand gibt es schon.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.number}"
