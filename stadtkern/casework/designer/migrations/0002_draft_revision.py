import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('designer', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftRevision',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('number', models.PositiveIntegerField(verbose_name='Stand')),
                ('before', models.JSONField(verbose_name='Dateien vorher')),
                ('undoes', models.PositiveIntegerField(blank=True, null=True, verbose_name='nimmt zurück')),
                ('at', models.DateTimeField(verbose_name='geändert')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='geändert von')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='designer.proceduredraft', verbose_name='Entwurf')),
            ],
            options={
                'verbose_name': 'Stand eines Entwurfs',
                'verbose_name_plural': 'Stände von Entwürfen',
                'ordering': ['draft_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'number'), name='draft_revision_once', violation_error_message='Diesen Stand gibt es schon.')],
            },
        ),
        EnableRowSecurity("designer_draftrevision"),
    ]
