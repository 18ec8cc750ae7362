from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0004_parties'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='parameters',
            field=models.JSONField(blank=True, default=dict, verbose_name='Werte der Kommune, die dabei galten'),
        ),
    ]
