"""The guards know the whole tree: what lies in a closed file or process record is closed too (``guards.sql``)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0004_tree")]
    operations = [
        migrations.RunSQL((Path(__file__).parent / "guards.sql").read_text(encoding="utf-8")),
    ]
