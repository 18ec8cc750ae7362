import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0002_brand_and_operator"),
        ("services", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="responsibility",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.team",
                verbose_name="Team, das neue Vorgänge bekommt",
            ),
        ),
    ]
