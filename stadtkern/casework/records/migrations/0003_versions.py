"""Documents get versions with formats; what was one file becomes version 1."""

import django.db.models.deletion
import stadtkern.foundation.tenancy.api
from django.db import migrations, models

from stadtkern.foundation.tenancy.rls import EnableRowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0002_immutable'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentFormat',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('uid', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, verbose_name='UUID der Datei')),
                ('code', models.CharField(blank=True, default='', max_length=20, verbose_name='Dateiformat')),
                ('file_name', models.TextField(blank=True, default='', verbose_name='Dateiname im Austausch')),
                ('file_id', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='Datei')),
                ('sha256', models.CharField(blank=True, default='', max_length=64, verbose_name='SHA-256')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='weitere Metadaten')),
            ],
            options={
                'verbose_name': 'Format einer Version',
                'verbose_name_plural': 'Formate der Versionen',
            },
        ),
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='Reihenfolge')),
                ('number', models.TextField(verbose_name='Nummer')),
                ('created_at', models.DateTimeField(verbose_name='aufgenommen')),
            ],
            options={
                'verbose_name': 'Version eines Dokuments',
                'verbose_name_plural': 'Versionen der Dokumente',
            },
        ),
        migrations.AddField(
            model_name='documentversion',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='records.documentrecord', verbose_name='Dokument'),
        ),
        migrations.AddField(
            model_name='documentformat',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='formats', to='records.documentversion', verbose_name='Version eines Dokuments'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('document', 'position'), name='document_version_position_once'),
        ),
        migrations.AddConstraint(
            model_name='documentformat',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='document_format_position_once'),
        ),
        migrations.AddConstraint(
            model_name='documentformat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file_id__isnull', True), ('sha256', '')), models.Q(('file_id__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='stored_format_has_a_hash'),
        ),
        # A document had one file; it becomes its first version. (As owner: row security does not apply.)
        migrations.RunSQL(
            """
            INSERT INTO records_documentversion (tenant_id, document_id, position, number, created_at)
                SELECT tenant_id, id, 0, '1', filed_at FROM records_documentrecord;
            INSERT INTO records_documentformat
                (tenant_id, version_id, position, code, file_name, file_id, sha256, details)
                SELECT v.tenant_id, v.id, 0, '', '', d.file_id, d.sha256, '{}'
                FROM records_documentversion v JOIN records_documentrecord d ON d.id = v.document_id;
            """,
            migrations.RunSQL.noop,
        ),
        EnableRowSecurity("records_documentversion"),
        EnableRowSecurity("records_documentformat"),
    ]
