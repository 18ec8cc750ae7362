"""What editors of the public site write."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class NewsMessage(TenantModel):
    """A piece of news: a draft until it is published, public from one day to another."""

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"

    slug = models.SlugField("Kürzel", max_length=100)
    state = models.CharField("Stand", max_length=20, choices=State, default=State.DRAFT)
    title_de = models.CharField("Überschrift", max_length=200)
    title_en = models.CharField("Überschrift englisch", max_length=200, blank=True)
    text_de = models.TextField("Text", max_length=10_000)
    text_en = models.TextField("Text englisch", max_length=10_000, blank=True)
    period_de = models.CharField("Zeitangabe", max_length=100, blank=True)
    period_en = models.CharField("Zeitangabe englisch", max_length=100, blank=True)
    label_de = models.CharField("Kennzeichen", max_length=60, blank=True)
    label_en = models.CharField("Kennzeichen englisch", max_length=60, blank=True)
    visible_from_on = models.DateField("sichtbar ab", null=True, blank=True)
    visible_to_on = models.DateField("sichtbar bis (ausschließlich)", null=True, blank=True)
    position = models.IntegerField("Reihenfolge bei gleichem Tag", default=0)
    revision = models.PositiveIntegerField("Stand der Bearbeitung", default=1)
    changed_at = models.DateTimeField("geändert")

    class Meta:
        verbose_name = "Meldung"
        verbose_name_plural = "Meldungen"
        ordering = [F("visible_from_on").desc(nulls_last=True), "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                name="news_slug_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            ),
            models.CheckConstraint(
                condition=Q(visible_to_on__isnull=True) | Q(visible_to_on__gt=F("visible_from_on")),
                name="news_period_not_empty",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(visible_from_on__isnull=False),
                name="news_published_has_day",
                violation_error_message="Eine veröffentlichte Meldung braucht einen Tag.",
            ),
        ]

    def __str__(self) -> str:
        return self.title_de
