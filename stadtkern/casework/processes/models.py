"""Versions of procedures and their running instances. A running instance stays on its version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel

ACCOUNT = settings.AUTH_USER_MODEL


class ProcessVersion(TenantModel):
    """An immutable package of a procedure, identified by the checksum of its files."""

    service_slug = models.SlugField("Leistung")
    digest = models.CharField("Prüfsumme", max_length=64)
    definition = models.JSONField("Ablauf")
    created_at = models.DateTimeField("angelegt")

    class Meta:
        verbose_name = "Fassung eines Ablaufs"
        verbose_name_plural = "Fassungen von Abläufen"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "service_slug", "digest"], name="process_version_stored_once"
            )
        ]


class LocalParameter(TenantModel):
    """A value that this municipality set for a parameter of a package, from a moment on."""

    service_slug = models.SlugField("Leistung")
    name = models.CharField("Parameter", max_length=60)
    value = models.JSONField("Wert")
    set_at = models.DateTimeField("festgelegt")
    set_by_name = models.CharField("durch", max_length=200)

    class Meta:
        verbose_name = "eigener Wert eines Parameters"
        verbose_name_plural = "eigene Werte von Parametern"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "service_slug", "name"], name="parameter_set_once")
        ]


class Instance(TenantModel):
    """A running or ended process of a subject (a case). ``state`` is the engine's state; its history is in ``Step``."""

    version = models.ForeignKey(ProcessVersion, models.PROTECT, verbose_name="Fassung")
    process = models.CharField("Prozess", max_length=200)
    subject_kind = models.CharField("Art des Gegenstands", max_length=20)
    subject_id = models.UUIDField("Gegenstand")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="aufgerufen von"
    )
    parent_wait = models.PositiveIntegerField("Wartepunkt des Aufrufers", default=0)
    key = models.CharField("Kennung im Ablauf", max_length=200)
    status = models.CharField("Stand", max_length=12, default="running")
    state = models.TextField("Zustand")
    state_code = models.CharField("Stand für Menschen", max_length=60, blank=True)
    started_at = models.DateTimeField("begonnen")
    ended_at = models.DateTimeField("beendet", null=True, blank=True)

    class Meta:
        verbose_name = "laufender Prozess"
        verbose_name_plural = "laufende Prozesse"
        indexes = [
            models.Index(
                fields=["tenant_id", "subject_kind", "subject_id", "started_at"], name="instance_of_subject"
            ),
            models.Index(fields=["tenant_id", "version", "status"], name="instance_of_version"),
        ]
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="instance_key_once")]


class Wait(TenantModel):
    """Something an instance waits for. The row goes when the waiting ends; what people did stays in ``Task``."""

    class Kind(models.TextChoices):
        TIMER = "timer", "Frist"
        MESSAGE = "message", "Nachricht"
        SIGNAL = "signal", "Signal"
        CALL = "call", "Aufruf eines Systems"

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="waits", verbose_name="Prozess")
    number = models.PositiveIntegerField("Nummer")
    kind = models.CharField("Art", max_length=10, choices=Kind)
    node = models.CharField("Element", max_length=200)
    name = models.CharField("Name", max_length=200, blank=True)
    key = models.CharField("Schlüssel", max_length=300, null=True, blank=True)
    due_at = models.DateTimeField("fällig", null=True, blank=True)
    detail = models.JSONField("Einzelheiten", default=dict)
    attempts = models.PositiveSmallIntegerField("Versuche", default=0)

    class Meta:
        verbose_name = "Wartepunkt"
        verbose_name_plural = "Wartepunkte"
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="wait_once_per_instance")]
        indexes = [
            models.Index(fields=["tenant_id", "due_at"], condition=Q(kind="timer"), name="wait_timer_due"),
            models.Index(fields=["tenant_id", "kind", "name", "key"], name="wait_by_name"),
        ]


