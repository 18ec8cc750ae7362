from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_immutable")]

    operations = [
        migrations.CreateModel(
            name="BuildingBlock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=stadtkern.foundation.tenancy.api.UuidV7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "tenant_id",
                    models.UUIDField(
                        db_index=True,
                        default=stadtkern.foundation.tenancy.api.current_id,
                        editable=False,
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="Kennung mit Version")),
                ("name", models.CharField(max_length=300, verbose_name="Name")),
                ("model", models.JSONField(verbose_name="Modell")),
                ("source_file_id", models.UUIDField(blank=True, null=True, verbose_name="Quelldatei")),
                (
                    "source_name",
                    models.CharField(blank=True, max_length=300, verbose_name="Name der Quelldatei"),
                ),
                (
                    "source_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="Prüfsumme der Quelldatei"),
                ),
                ("imported_at", models.DateTimeField(verbose_name="eingelesen")),
                (
                    "imported_by_id",
                    models.UUIDField(blank=True, null=True, verbose_name="eingelesen von"),
                ),
            ],
            options={
                "verbose_name": "Baustein",
                "verbose_name_plural": "Bausteine",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant_id", "key"],
                        name="building_block_once",
                        violation_error_message="Dieser Baustein ist schon eingelesen.",
                    )
                ],
            },
        ),
        EnableRowSecurity("forms_buildingblock"),
    ]
