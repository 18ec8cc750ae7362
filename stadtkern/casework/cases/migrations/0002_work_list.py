"""Indexes for every order and filter of the work list, and the words of names, kept by a trigger.

``LIKE`` cannot use an index under row security (it may leak), ``starts_with`` on a stored word can.
"""

import django.db.models.deletion
import stadtkern.foundation.tenancy.api
from django.conf import settings
from django.db import migrations, models
from stadtkern.foundation.tenancy.rls import EnableRowSecurity

FOLD = r"""
CREATE FUNCTION cases_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(replace(replace(translate(
        regexp_replace(normalize(lower(value), NFKD), '[\u0300-\u036F]', '', 'g'), 'łøđðı', 'lodđi'
    ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
$$
"""
WORDS = """
CREATE FUNCTION cases_words_of(name text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT left(word, 300)
    FROM regexp_split_to_table(cases_fold(name), '[^[:alnum:]]+') AS word WHERE word <> ''
$$
"""
KEEP = """
CREATE FUNCTION cases_keep_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.applicant_name = OLD.applicant_name THEN
            RETURN NULL;
        END IF;
        DELETE FROM cases_nameword WHERE case_id = NEW.id;
    END IF;
    INSERT INTO cases_nameword (tenant_id, case_id, word)
    SELECT NEW.tenant_id, NEW.id, word FROM cases_words_of(NEW.applicant_name) AS word;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER cases_name_words AFTER INSERT OR UPDATE OF applicant_name ON cases_case
FOR EACH ROW EXECUTE FUNCTION cases_keep_name_words()
"""
FILL = """
INSERT INTO cases_nameword (tenant_id, case_id, word)
SELECT c.tenant_id, c.id, word FROM cases_case c, cases_words_of(c.applicant_name) AS word
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_initial'),
        ('organizations', '0002_brand_and_operator'),
        ('processes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NameWord',
            fields=[
                ('id', models.UUIDField(db_default=stadtkern.foundation.tenancy.api.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(db_index=True, default=stadtkern.foundation.tenancy.api.current_id, editable=False)),
                ('word', models.CharField(max_length=300, verbose_name='Wort')),
            ],
            options={
                'verbose_name': 'Wort eines Namens',
                'verbose_name_plural': 'Wörter von Namen',
            },
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_team_worklist',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_own_worklist',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_office_worklist',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_arrival',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'team', 'state_kind', 'service_slug'], name='case_of_team'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'office', 'state_kind', 'service_slug'], name='case_of_office'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'assignee', 'state_kind', 'service_slug'], name='case_of_worker'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'state_kind', 'service_slug'], name='case_of_service'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'due_on', 'id'], name='case_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'received_at', 'id'], name='case_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'applicant_name', 'id'], name='case_by_name'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'service_title', 'id'], name='case_by_title'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state_kind__in', ['open', 'waiting'])), fields=['tenant_id', 'due_on', 'id'], name='case_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state_kind__in', ['open', 'waiting'])), fields=['tenant_id', 'received_at', 'id'], name='case_open_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state_kind__in', ['open', 'waiting'])), fields=['tenant_id', 'number'], name='case_open_by_number'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state_kind__in', ['open', 'waiting']), ('assignee__isnull', True)), fields=['tenant_id', 'due_on', 'id'], name='case_unassigned_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'awaiting_second')), fields=['tenant_id', 'due_on', 'id'], name='case_to_release_by_due'),
        ),
        migrations.AddField(
            model_name='nameword',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='name_words', to='cases.case', verbose_name='Vorgang'),
        ),
        migrations.AddIndex(
            model_name='nameword',
            index=models.Index(fields=['tenant_id', 'word', 'case'], name='name_word_of_case'),
        ),
        migrations.AddConstraint(
            model_name='nameword',
            constraint=models.UniqueConstraint(fields=('case', 'word'), name='name_word_once_per_case'),
        ),
        EnableRowSecurity("cases_nameword"),
        migrations.RunSQL(FOLD, "DROP FUNCTION cases_fold(text)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION cases_words_of(text)"),
        migrations.RunSQL(KEEP, "DROP FUNCTION cases_keep_name_words()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER cases_name_words ON cases_case"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
