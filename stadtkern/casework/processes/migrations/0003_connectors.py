"""A step knows what caused it, so that a message reaches an instance once; which outside systems may be called."""

from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    dependencies = [("processes", "0002_instances")]

    operations = [
        migrations.CreateModel(
            name="AllowedHost",
            fields=[
                ("id", models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ("host", models.CharField(max_length=253, verbose_name="Rechnername")),
                ("private", models.BooleanField(default=False, verbose_name="im eigenen Netz")),
                ("purpose", models.CharField(max_length=300, verbose_name="Zweck")),
                ("allowed_at", models.DateTimeField(verbose_name="erlaubt seit")),
                ("allowed_by_name", models.CharField(max_length=200, verbose_name="erlaubt durch")),
            ],
            options={
                "verbose_name": "erlaubtes Außensystem",
                "verbose_name_plural": "erlaubte Außensysteme",
            },
        ),
        migrations.AddField(
            model_name="step",
            name="cause",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="Anlass (eine Nachricht, ein Signal)"),
        ),
        migrations.AddConstraint(
            model_name="allowedhost",
            constraint=models.UniqueConstraint(fields=("tenant_id", "host"), name="host_allowed_once"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(condition=models.Q(("cause", ""), _negated=True), fields=("instance", "cause"), name="step_once_per_cause"),
        ),
        EnableRowSecurity("processes_allowedhost"),
    ]
