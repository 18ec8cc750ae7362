import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stadtkern.foundation.tenancy.api
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProcedureDraft',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('slug', models.SlugField(max_length=50, verbose_name='Leistung')),
                ('title', models.CharField(max_length=300, verbose_name='Name')),
                ('files', models.JSONField(verbose_name='Dateien des Pakets')),
                ('origin', models.CharField(max_length=20, verbose_name='Herkunft')),
                ('base_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='ausgehend von Fassung')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='Stand')),
                ('state', models.CharField(choices=[('draft', 'in Arbeit'), ('submitted', 'zur Prüfung'), ('published', 'veröffentlicht'), ('withdrawn', 'verworfen')], default='draft', max_length=12, verbose_name='Zustand')),
                ('editor_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None, verbose_name='bearbeitet von')),
                ('created_at', models.DateTimeField(verbose_name='angelegt')),
                ('changed_at', models.DateTimeField(verbose_name='geändert')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='übergeben')),
                ('handover_note', models.TextField(blank=True, verbose_name='Hinweis zur Übergabe')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='geprüft')),
                ('review_note', models.TextField(blank=True, verbose_name='Ergebnis der Prüfung')),
                ('published_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='veröffentlicht als Fassung')),
                ('test_results', models.JSONField(blank=True, default=dict, verbose_name='Ergebnisse der Testfälle')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='angelegt von')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='geprüft von')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='übergeben von')),
            ],
            options={
                'verbose_name': 'Verfahren in Arbeit',
                'verbose_name_plural': 'Verfahren in Arbeit',
                'ordering': ['-changed_at', 'id'],
                'indexes': [models.Index(fields=['tenant_id', 'state', 'changed_at'], name='procedure_draft_listed')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('tenant_id', 'slug'), name='procedure_draft_open_once', violation_error_message='An diesem Verfahren wird schon gearbeitet.'),
                    models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), models.Q(('reviewed_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='procedure_draft_second_person', violation_error_message='Prüfen muss eine zweite Person.'),
                ],
            },
        ),
        EnableRowSecurity("designer_proceduredraft"),
    ]
