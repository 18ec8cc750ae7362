"""What is published or submitted does not change, whoever asks (also a direct UPDATE)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION forms_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a published form version is never deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'draft' THEN
        RETURN NEW;
    END IF;
    IF (OLD.state = 'retired' AND NEW.state <> 'retired') OR NEW.state NOT IN ('published', 'retired')
       OR NEW.tenant_id <> OLD.tenant_id
       OR NEW.definition_id <> OLD.definition_id
       OR NEW.number <> OLD.number
       OR NEW.model <> OLD.model
       OR NEW.ruleset <> OLD.ruleset
       OR NEW.texts <> OLD.texts
       OR NEW.code_list_ids <> OLD.code_list_ids
       OR NEW.published_at IS DISTINCT FROM OLD.published_at
       OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id
       OR NEW.source_file_id IS DISTINCT FROM OLD.source_file_id
       OR NEW.source_sha256 <> OLD.source_sha256 THEN
        RAISE EXCEPTION 'a published form version does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_keep_published BEFORE UPDATE OR DELETE ON forms_formversion
    FOR EACH ROW EXECUTE FUNCTION forms_keep_published();

CREATE FUNCTION forms_keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submission does not change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER forms_keep_submission BEFORE UPDATE ON forms_submission
    FOR EACH ROW EXECUTE FUNCTION forms_keep_submission();
CREATE TRIGGER forms_keep_submission_file BEFORE UPDATE ON forms_submissionfile
    FOR EACH ROW EXECUTE FUNCTION forms_keep_submission();
CREATE TRIGGER forms_keep_code_list_entry BEFORE UPDATE ON forms_codelistentry
    FOR EACH ROW EXECUTE FUNCTION forms_keep_submission();
"""

BACKWARD = """
DROP TRIGGER forms_keep_code_list_entry ON forms_codelistentry;
DROP TRIGGER forms_keep_submission_file ON forms_submissionfile;
DROP TRIGGER forms_keep_submission ON forms_submission;
DROP FUNCTION forms_keep_submission();
DROP TRIGGER forms_keep_published ON forms_formversion;
DROP FUNCTION forms_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
