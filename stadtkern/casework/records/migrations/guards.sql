-- After zdA nothing changes in a record, whoever asks; documents and their versions never change at all.
DROP TRIGGER records_document_immutable ON records_documentrecord;
DROP FUNCTION records_refuse_when_closed();
DROP TRIGGER records_process_closed ON records_processrecord;
DROP FUNCTION records_refuse_change_of_closed();

-- Whether a file, or one it lies in, is closed.
CREATE FUNCTION records_file_closed(target uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT id, parent_id, closed_at FROM records_filerecord WHERE id = target
        UNION ALL
        SELECT f.id, f.parent_id, f.closed_at FROM records_filerecord f JOIN up ON f.id = up.parent_id
    ) SELECT EXISTS (SELECT 1 FROM up WHERE closed_at IS NOT NULL)
$$;

-- Whether a process record, one it is part of, or the file it lies in, is closed.
CREATE FUNCTION records_process_closed(target uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT id, parent_id, file_id, closed_at FROM records_processrecord WHERE id = target
        UNION ALL
        SELECT p.id, p.parent_id, p.file_id, p.closed_at FROM records_processrecord p JOIN up ON p.id = up.parent_id
    ) SELECT EXISTS (SELECT 1 FROM up WHERE closed_at IS NOT NULL OR (file_id IS NOT NULL AND records_file_closed(file_id)))
$$;

CREATE FUNCTION records_document_closed(target uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT id, process_id, file_id, attachment_of_id, part_of_id FROM records_documentrecord WHERE id = target
        UNION ALL
        SELECT d.id, d.process_id, d.file_id, d.attachment_of_id, d.part_of_id
            FROM records_documentrecord d JOIN up ON d.id IN (up.attachment_of_id, up.part_of_id)
    ) SELECT EXISTS (
        SELECT 1 FROM up WHERE (process_id IS NOT NULL AND records_process_closed(process_id))
            OR (file_id IS NOT NULL AND records_file_closed(file_id)))
$$;

CREATE FUNCTION records_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'records are removed by disposal only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.parent_id IS NOT NULL AND records_file_closed(NEW.parent_id) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.closed_at IS NOT NULL
       AND (NEW.closed_at IS NOT NULL OR to_jsonb(NEW) - 'closed_at' <> to_jsonb(OLD) - 'closed_at') THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_filerecord
    FOR EACH ROW EXECUTE FUNCTION records_guard_file();

CREATE FUNCTION records_guard_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['closed_at', 'retention_until_on'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'records are removed by disposal only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.file_id IS NOT NULL AND records_file_closed(NEW.file_id))
       OR (NEW.parent_id IS NOT NULL AND records_process_closed(NEW.parent_id)) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.closed_at IS NOT NULL
       AND (NEW.closed_at IS NOT NULL OR to_jsonb(NEW) - free <> to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_processrecord
    FOR EACH ROW EXECUTE FUNCTION records_guard_process();

CREATE FUNCTION records_guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'documents of a record are immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.process_id IS NOT NULL AND records_process_closed(NEW.process_id))
       OR (NEW.file_id IS NOT NULL AND records_file_closed(NEW.file_id))
       OR records_document_closed(COALESCE(NEW.attachment_of_id, NEW.part_of_id)) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_documentrecord
    FOR EACH ROW EXECUTE FUNCTION records_guard_document();

CREATE FUNCTION records_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'versions of a document are immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF records_document_closed(NEW.document_id) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_documentversion
    FOR EACH ROW EXECUTE FUNCTION records_guard_version();

CREATE FUNCTION records_guard_format() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'versions of a document are immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF records_document_closed((SELECT document_id FROM records_documentversion WHERE id = NEW.version_id)) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_documentformat
    FOR EACH ROW EXECUTE FUNCTION records_guard_format();

-- History, steps, contacts and references: added while the record is open, never changed; steps may change while it is open.
CREATE FUNCTION records_guard_around() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND TG_TABLE_NAME <> 'records_circulationstep') THEN
        RAISE EXCEPTION 'what hangs on a record is immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.file_id IS NOT NULL AND records_file_closed(NEW.file_id))
       OR (NEW.process_id IS NOT NULL AND records_process_closed(NEW.process_id))
       OR (NEW.document_id IS NOT NULL AND records_document_closed(NEW.document_id)) THEN
        RAISE EXCEPTION 'the record is closed (zdA)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_historyentry
    FOR EACH ROW EXECUTE FUNCTION records_guard_around();
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_circulationstep
    FOR EACH ROW EXECUTE FUNCTION records_guard_around();
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_recordcontact
    FOR EACH ROW EXECUTE FUNCTION records_guard_around();
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_crossreference
    FOR EACH ROW EXECUTE FUNCTION records_guard_around();
