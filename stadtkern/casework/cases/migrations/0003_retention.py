"""Until when a closed case is kept, and a hold that stops its erasure."""

from django.conf import settings
from django.db import migrations, models


FILL = """
UPDATE cases_case c
SET retain_until_on = make_date(
    extract(year FROM c.closed_at AT TIME ZONE 'Europe/Berlin')::int + 1 + (v.definition ->> 'retention_years')::int, 1, 1
)
FROM processes_processversion v WHERE v.id = c.process_version_id AND c.closed_at IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_work_list'),
        ('organizations', '0002_brand_and_operator'),
        ('processes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='held_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Löschsperre seit'),
        ),
        migrations.AddField(
            model_name='case',
            name='held_reason',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='Grund der Löschsperre'),
        ),
        migrations.AddField(
            model_name='case',
            name='retain_until_on',
            field=models.DateField(blank=True, null=True, verbose_name='Aufbewahrung bis (ausschließlich)'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('retain_until_on__isnull', False)), fields=['tenant_id', 'retain_until_on'], name='case_by_end_of_retention'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('held_at__isnull', True), models.Q(('held_reason', ''), _negated=True), _connector='OR'), name='case_hold_has_reason', violation_error_message='Eine Löschsperre braucht einen Grund.'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
