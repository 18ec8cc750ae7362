"""Triggers, grants and the erasing function; retention periods."""

from pathlib import Path

from django.db import migrations

GUARD = Path(__file__).resolve().parent.parent / "guard.sql"

PERIODS = {"security": 0, "access": 12, "transfer": 24, "administration": 60, "case": 120, "permanent": None}

UNDO = """
DROP FUNCTION audit_erase_due(integer);
DROP TRIGGER audit_guard ON audit_entry; DROP TRIGGER audit_guard ON audit_tile;
DROP TRIGGER audit_guard ON audit_checkpoint;
DROP TRIGGER audit_truncate ON audit_entry; DROP TRIGGER audit_truncate ON audit_tile;
DROP TRIGGER audit_truncate ON audit_checkpoint;
DROP FUNCTION audit_guard_entry(); DROP FUNCTION audit_guard_tile(); DROP FUNCTION audit_refuse();
"""


def fill_periods(apps, schema_editor):
    model = apps.get_model("audit", "RetentionPeriod")
    model.objects.bulk_create([model(name=name, months=months) for name, months in PERIODS.items()])


def clear_periods(apps, schema_editor):
    apps.get_model("audit", "RetentionPeriod").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(fill_periods, clear_periods),
        migrations.RunSQL(GUARD.read_text(encoding="utf-8"), UNDO),
    ]
