"""The file plan (Aktenplan) with its units and the retention rules they carry."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class FilePlan(TenantModel):
    """A file plan in one version."""

    title = models.TextField("Bezeichnung")
    version = models.TextField("Version")
    details = models.JSONField("weitere Angaben", default=dict, blank=True)

    class Meta:
        verbose_name = "Aktenplan"
        verbose_name_plural = "Aktenpläne"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "title", "version"], name="file_plan_version_once")
        ]


class FilePlanUnit(TenantModel):
    """A unit of a file plan: what belongs to it, how long it is kept and what becomes of it then."""

    plan = models.ForeignKey(FilePlan, models.PROTECT, related_name="units", verbose_name="Aktenplan")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name="übergeordnete Einheit",
    )
    position = models.PositiveIntegerField("Reihenfolge", default=0)
    number = models.TextField("Kennzeichen", blank=True, default="")
    content = models.TextField("Inhaltsangabe", blank=True, default="")
    disposal_kind = models.CharField("Aussonderungsart", max_length=20, blank=True, default="")
    retention_years = models.PositiveIntegerField("Aufbewahrungsdauer in Jahren", null=True, blank=True)
    retention_unlimited = models.BooleanField("unbefristet", default=False)
    abandoned = models.BooleanField("stillgelegt", default=False)
    details = models.JSONField("weitere Angaben", default=dict, blank=True)

    class Meta:
        verbose_name = "Aktenplaneinheit"
        verbose_name_plural = "Aktenplaneinheiten"
