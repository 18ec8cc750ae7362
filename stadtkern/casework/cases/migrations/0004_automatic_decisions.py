"""Decisions without a person (§ 35a VwVfG): marked, with their proof; sampling share and stop switch per service."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0003_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AutomaticSetting",
            fields=[
                ("id", models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ("service_slug", models.SlugField(verbose_name="Leistung")),
                ("stopped", models.BooleanField(default=False, verbose_name="angehalten")),
                ("sample_percent", models.PositiveSmallIntegerField(default=10, verbose_name="Stichprobe in Prozent")),
                ("reason", models.CharField(max_length=500, verbose_name="Grund")),
                ("changed_at", models.DateTimeField(verbose_name="geändert")),
                ("changed_by_name", models.CharField(max_length=200, verbose_name="geändert durch")),
            ],
            options={
                "verbose_name": "Einstellung der automatischen Entscheidung",
                "verbose_name_plural": "Einstellungen der automatischen Entscheidung",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "service_slug"), name="automatic_setting_once_per_service"),
                    models.CheckConstraint(condition=models.Q(("sample_percent__lte", 100)), name="automatic_sample_at_most_all"),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="automatic",
            field=models.BooleanField(db_default=False, default=False, verbose_name="automatisch erlassen (§ 35a VwVfG)"),
        ),
        migrations.AddField(
            model_name="decision",
            name="proof",
            field=models.JSONField(db_default=[], default=list, verbose_name="Nachweis der automatischen Prüfung"),
        ),
        migrations.AlterField(
            model_name="decision",
            name="proposed_by",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="vorgeschlagen von"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("automatic", False), ("proposed_by__isnull", False)) | models.Q(("automatic", True), ("kind", "grant"), ("proposed_by__isnull", True)),
                name="decision_by_person_or_automatic",
                violation_error_message="Nur eine Bewilligung darf ohne einen Menschen ergehen.",
            ),
        ),
        EnableRowSecurity("cases_automaticsetting"),
    ]
