"""Lists from other programs, taken over in the browser."""

import django.db.models.deletion
from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.casework.kita.walls import EnableProviderWall
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("kita", "0007_proposed_catalogues")]

    operations = [
        migrations.CreateModel(
            name="ListImport",
            fields=[
                ("id", models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ("kind", models.CharField(choices=[("waiting", "Warteliste"), ("places", "Plätze")], max_length=10, verbose_name="Art")),
                ("state", models.CharField(choices=[("new", "wird zugeordnet"), ("running", "wird übernommen"), ("done", "übernommen")], default="new", max_length=10, verbose_name="Stand")),
                ("file_id", models.UUIDField(null=True, verbose_name="Datei")),
                ("file_name", models.CharField(max_length=200, verbose_name="Dateiname")),
                ("chosen", models.JSONField(default=dict, verbose_name="Zuordnung")),
                ("taken", models.JSONField(default=list, verbose_name="übernommene Zeilen")),
                ("refused", models.JSONField(default=list, verbose_name="nicht übernommene Zeilen")),
                ("created_by_id", models.UUIDField(null=True, verbose_name="hochgeladen von (Konto)")),
                ("created_by_name", models.CharField(max_length=200, verbose_name="hochgeladen von")),
                ("created_at", models.DateTimeField(verbose_name="hochgeladen")),
                ("facility", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="kita.facility", verbose_name="Kita der Liste")),
                ("provider", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="kita.provider", verbose_name="Träger")),
            ],
            options={
                "verbose_name": "eingelesene Liste",
                "verbose_name_plural": "eingelesene Listen",
                "ordering": ["-created_at", "-id"],
            },
        ),
        EnableRowSecurity("kita_listimport"),
        EnableProviderWall("kita_listimport"),
    ]  # fmt: skip
