"""xdomea's tree: sub-files, parts of process records, attachments, and what hangs on them."""

import django.db.models.deletion
import stadtkern.foundation.tenancy.api
from django.db import migrations, models

from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_brand_and_operator'),
        ('records', '0003_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('target_uid', models.UUIDField(db_index=True, verbose_name='xdomea-UUID des Schriftgutobjekts')),
                ('kind', models.CharField(max_length=20, verbose_name='Aussonderungsart')),
            ],
            options={
                'verbose_name': 'Bewertung',
                'verbose_name_plural': 'Bewertungen',
            },
        ),
        migrations.CreateModel(
            name='CirculationStep',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='Angaben')),
                ('circulation', models.PositiveIntegerField(default=0, verbose_name='Geschäftsgang')),
                ('number', models.TextField(verbose_name='Nummer')),
                ('status', models.CharField(choices=[('001', 'kommt noch'), ('002', 'läuft'), ('003', 'erledigt'), ('004', 'übersprungen')], max_length=10, verbose_name='Stand')),
            ],
            options={
                'verbose_name': 'Beteiligungsschritt',
                'verbose_name_plural': 'Beteiligungsschritte',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CrossReference',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='Angaben')),
                ('target_uid', models.UUIDField(blank=True, null=True, verbose_name='xdomea-UUID des Ziels')),
                ('target_reference', models.TextField(blank=True, default='', verbose_name='Kennzeichen des Ziels')),
            ],
            options={
                'verbose_name': 'Verweis',
                'verbose_name_plural': 'Verweise',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FilePlan',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('title', models.TextField(verbose_name='Bezeichnung')),
                ('version', models.TextField(verbose_name='Version')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='weitere Angaben')),
            ],
            options={
                'verbose_name': 'Aktenplan',
                'verbose_name_plural': 'Aktenpläne',
            },
        ),
        migrations.CreateModel(
            name='FilePlanUnit',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('number', models.TextField(blank=True, default='', verbose_name='Kennzeichen')),
                ('content', models.TextField(blank=True, default='', verbose_name='Inhaltsangabe')),
                ('disposal_kind', models.CharField(blank=True, default='', max_length=20, verbose_name='Aussonderungsart')),
                ('retention_years', models.PositiveIntegerField(blank=True, null=True, verbose_name='Aufbewahrungsdauer in Jahren')),
                ('retention_unlimited', models.BooleanField(default=False, verbose_name='unbefristet')),
                ('abandoned', models.BooleanField(default=False, verbose_name='stillgelegt')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='weitere Angaben')),
            ],
            options={
                'verbose_name': 'Aktenplaneinheit',
                'verbose_name_plural': 'Aktenplaneinheiten',
            },
        ),
        migrations.CreateModel(
            name='HistoryEntry',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='Angaben')),
                ('at', models.DateTimeField(verbose_name='Zeitpunkt')),
                ('actor', models.TextField(verbose_name='Akteur')),
                ('action', models.TextField(verbose_name='Aktion')),
            ],
            options={
                'verbose_name': 'Eintrag der Historie',
                'verbose_name_plural': 'Historie',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecordContact',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='Angaben')),
                ('part', models.CharField(choices=[('senders', 'Absender'), ('recipients', 'Empfänger'), ('contacts', 'Kontakt')], default='contacts', max_length=12, verbose_name='Stelle')),
                ('name', models.TextField(blank=True, default='', verbose_name='Name')),
                ('role', models.TextField(blank=True, default='', verbose_name='Rolle')),
            ],
            options={
                'verbose_name': 'Kontakt eines Schriftgutobjekts',
                'verbose_name_plural': 'Kontakte der Schriftgutobjekte',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecordMessage',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('direction', models.CharField(choices=[('in', 'Eingang'), ('out', 'Ausgang')], max_length=3, verbose_name='Richtung')),
                ('message_type', models.CharField(max_length=4, verbose_name='Nachrichtentyp')),
                ('version', models.CharField(max_length=12, verbose_name='xdomea-Version')),
                ('process_uid', models.UUIDField(verbose_name='Prozess-ID')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 der Nachricht')),
                ('result_code', models.CharField(max_length=7, verbose_name='Rückmeldung')),
                ('objects_named', models.JSONField(blank=True, default=list, verbose_name='Schriftgutobjekte')),
                ('at', models.DateTimeField(verbose_name='Zeitpunkt')),
            ],
            options={
                'verbose_name': 'xdomea-Nachricht',
                'verbose_name_plural': 'xdomea-Nachrichten',
            },
        ),
        migrations.AlterModelOptions(
            name='documentrecord',
            options={'ordering': ['position', 'filed_at', 'id'], 'verbose_name': 'Dokument', 'verbose_name_plural': 'Dokumente'},
        ),
        migrations.RemoveConstraint(
            model_name='documentrecord',
            name='document_filed_once',
        ),
        migrations.RemoveConstraint(
            model_name='filerecord',
            name='one_file_per_plan_unit',
        ),
        migrations.RemoveConstraint(
            model_name='processrecord',
            name='process_record_reference_once',
        ),
        migrations.RemoveConstraint(
            model_name='processrecord',
            name='closed_record_has_retention_end',
        ),
        migrations.RemoveField(
            model_name='documentrecord',
            name='file_id',
        ),
        migrations.RemoveField(
            model_name='documentrecord',
            name='sha256',
        ),
        migrations.RenameField(
            model_name='documentrecord',
            old_name='title',
            new_name='subject',
        ),
        migrations.RenameField(
            model_name='filerecord',
            old_name='title',
            new_name='subject',
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='attachment_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='records.documentrecord', verbose_name='Anlage zu'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='confidentiality',
            field=models.CharField(blank=True, choices=[('', 'nicht angegeben'), ('003', 'offen'), ('002', 'nur für den Dienstgebrauch'), ('005', 'vertraulich'), ('001', 'geheim'), ('004', 'streng geheim')], default='', max_length=3, verbose_name='Vertraulichkeitsstufe'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='details',
            field=models.JSONField(blank=True, default=dict, verbose_name='weitere Metadaten'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.office', verbose_name='Amt'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='origin',
            field=models.CharField(choices=[('own', 'hier entstanden'), ('taken_over', 'übernommen'), ('offered', 'angeboten')], default='own', max_length=12, verbose_name='Herkunft'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='part_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='records.documentrecord', verbose_name='Schriftstück von'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='position',
            field=models.PositiveIntegerField(default=0, verbose_name='Reihenfolge'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='reference',
            field=models.TextField(blank=True, default='', verbose_name='Kennzeichen'),
        ),
        migrations.AlterField(
            model_name='documentrecord',
            name='subject',
            field=models.TextField(blank=True, verbose_name='Betreff'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='uid',
            field=models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, verbose_name='xdomea-UUID'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='uid_text',
            field=models.CharField(blank=True, default='', max_length=36, verbose_name='Schreibweise der UUID'),
        ),
        migrations.AddField(
            model_name='documentrecord',
            name='written_on',
            field=models.DateField(blank=True, null=True, verbose_name='Datum des Schreibens'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='zu den Akten verfügt (zdA)'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='collective',
            field=models.BooleanField(default=False, verbose_name='Sammelakte'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='confidentiality',
            field=models.CharField(blank=True, choices=[('', 'nicht angegeben'), ('003', 'offen'), ('002', 'nur für den Dienstgebrauch'), ('005', 'vertraulich'), ('001', 'geheim'), ('004', 'streng geheim')], default='', max_length=3, verbose_name='Vertraulichkeitsstufe'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='details',
            field=models.JSONField(blank=True, default=dict, verbose_name='weitere Metadaten'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.office', verbose_name='Amt'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='opened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='angelegt'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='origin',
            field=models.CharField(choices=[('own', 'hier entstanden'), ('taken_over', 'übernommen'), ('offered', 'angeboten')], default='own', max_length=12, verbose_name='Herkunft'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subfiles', to='records.filerecord', verbose_name='übergeordnete Akte'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='position',
            field=models.PositiveIntegerField(default=0, verbose_name='Reihenfolge'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='reference',
            field=models.TextField(blank=True, default='', verbose_name='Kennzeichen'),
        ),
        migrations.AlterField(
            model_name='filerecord',
            name='subject',
            field=models.TextField(blank=True, verbose_name='Betreff'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='uid',
            field=models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, verbose_name='xdomea-UUID'),
        ),
        migrations.AddField(
            model_name='filerecord',
            name='uid_text',
            field=models.CharField(blank=True, default='', max_length=36, verbose_name='Schreibweise der UUID'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='confidentiality',
            field=models.CharField(blank=True, choices=[('', 'nicht angegeben'), ('003', 'offen'), ('002', 'nur für den Dienstgebrauch'), ('005', 'vertraulich'), ('001', 'geheim'), ('004', 'streng geheim')], default='', max_length=3, verbose_name='Vertraulichkeitsstufe'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='details',
            field=models.JSONField(blank=True, default=dict, verbose_name='weitere Metadaten'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.office', verbose_name='Amt'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='origin',
            field=models.CharField(choices=[('own', 'hier entstanden'), ('taken_over', 'übernommen'), ('offered', 'angeboten')], default='own', max_length=12, verbose_name='Herkunft'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subprocesses', to='records.processrecord', verbose_name='übergeordneter Vorgang'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='position',
            field=models.PositiveIntegerField(default=0, verbose_name='Reihenfolge'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='uid',
            field=models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, verbose_name='xdomea-UUID'),
        ),
        migrations.AddField(
            model_name='processrecord',
            name='uid_text',
            field=models.CharField(blank=True, default='', max_length=36, verbose_name='Schreibweise der UUID'),
        ),
        migrations.AlterField(
            model_name='documentrecord',
            name='direction',
            field=models.CharField(choices=[('in', 'Eingang'), ('out', 'Ausgang'), ('internal', 'intern')], default='internal', max_length=10, verbose_name='Richtung'),
        ),
        migrations.AlterField(
            model_name='documentrecord',
            name='kind',
            field=models.TextField(blank=True, default='', verbose_name='Dokumenttyp'),
        ),
        migrations.AlterField(
            model_name='documentrecord',
            name='process',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='records.processrecord', verbose_name='Vorgang in der Akte'),
        ),
        migrations.AlterField(
            model_name='filerecord',
            name='plan_unit',
            field=models.TextField(blank=True, default='', verbose_name='Aktenplaneinheit'),
        ),
        migrations.AlterField(
            model_name='processrecord',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='processes', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AlterField(
            model_name='processrecord',
            name='reference',
            field=models.TextField(blank=True, default='', verbose_name='Kennzeichen'),
        ),
        migrations.AlterField(
            model_name='processrecord',
            name='retention_years',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Aufbewahrungsdauer in Jahren'),
        ),
        migrations.AlterField(
            model_name='processrecord',
            name='subject',
            field=models.TextField(blank=True, verbose_name='Betreff'),
        ),
        # Until now every file was the collective file of its plan unit.
        migrations.RunSQL(
            "UPDATE records_filerecord SET collective = true, reference = plan_unit", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name='filerecord',
            index=models.Index(fields=['tenant_id', 'parent', 'id'], name='records_file_roots'),
        ),
        migrations.AddConstraint(
            model_name='documentrecord',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'uid'), name='document_record_uid_once'),
        ),
        migrations.AddConstraint(
            model_name='documentrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attachment_of__isnull', True), ('file__isnull', True), ('process__isnull', True)), models.Q(('file__isnull', True), ('part_of__isnull', True), ('process__isnull', True)), models.Q(('attachment_of__isnull', True), ('part_of__isnull', True), ('process__isnull', True)), models.Q(('attachment_of__isnull', True), ('file__isnull', True), ('part_of__isnull', True)), _connector='OR'), name='document_record_has_one_parent'),
        ),
        migrations.AddConstraint(
            model_name='filerecord',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'uid'), name='file_record_uid_once'),
        ),
        migrations.AddConstraint(
            model_name='filerecord',
            constraint=models.UniqueConstraint(condition=models.Q(('collective', True)), fields=('tenant_id', 'plan_unit'), name='one_collective_file_per_plan_unit'),
        ),
        migrations.AddConstraint(
            model_name='processrecord',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'uid'), name='process_record_uid_once'),
        ),
        migrations.AddConstraint(
            model_name='processrecord',
            constraint=models.UniqueConstraint(condition=models.Q(('origin', 'own')), fields=('tenant_id', 'reference'), name='own_process_record_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='processrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('origin', 'own'), ('retention_until_on__isnull', True)), models.Q(('closed_at__isnull', False), ('origin', 'own'), ('retention_until_on__isnull', False)), models.Q(('origin', 'own'), _negated=True), _connector='OR'), name='closed_record_has_retention_end'),
        ),
        migrations.AddConstraint(
            model_name='processrecord',
            constraint=models.CheckConstraint(condition=models.Q(('file__isnull', False), ('parent__isnull', False), _negated=True), name='process_record_has_one_parent'),
        ),
        migrations.AddField(
            model_name='circulationstep',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.documentrecord', verbose_name='Dokument'),
        ),
        migrations.AddField(
            model_name='circulationstep',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AddField(
            model_name='circulationstep',
            name='process',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.processrecord', verbose_name='Vorgang in der Akte'),
        ),
        migrations.AddField(
            model_name='crossreference',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.documentrecord', verbose_name='Dokument'),
        ),
        migrations.AddField(
            model_name='crossreference',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AddField(
            model_name='crossreference',
            name='process',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.processrecord', verbose_name='Vorgang in der Akte'),
        ),
        migrations.AddConstraint(
            model_name='fileplan',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'title', 'version'), name='file_plan_version_once'),
        ),
        migrations.AddField(
            model_name='fileplanunit',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='records.fileplanunit', verbose_name='übergeordnete Einheit'),
        ),
        migrations.AddField(
            model_name='fileplanunit',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='records.fileplan', verbose_name='Aktenplan'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.documentrecord', verbose_name='Dokument'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='process',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.processrecord', verbose_name='Vorgang in der Akte'),
        ),
        migrations.AddField(
            model_name='recordcontact',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.documentrecord', verbose_name='Dokument'),
        ),
        migrations.AddField(
            model_name='recordcontact',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.filerecord', verbose_name='Akte'),
        ),
        migrations.AddField(
            model_name='recordcontact',
            name='process',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='records.processrecord', verbose_name='Vorgang in der Akte'),
        ),
        migrations.AddConstraint(
            model_name='recordmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('direction', 'in')), fields=('tenant_id', 'process_uid', 'message_type', 'sha256'), name='record_message_taken_in_once'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appraisals', to='records.recordmessage', verbose_name='xdomea-Nachricht'),
        ),
        migrations.AddConstraint(
            model_name='circulationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('file__isnull', False), ('process__isnull', True)), models.Q(('document__isnull', True), ('file__isnull', True), ('process__isnull', False)), models.Q(('document__isnull', False), ('file__isnull', True), ('process__isnull', True)), _connector='OR'), name='circulationstep_on_one_object'),
        ),
        migrations.AddConstraint(
            model_name='crossreference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('file__isnull', False), ('process__isnull', True)), models.Q(('document__isnull', True), ('file__isnull', True), ('process__isnull', False)), models.Q(('document__isnull', False), ('file__isnull', True), ('process__isnull', True)), _connector='OR'), name='crossreference_on_one_object'),
        ),
        migrations.AddConstraint(
            model_name='historyentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('file__isnull', False), ('process__isnull', True)), models.Q(('document__isnull', True), ('file__isnull', True), ('process__isnull', False)), models.Q(('document__isnull', False), ('file__isnull', True), ('process__isnull', True)), _connector='OR'), name='historyentry_on_one_object'),
        ),
        migrations.AddConstraint(
            model_name='recordcontact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('file__isnull', False), ('process__isnull', True)), models.Q(('document__isnull', True), ('file__isnull', True), ('process__isnull', False)), models.Q(('document__isnull', False), ('file__isnull', True), ('process__isnull', True)), _connector='OR'), name='recordcontact_on_one_object'),
        ),
        migrations.AddConstraint(
            model_name='appraisal',
            constraint=models.UniqueConstraint(fields=('message', 'target_uid'), name='appraisal_once_per_message'),
        ),
        EnableRowSecurity("records_appraisal"),
        EnableRowSecurity("records_circulationstep"),
        EnableRowSecurity("records_crossreference"),
        EnableRowSecurity("records_fileplan"),
        EnableRowSecurity("records_fileplanunit"),
        EnableRowSecurity("records_historyentry"),
        EnableRowSecurity("records_recordcontact"),
        EnableRowSecurity("records_recordmessage"),
    ]
