import django.contrib.postgres.fields
import django.db.models.deletion
import stadtkern.foundation.tenancy.api
from django.conf import settings
from django.db import migrations, models

from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0003_retention'),
        ('organizations', '0002_brand_and_operator'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('slug', models.SlugField(max_length=60, verbose_name='Kurzname')),
                ('name', models.CharField(max_length=200, verbose_name='Name')),
                ('email', models.EmailField(max_length=254, verbose_name='E-Mail')),
                ('active', models.BooleanField(default=True, verbose_name='wird gefragt')),
            ],
            options={
                'verbose_name': 'Träger öffentlicher Belange',
                'verbose_name_plural': 'Träger öffentlicher Belange',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'slug'), name='contact_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('key', models.CharField(blank=True, max_length=300, null=True, verbose_name='Aufruf des Ablaufs')),
                ('party_name', models.CharField(max_length=200, verbose_name='Gefragt')),
                ('party_email', models.EmailField(blank=True, max_length=254, verbose_name='E-Mail')),
                ('question', models.TextField(verbose_name='Frage')),
                ('file_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None, verbose_name='freigegebene Dokumente')),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), default=list, size=None, verbose_name='freigegebene Teile des Antrags')),
                ('asked_by_name', models.CharField(max_length=200, verbose_name='gefragt von')),
                ('asked_at', models.DateTimeField(verbose_name='gefragt')),
                ('due_on', models.DateField(verbose_name='Frist')),
                ('remind_on', models.DateField(blank=True, null=True, verbose_name='Erinnerung am')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='erinnert')),
                ('silence', models.CharField(choices=[('no_objection', 'Keine Antwort gilt als keine Bedenken'), ('continue', 'Ohne Antwort geht es ohne Stellungnahme weiter')], default='no_objection', max_length=20, verbose_name='Ohne Antwort')),
                ('status', models.CharField(choices=[('open', 'erbeten'), ('answered', 'eingegangen'), ('silent', 'ohne Antwort abgelaufen'), ('cancelled', 'zurückgenommen')], default='open', max_length=10, verbose_name='Stand')),
                ('verdict', models.CharField(blank=True, choices=[('agree', 'keine Bedenken'), ('conditions', 'keine Bedenken mit Auflagen'), ('object', 'Bedenken')], max_length=12, verbose_name='Ergebnis')),
                ('text', models.TextField(blank=True, verbose_name='Stellungnahme')),
                ('answer_file_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None, verbose_name='Anlagen der Antwort')),
                ('answered_by_name', models.CharField(blank=True, max_length=200, verbose_name='beantwortet von')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='beantwortet')),
                ('late', models.BooleanField(default=False, verbose_name='nach Ablauf der Frist')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='dem Ablauf gemeldet')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Konto')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='cases.case', verbose_name='Vorgang')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.office', verbose_name='Amt')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.team', verbose_name='Team')),
            ],
            options={
                'verbose_name': 'Stellungnahme',
                'verbose_name_plural': 'Stellungnahmen',
                'ordering': ['asked_at', 'id'],
                'indexes': [models.Index(fields=['tenant_id', 'case', 'asked_at'], name='statement_of_case'), models.Index(fields=['tenant_id', 'office', 'status'], name='statement_of_office'), models.Index(fields=['tenant_id', 'team', 'status'], name='statement_of_team'), models.Index(condition=models.Q(('status', 'open')), fields=['tenant_id', 'due_on'], name='statement_open_by_due'), models.Index(condition=models.Q(('key__isnull', False), ('told_at__isnull', True), models.Q(('status', 'open'), _negated=True)), fields=['tenant_id', 'id'], name='statement_to_tell')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'key'), name='statement_once_per_call'), models.CheckConstraint(condition=models.Q(('office__isnull', False), ('team__isnull', False), models.Q(('party_email', ''), _negated=True), _connector='OR'), name='statement_reaches_somebody', violation_error_message='Wer gefragt wird, braucht ein Amt, ein Team oder eine E-Mail-Adresse.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'answered'), _negated=True), models.Q(models.Q(('verdict', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='statement_answer_has_verdict')],
            },
        ),
        EnableRowSecurity("statements_contact"),
        EnableRowSecurity("statements_statement"),
    ]
