import stadtkern.foundation.tenancy.api
from django.db import migrations, models

from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Baseline',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('service_slug', models.SlugField(verbose_name='Leistung')),
                ('minutes', models.PositiveIntegerField(verbose_name='Arbeitsminuten je Vorgang vorher')),
                ('days', models.PositiveIntegerField(blank=True, null=True, verbose_name='Tage bis zur Entscheidung vorher')),
                ('source', models.CharField(max_length=500, verbose_name='Woher die Schätzung kommt')),
                ('set_by_name', models.CharField(max_length=200, verbose_name='eingetragen von')),
                ('set_at', models.DateTimeField(verbose_name='eingetragen')),
            ],
            options={
                'verbose_name': 'Aufwand vorher',
                'verbose_name_plural': 'Aufwände vorher',
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'service_slug'), name='baseline_once_per_service'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 10000)), name='baseline_minutes_plausible')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('service_slug', models.SlugField(blank=True, verbose_name='Leistung')),
                ('title', models.CharField(max_length=300, verbose_name='Name')),
                ('title_en', models.CharField(blank=True, max_length=300, verbose_name='Name (englisch)')),
                ('from_on', models.DateField(verbose_name='von')),
                ('to_on', models.DateField(verbose_name='bis (ausschließlich)')),
                ('cases', models.PositiveIntegerField(verbose_name='entschiedene Vorgänge')),
                ('online_percent', models.PositiveSmallIntegerField(verbose_name='online gestellt, Prozent')),
                ('automatic_percent', models.PositiveSmallIntegerField(verbose_name='automatisch entschieden, Prozent')),
                ('median_days', models.PositiveIntegerField(verbose_name='Tage bis zur Entscheidung (Median)')),
                ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='Arbeitsminuten je Vorgang')),
                ('days_before', models.PositiveIntegerField(blank=True, null=True, verbose_name='Tage vorher')),
                ('minutes_before', models.PositiveIntegerField(blank=True, null=True, verbose_name='Arbeitsminuten vorher')),
                ('saved_minutes', models.IntegerField(blank=True, null=True, verbose_name='gesparte Arbeitsminuten im Zeitraum')),
                ('computed_at', models.DateTimeField(verbose_name='berechnet')),
            ],
            options={
                'verbose_name': 'veröffentlichte Kennzahl der Entlastung',
                'verbose_name_plural': 'veröffentlichte Kennzahlen der Entlastung',
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'service_slug'), name='figure_once_per_service'), models.CheckConstraint(condition=models.Q(('cases__gte', 5)), name='figure_of_at_least_five_cases')],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('case_id', models.UUIDField(blank=True, null=True, verbose_name='Vorgang')),
                ('service_slug', models.SlugField(verbose_name='Leistung')),
                ('decided_on', models.DateField(verbose_name='entschieden am')),
                ('days', models.PositiveIntegerField(verbose_name='Tage vom Eingang bis zur Entscheidung')),
                ('online', models.BooleanField(verbose_name='online gestellt')),
                ('automatic', models.BooleanField(verbose_name='automatisch entschieden')),
                ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='gemessene Arbeitsminuten')),
            ],
            options={
                'verbose_name': 'gemessener Vorgang',
                'verbose_name_plural': 'gemessene Vorgänge',
                'indexes': [models.Index(fields=['tenant_id', 'decided_on', 'service_slug'], name='measure_by_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'case_id'), name='measure_once_per_case')],
            },
        ),
        EnableRowSecurity("relief_baseline"),
        EnableRowSecurity("relief_figure"),
        EnableRowSecurity("relief_measure"),
    ]