class Task(TenantModel):
    """Work for a person. Open until done or no longer needed."""

    class Status(models.TextChoices):
        OPEN = "open", "offen"
        DONE = "done", "erledigt"
        CANCELLED = "cancelled", "nicht mehr nötig"

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="tasks", verbose_name="Prozess")
    number = models.PositiveIntegerField("Nummer")
    node = models.CharField("Element", max_length=200)
    name = models.CharField("Aufgabe", max_length=300)
    role = models.CharField("Rolle", max_length=60, blank=True)
    assignee_key = models.CharField("bestimmte Person", max_length=200, blank=True)
    form = models.CharField("Formular", max_length=200, blank=True)
    actions = models.CharField("Schritte", max_length=300, blank=True)
    data = models.JSONField("Angaben", default=dict)
    due_at = models.DateTimeField("fällig", null=True, blank=True)
    status = models.CharField("Stand", max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField("entstanden")
    closed_at = models.DateTimeField("erledigt", null=True, blank=True)
    closed_by = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="erledigt von"
    )
    action = models.CharField("gewählter Schritt", max_length=60, blank=True)

    class Meta:
        verbose_name = "Aufgabe"
        verbose_name_plural = "Aufgaben"
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="task_once_per_instance")]
        indexes = [
            models.Index(fields=["tenant_id", "status", "role", "due_at", "id"], name="task_of_role"),
            models.Index(
                fields=["tenant_id", "status", "assignee_key", "due_at", "id"], name="task_of_person"
            ),
        ]


class Step(TenantModel):
    """One step of an instance: what happened, by whom, the way taken, and the decisions made on it."""

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="steps", verbose_name="Prozess")
    at = models.DateTimeField("Zeitpunkt")
    event = models.CharField("Ereignis", max_length=40)
    actor_name = models.CharField("durch", max_length=200, blank=True)
    way = models.JSONField("Weg", default=list)
    decisions = models.JSONField("Entscheidungen", default=list)
    cause = models.CharField("Anlass (eine Nachricht, ein Signal)", max_length=60, blank=True, db_default="")

    class Meta:
        verbose_name = "Schritt"
        verbose_name_plural = "Schritte"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["tenant_id", "instance", "at"], name="step_in_order")]
        constraints = [
            # A job that delivers a message may run twice; the message reaches each instance once.
            models.UniqueConstraint(
                fields=["instance", "cause"], condition=~Q(cause=""), name="step_once_per_cause"
            )
        ]


class Incident(TenantModel):
    """A failed step: visible, repairable, nothing lost."""

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="incidents", verbose_name="Prozess")
    number = models.PositiveIntegerField("Nummer")
    node = models.CharField("Element", max_length=200)
    code = models.CharField("Art", max_length=60)
    message = models.TextField("Meldung")
    message_en = models.TextField("Meldung (englisch)", blank=True)
    detail = models.JSONField("Einzelheiten", default=dict)
    opened_at = models.DateTimeField("entstanden")
    closed_at = models.DateTimeField("behoben", null=True, blank=True)
    closed_by_name = models.CharField("behoben von", max_length=200, blank=True)

    class Meta:
        verbose_name = "Störung"
        verbose_name_plural = "Störungen"
        constraints = [
            models.UniqueConstraint(fields=["instance", "number"], name="incident_once_per_instance")
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "opened_at"], condition=Q(closed_at__isnull=True), name="incident_open"
            )
        ]


class AllowedHost(TenantModel):
    """An outside system that the procedures of this municipality may call."""

    host = models.CharField("Rechnername", max_length=253)
    private = models.BooleanField("im eigenen Netz", default=False)
    purpose = models.CharField("Zweck", max_length=300)
    allowed_at = models.DateTimeField("erlaubt seit")
    allowed_by_name = models.CharField("erlaubt durch", max_length=200)

    class Meta:
        verbose_name = "erlaubtes Außensystem"
        verbose_name_plural = "erlaubte Außensysteme"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "host"], name="host_allowed_once")]
