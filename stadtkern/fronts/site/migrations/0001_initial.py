import stadtkern.foundation.tenancy.api
from django.db import migrations, models
from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='NewsMessage',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('slug', models.SlugField(max_length=100, verbose_name='Kürzel')),
                ('state', models.CharField(choices=[('draft', 'Entwurf'), ('published', 'veröffentlicht')], default='draft', max_length=20, verbose_name='Stand')),
                ('title_de', models.CharField(max_length=200, verbose_name='Überschrift')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='Überschrift englisch')),
                ('text_de', models.TextField(max_length=10000, verbose_name='Text')),
                ('text_en', models.TextField(blank=True, max_length=10000, verbose_name='Text englisch')),
                ('period_de', models.CharField(blank=True, max_length=100, verbose_name='Zeitangabe')),
                ('period_en', models.CharField(blank=True, max_length=100, verbose_name='Zeitangabe englisch')),
                ('label_de', models.CharField(blank=True, max_length=60, verbose_name='Kennzeichen')),
                ('label_en', models.CharField(blank=True, max_length=60, verbose_name='Kennzeichen englisch')),
                ('visible_from_on', models.DateField(blank=True, null=True, verbose_name='sichtbar ab')),
                ('visible_to_on', models.DateField(blank=True, null=True, verbose_name='sichtbar bis (ausschließlich)')),
                ('position', models.IntegerField(default=0, verbose_name='Reihenfolge bei gleichem Tag')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='Stand der Bearbeitung')),
                ('changed_at', models.DateTimeField(verbose_name='geändert')),
            ],
            options={
                'verbose_name': 'Meldung',
                'verbose_name_plural': 'Meldungen',
                'ordering': [models.OrderBy(models.F('visible_from_on'), descending=True, nulls_last=True), 'position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'slug'), name='news_slug_once_per_tenant', violation_error_message='Dieses Kürzel ist schon vergeben.'), models.CheckConstraint(condition=models.Q(('visible_to_on__isnull', True), ('visible_to_on__gt', models.F('visible_from_on')), _connector='OR'), name='news_period_not_empty', violation_error_message='Das Ende muss nach dem Beginn liegen.'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('visible_from_on__isnull', False), _connector='OR'), name='news_published_has_day', violation_error_message='Eine veröffentlichte Meldung braucht einen Tag.')],
            },
        ),
        EnableRowSecurity("site_newsmessage"),
    ]
