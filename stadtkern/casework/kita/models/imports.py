"""A list from another program while it is read and taken over."""

from __future__ import annotations

from django.db import models

from stadtkern.casework.kita.models.facilities import Facility
from stadtkern.casework.kita.models.providers import Provider
from stadtkern.foundation.tenancy.api import TenantModel


class ListImport(TenantModel):
    """An uploaded waiting list or list of places: how its columns are read, which rows were taken, which could not be.

    ``provider``: whose list it is (None: several, the office only). The file holds names of children; it goes after thirty days.
    """

    class Kind(models.TextChoices):
        WAITING = "waiting", "Warteliste"
        PLACES = "places", "Plätze"

    class State(models.TextChoices):
        NEW = "new", "wird zugeordnet"
        RUNNING = "running", "wird übernommen"
        DONE = "done", "übernommen"

    provider = models.ForeignKey(
        Provider, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Träger"
    )
    facility = models.ForeignKey(
        Facility, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Kita der Liste"
    )
    kind = models.CharField("Art", max_length=10, choices=Kind)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.NEW)
    file_id = models.UUIDField("Datei", null=True)
    file_name = models.CharField("Dateiname", max_length=200)
    chosen = models.JSONField("Zuordnung", default=dict)
    taken = models.JSONField("übernommene Zeilen", default=list)
    refused = models.JSONField("nicht übernommene Zeilen", default=list)
    created_by_id = models.UUIDField("hochgeladen von (Konto)", null=True)
    created_by_name = models.CharField("hochgeladen von", max_length=200)
    created_at = models.DateTimeField("hochgeladen")

    class Meta:
        verbose_name = "eingelesene Liste"
        verbose_name_plural = "eingelesene Listen"
        ordering = ["-created_at", "-id"]
