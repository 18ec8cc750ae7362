-- A foreign key between two tenant tables must stay inside the tenant. PostgreSQL checks foreign keys as the owner of
-- the table, past row security: without this, a row could refer to another municipality's row, and whoever guesses ids
-- could learn which exist. Runs at commit just before the key itself (triggers of one event fire in the order of their
-- names: "A_…" before "RI_…") and fails in the same way for a foreign row and for one that does not exist.
CREATE OR REPLACE FUNCTION stadtkern_same_tenant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    wanted uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    found uuid;
    still_there boolean;
BEGIN
    IF wanted IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT tenant_id FROM public.%I WHERE id = $1', TG_ARGV[1]) INTO found USING wanted;
    IF found IS DISTINCT FROM NEW.tenant_id THEN
        -- A row that was changed or deleted again before the commit is no longer bound by this event (as with the key itself).
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND %I = $2)', TG_TABLE_NAME, TG_ARGV[0])
            INTO still_there USING (to_jsonb(NEW) ->> 'id')::uuid, wanted;
        IF NOT still_there THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'insert or update on table "%" violates foreign key constraint "%"', TG_TABLE_NAME, TG_ARGV[2]
            USING ERRCODE = 'foreign_key_violation',
                  DETAIL = format('Key is not present in table "%s".', TG_ARGV[1]),
                  CONSTRAINT = TG_ARGV[2], TABLE = TG_TABLE_NAME, SCHEMA = 'public';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION stadtkern_same_tenant() FROM PUBLIC;

DO $$
DECLARE
    key record;
BEGIN
    FOR key IN
        SELECT con.conname, child.relname AS child, parent.relname AS parent, col.attname AS column_name
        FROM pg_constraint con
        JOIN pg_class child ON child.oid = con.conrelid AND child.relrowsecurity
        JOIN pg_class parent ON parent.oid = con.confrelid AND parent.relrowsecurity
        JOIN pg_namespace ns ON ns.oid = child.relnamespace AND ns.nspname = 'public'
        JOIN pg_attribute col ON col.attrelid = con.conrelid AND col.attnum = con.conkey[1]
        WHERE con.contype = 'f' AND cardinality(con.conkey) = 1 AND con.conparentid = 0
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = child.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = parent.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
          AND NOT EXISTS (
              SELECT FROM pg_trigger t WHERE t.tgrelid = child.oid AND t.tgname = left('A_' || con.conname, 63)
          )
    LOOP
        EXECUTE format(
            'CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OF %I, tenant_id ON public.%I '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stadtkern_same_tenant(%L, %L, %L)',
            left('A_' || key.conname, 63), key.column_name, key.child, key.column_name, key.parent, key.conname
        );
    END LOOP;
END $$;
