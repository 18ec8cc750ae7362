"""After zdA nothing changes in a record, whoever asks; versions of processes never change."""

from django.db import migrations

CREATE = """
CREATE FUNCTION records_refuse_when_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    target uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.process_id ELSE NEW.process_id END;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'documents of a record are immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM records_processrecord WHERE id = target AND closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_document_immutable BEFORE INSERT OR UPDATE OR DELETE ON records_documentrecord
    FOR EACH ROW EXECUTE FUNCTION records_refuse_when_closed();

CREATE FUNCTION records_refuse_change_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'records are removed by disposal only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NOT NULL OR NEW.subject <> OLD.subject
        OR NEW.reference <> OLD.reference OR NEW.file_id <> OLD.file_id
        OR NEW.retention_years <> OLD.retention_years) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_process_closed BEFORE UPDATE OR DELETE ON records_processrecord
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change_of_closed();
"""
DROP = """
DROP TRIGGER records_document_immutable ON records_documentrecord;
DROP FUNCTION records_refuse_when_closed();
DROP TRIGGER records_process_closed ON records_processrecord;
DROP FUNCTION records_refuse_change_of_closed();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
