-- Append-only: entries are inserted, sealed once (leaf_index), and erased once by audit_erase_due(). Nothing else.

CREATE FUNCTION audit_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted audit_entry;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.leaf_index IS NOT NULL OR NEW.erased_at IS NOT NULL OR NEW.salt IS NULL THEN
            RAISE EXCEPTION 'audit: a new entry is neither sealed nor erased' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        wanted := OLD;
        IF OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL THEN
            wanted.leaf_index := NEW.leaf_index;
            IF wanted IS NOT DISTINCT FROM NEW THEN
                RETURN NEW;
            END IF;
        ELSIF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
            AND current_user = (SELECT relowner::regrole::name FROM pg_class WHERE oid = TG_RELID) THEN
            wanted.erased_at := NEW.erased_at;
            wanted.at := NULL;
            wanted.actor_kind := '';
            wanted.actor_id := NULL;
            wanted.action := '';
            wanted.object_kind := '';
            wanted.object_id := NULL;
            wanted.outcome := '';
            wanted.reason := '';
            wanted.details := NULL;
            wanted.salt := NULL;
            IF wanted IS NOT DISTINCT FROM NEW THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit: entries are append-only' USING ERRCODE = '42501';
END $$;

CREATE TRIGGER audit_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_guard_entry();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit: the log is append-only' USING ERRCODE = '42501';
END $$;

-- A tile may only grow at its end, up to 256 hashes.
CREATE FUNCTION audit_guard_tile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND NEW.id = OLD.id AND NEW.tenant_id = OLD.tenant_id AND NEW.level = OLD.level AND NEW.number = OLD.number
        AND length(NEW.hashes) BETWEEN length(OLD.hashes) AND 8192
        AND substr(NEW.hashes, 1, length(OLD.hashes)) = OLD.hashes THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit: tiles only grow' USING ERRCODE = '42501';
END $$;

CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_guard_tile();
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_tile FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Whoever else was given rights (the application's role) keeps only those it needs.
DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
        WHERE g.table_schema = current_schema() AND g.table_name = 'audit_entry' AND g.grantee <> current_user
    LOOP
        EXECUTE format('REVOKE ALL ON audit_entry, audit_tile, audit_checkpoint, audit_retentionperiod FROM %I', grantee);
        EXECUTE format('GRANT SELECT, INSERT ON audit_entry, audit_tile, audit_checkpoint TO %I', grantee);
        EXECUTE format('GRANT UPDATE (leaf_index) ON audit_entry TO %I', grantee);
        EXECUTE format('GRANT UPDATE (hashes) ON audit_tile TO %I', grantee);
        EXECUTE format('GRANT SELECT ON audit_retentionperiod TO %I', grantee);
    END LOOP;
END $$;

-- Erases the content of sealed entries of the session's tenant whose class has run out; tells how many.
-- Takes no date: nobody can erase early by naming another one.
CREATE FUNCTION audit_erase_due(at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    erased integer;
    tenant uuid := NULLIF(current_setting('stadtkern.tenant', true), '')::uuid;
BEGIN
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'audit: no tenant' USING ERRCODE = '42501';
    END IF;
    WITH due AS (
        SELECT e.id FROM audit_entry e JOIN audit_retentionperiod r ON r.name = e.retention
        WHERE e.tenant_id = tenant AND e.erased_at IS NULL AND e.leaf_index IS NOT NULL AND r.months IS NOT NULL
          AND now() >= (date_trunc('year', e.recorded_at AT TIME ZONE 'UTC') + interval '1 year'
                        + make_interval(months => r.months)) AT TIME ZONE 'UTC'
        ORDER BY e.id LIMIT at_most FOR UPDATE OF e SKIP LOCKED
    )
    UPDATE audit_entry e SET erased_at = now(), at = NULL, actor_kind = '', actor_id = NULL, action = '',
        object_kind = '', object_id = NULL, outcome = '', reason = '', details = NULL, salt = NULL
    FROM due WHERE e.id = due.id;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;
