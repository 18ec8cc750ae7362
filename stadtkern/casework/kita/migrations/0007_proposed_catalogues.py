"""A catalogue is proposed, tried and published by a second person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kita", "0006_round_tasks")]

    operations = [
        migrations.AddField(
            model_name="catalogue",
            name="proposed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="vorgeschlagen"),
        ),
        migrations.AddField(
            model_name="catalogue",
            name="proposed_by_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="vorgeschlagen von (Konto)"),
        ),
        migrations.AddField(
            model_name="catalogue",
            name="proposed_by_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="vorgeschlagen von"),
        ),
        migrations.AddField(
            model_name="catalogue",
            name="trial",
            field=models.JSONField(blank=True, default=dict, verbose_name="Probe"),
        ),
    ]
