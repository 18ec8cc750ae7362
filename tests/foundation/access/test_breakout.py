"""Break-out attempts: the application's own database role and pages, used against another municipality.

Every attempt is named; one *succeeds* when it reads, changes or merely notices something of the other municipality.
Known and accepted: the role may set ``stadtkern.tenant`` (row security is the second layer behind the policies), and
PostgreSQL's statistics tell how many rows a table has altogether.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.accounts.models import Account, SignOnProvider
from stadtkern.foundation.organizations.models import Office, Team
from stadtkern.foundation.places.models import District, Street
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.foundation.tenancy.api import TenantModel

pytestmark = pytest.mark.django_db

SECRET = "Geheimamt-Bodenheim"
TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel)), key=lambda m: m._meta.db_table
)


class Target:
    """What the attacker (acting for Mainz) is after."""

    def __init__(self, mainz: Any, bodenheim: Any) -> None:
        self.own, self.other = mainz.pk, bodenheim.pk
        with tenancy.act_for(bodenheim.pk):
            office = Office.objects.create(slug="geheim", name=SECRET, phone="4711")
            self.office_id = office.pk
            self.team_id = Team.objects.create(slug="geheim", name=SECRET, office=office).pk
            account = Account.objects.create(username="bod", kind="staff", home=bodenheim)
            deputy = Account.objects.create(username="bod2", kind="staff", home=bodenheim)
            self.account_id = account.pk
            self.role_id = RoleAssignment.objects.create(
                account=account, role="administrator", valid_from_on=date(2025, 1, 1)
            ).pk
            self.absence_id = Absence.objects.create(
                account=account, deputy=deputy, from_on=date(2025, 1, 1), to_on=date(2027, 1, 1)
            ).pk
            district = District.objects.create(key="geheim", name=SECRET)
            self.district_id = district.pk
            Street.objects.create(name=SECRET, district=district, postcode="55294")
            self.provider_id = SignOnProvider.objects.create(
                key="geheim", name=SECRET, audience="staff", server_url="https://x.example", client_id=SECRET
            ).pk
        self.own_office_id = Office.objects.create(slug="eigen", name="Eigenes Amt").pk


@pytest.fixture
def target(mainz: Any, bodenheim: Any) -> Target:
    return Target(mainz, bodenheim)


@pytest.fixture(scope="session", autouse=True)
def tally(request: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    counted = {"attempts": 0, "succeeded": 0}
    yield counted
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        reporter.write_line(f"break-out: {counted['attempts']} attempts, {counted['succeeded']} succeeded")


def attempt(tally: dict[str, int], name: str, try_it: Callable[[], object]) -> None:
    """Run one attempt in a savepoint; a database error is a refusal; anything truthy is a success of the attacker."""
    tally["attempts"] += 1
    try:
        with transaction.atomic():
            got = try_it()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Error:
        got = None
    if got:
        tally["succeeded"] += 1
        pytest.fail(f"break-out succeeded: {name}: {got!r}")


def rows(sql: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def value(sql: str, *params: object) -> Any:
    found = rows(sql, *params)
    return found[0][0] if found else None


def changed(sql: str, *params: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.rowcount


def done(sql: str, *params: object) -> bool:
    """For statements that must be refused as a whole."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
    return True


def message_of(sql: str, *params: object) -> str:
    """The error of a statement, when it betrays the other's data."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params or None)
    except Error as error:
        return str(error) if SECRET in str(error) or "division by zero" in str(error) else ""
    return ""


# Reading: (name, SQL with one %s for the other's tenant id); any row or number but zero is a leak.
READS = [
    ("select by tenant", "SELECT name FROM organizations_office WHERE tenant_id = %s"),
    ("select by name", f"SELECT id FROM organizations_office WHERE name = '{SECRET}' OR tenant_id = %s"),
    ("count aggregate", "SELECT NULLIF(count(*), 0) FROM organizations_office WHERE tenant_id = %s"),
    ("filtered aggregate", "SELECT NULLIF(count(*) FILTER (WHERE tenant_id = %s), 0) FROM organizations_office"),
    ("max aggregate", "SELECT max(name) FROM organizations_office WHERE tenant_id = %s"),
    ("array aggregate", "SELECT array_agg(name) FROM organizations_office WHERE tenant_id = %s HAVING count(*) > 0"),
    ("join over the municipality", "SELECT o.name FROM organizations_municipality m JOIN organizations_office o ON o.tenant_id = m.id WHERE m.id = %s"),
    ("join over the account", "SELECT r.role FROM accounts_account a JOIN access_roleassignment r ON r.account_id = a.id WHERE r.tenant_id = %s"),
    ("lateral join", "SELECT x.name FROM organizations_municipality m, LATERAL (SELECT name FROM organizations_office o WHERE o.tenant_id = m.id) x WHERE m.id = %s"),
    ("exists subquery", "SELECT 1 FROM organizations_municipality m WHERE m.id = %s AND EXISTS (SELECT 1 FROM organizations_office o WHERE o.tenant_id = m.id)"),
    ("materialized cte", "WITH o AS MATERIALIZED (SELECT * FROM organizations_office) SELECT name FROM o WHERE tenant_id = %s"),
    ("recursive cte", "WITH RECURSIVE o AS (SELECT id, tenant_id FROM organizations_office WHERE parent_id IS NULL UNION SELECT c.id, c.tenant_id FROM organizations_office c JOIN o ON c.parent_id = o.id) SELECT id FROM o WHERE tenant_id = %s"),
    ("window function", "SELECT name FROM (SELECT name, tenant_id, row_number() OVER () FROM organizations_office) w WHERE tenant_id = %s"),
    ("union", "SELECT name FROM organizations_team WHERE tenant_id = %s UNION SELECT name FROM organizations_office WHERE name LIKE 'Geheim%%'"),
    ("full text search", f"SELECT name FROM organizations_office WHERE to_tsvector('german', name) @@ plainto_tsquery('german', '{SECRET}') OR tenant_id = %s"),
    ("pattern match", "SELECT name FROM organizations_office WHERE name ~* 'geheim' OR tenant_id = %s"),
    ("row as jsonb", "SELECT to_jsonb(o) FROM organizations_office o WHERE (to_jsonb(o) ->> 'tenant_id')::uuid = %s"),
    ("jsonb outline", "SELECT d.outline FROM places_district d WHERE d.tenant_id = %s"),
    ("row lock", "SELECT name FROM organizations_office WHERE tenant_id = %s FOR UPDATE"),
    ("system columns", "SELECT ctid, xmin FROM organizations_office WHERE tenant_id = %s"),
    ("row by its physical place", "SELECT name FROM organizations_office WHERE ctid = ANY (ARRAY(SELECT ('(0,' || n || ')')::tid FROM generate_series(1, 50) n)) AND tenant_id = %s"),
    ("statistics of the columns", f"SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'organizations_office' AND most_common_vals::text LIKE '%%{SECRET}%%' AND %s::uuid IS NOT NULL"),
    ("raw statistics", "SELECT stavalues1::text FROM pg_statistic WHERE %s::uuid IS NOT NULL"),
    ("password hashes of roles", "SELECT rolpassword FROM pg_authid WHERE %s::uuid IS NOT NULL"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sql"), READS, ids=[name for name, _ in READS])
def test_reading(target: Target, tally: dict[str, int], name: str, sql: str) -> None:
    def read() -> object:
        return [row for row in rows(sql, target.other) if row[0] is not None]

    attempt(tally, name, read)


# Rights: statements that the application's role must be refused altogether.
FORBIDDEN = [
    ("become the owner", "SET ROLE stadtkern_owner"),
    ("become the superuser", "SET ROLE postgres"),
    ("other session authorization", "SET SESSION AUTHORIZATION stadtkern_owner"),
    ("bypass row security by role", "ALTER ROLE stadtkern_app BYPASSRLS"),
    ("make itself superuser", "ALTER ROLE stadtkern_app SUPERUSER"),
    ("create a role", "CREATE ROLE intruder LOGIN"),
    ("join the owner's role", "GRANT stadtkern_owner TO stadtkern_app"),
    ("join the readers of all data", "GRANT pg_read_all_data TO stadtkern_app"),
    ("disable row security", "ALTER TABLE organizations_office DISABLE ROW LEVEL SECURITY"),
    ("drop the policy", "DROP POLICY tenant_isolation ON organizations_office"),
    ("loosen the policy", "ALTER POLICY tenant_isolation ON organizations_office USING (true)"),
    ("add a permissive policy", "CREATE POLICY all_rows ON organizations_office USING (true)"),
    ("change the owner", "ALTER TABLE organizations_office OWNER TO stadtkern_app"),
    ("create a table", "CREATE TABLE public.loot AS SELECT * FROM organizations_office"),
    ("create a temporary table that shadows", "CREATE TEMP TABLE organizations_office (id uuid)"),
    ("create a schema", "CREATE SCHEMA loot"),
    ("create a view as the owner", "CREATE VIEW public.loot AS SELECT * FROM organizations_office"),
    ("create a security definer function", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"),
    ("create a cheap leaking function", "CREATE FUNCTION pg_temp.f(text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'"),
    ("replace the tenant check", "CREATE OR REPLACE FUNCTION stadtkern_same_tenant() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"),
    ("call the tenant check directly", "SELECT stadtkern_same_tenant()"),
    ("create an operator", "CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)"),
    ("create an event trigger", "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION stadtkern_same_tenant()"),
    ("drop the trigger of a key", "ALTER TABLE organizations_team DISABLE TRIGGER ALL"),
    ("skip triggers as a replica", "SET session_replication_role = replica"),
    ("empty a table", "TRUNCATE organizations_office CASCADE"),
    ("run a program by copy", "COPY (SELECT 1) TO PROGRAM 'id > /dev/null'"),
    ("read a program by copy", "COPY organizations_office (name) FROM PROGRAM 'echo x'"),
    ("write a file by copy", "COPY organizations_office TO '/tmp/loot.csv'"),
    ("read a file of the server", "SELECT pg_read_file('PG_VERSION')"),
    ("list files of the server", "SELECT pg_ls_dir('.')"),
    ("import a file as large object", "SELECT lo_import('/etc/hostname')"),
    ("load a library", "LOAD 'dblink'"),
    ("install an extension", "CREATE EXTENSION dblink"),
    ("create a foreign server", "CREATE FOREIGN DATA WRAPPER loot"),
    ("change a server setting", "ALTER SYSTEM SET log_statement = 'all'"),
    ("change a role's default tenant", "ALTER ROLE stadtkern_owner SET stadtkern.tenant = ''"),
    ("subscribe to the write-ahead log", "SELECT pg_create_logical_replication_slot('loot', 'test_decoding')"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sql"), FORBIDDEN, ids=[name for name, _ in FORBIDDEN])
def test_rights_the_role_does_not_have(target: Target, tally: dict[str, int], name: str, sql: str) -> None:
    attempt(tally, name, lambda: done(sql.replace("%", "%%") if "%" in sql else sql))


def tricks(t: Target) -> dict[str, Callable[[], object]]:
    """Attempts that need more than one statement."""
    office = "organizations_office"
    fake = uuid4()

    def without_row_security() -> object:
        done("SET LOCAL row_security = off")
        return rows(f"SELECT name FROM {office}")

    def prepared_for_the_other() -> object:
        with tenancy.act_for(t.other):
            done(f"PREPARE loot AS SELECT name FROM {office} WHERE name LIKE 'Geheim%%'")
            done("EXECUTE loot")
        found = rows("EXECUTE loot")
        done("DEALLOCATE loot")
        return found

    def anonymous_block() -> object:
        done(
            "DO $$ DECLARE n text; BEGIN SELECT name INTO STRICT n FROM organizations_office WHERE name LIKE 'Geheim%%';"
            " END $$"
        )
        return True

    def search_path() -> object:
        done("SET LOCAL search_path = pg_temp, pg_catalog, public")
        return rows(f"SELECT name FROM {office} WHERE tenant_id = %s", t.other)

    def key_to_the_other() -> object:
        Team.objects.create(slug="x", name="X", office_id=t.office_id)
        done("SET CONSTRAINTS ALL IMMEDIATE")
        return True

    def key_oracle() -> object:
        """A real foreign id and an invented one must fail alike."""
        texts = []
        for office_id in (t.office_id, fake):
            try:
                with transaction.atomic():
                    Team.objects.create(slug="y", name="Y", office_id=office_id)
                    done("SET CONSTRAINTS ALL IMMEDIATE")
                texts.append("stored")
            except Error as error:
                texts.append(str(error).replace(str(office_id), "<id>"))
        return texts[0] != texts[1] and texts

    def unique_oracle() -> object:
        """The other's short name is free here."""
        try:
            with transaction.atomic():
                Office.objects.create(slug="geheim", name="Gleiches Kürzel")
        except Error as error:
            return str(error)
        return None

    def conflict_update() -> object:
        done(
            f"INSERT INTO {office} (id, tenant_id, slug, name, name_en, address, phone, email, opening_hours, active)"
            " VALUES (%s, %s, 'z', 'Z', '', '', '', '', '', true)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING name",
            t.office_id,
            t.own,
        )
        return True

    def merge() -> object:
        return changed(
            f"MERGE INTO {office} o USING (SELECT %s::uuid AS id) s ON o.id = s.id WHEN MATCHED THEN DELETE",
            t.office_id,
        )

    def delete_using() -> object:
        sql = f"DELETE FROM {office} o USING organizations_municipality m WHERE o.tenant_id = m.id AND m.id = %s"
        return changed(sql, t.other)

    def insert_from_the_other() -> object:
        sql = "INSERT INTO places_district (tenant_id, key, name, schematic, source) SELECT %s, 'k', name, false, ''"
        return changed(f"{sql} FROM {office} WHERE tenant_id = %s", t.own, t.other)

    def copy_out() -> object:
        with connection.cursor() as cursor, cursor.copy(f"COPY {office} (name) TO STDOUT") as copied:
            return SECRET in b"".join(bytes(part) for part in copied).decode()

    def divide_by_zero() -> object:
        sql = f"SELECT 1 FROM {office} WHERE 1 / (CASE WHEN tenant_id = %s THEN 0 ELSE 1 END) = 1"
        return message_of(sql, t.other)

    def cast_error() -> object:
        sql = f"SELECT 1 FROM {office} WHERE CASE WHEN tenant_id = %s THEN name::int > 0 ELSE true END"
        return message_of(sql, t.other)

    def cursor_kept() -> object:
        done(f"DECLARE c NO SCROLL CURSOR FOR SELECT name FROM {office} WHERE tenant_id = '{t.other}'")
        return rows("FETCH ALL FROM c")

    def no_tenant() -> object:
        done("SELECT set_config('stadtkern.tenant', '', true)")
        return rows(f"SELECT name FROM {office}")

    def invented_tenant() -> object:
        done("SELECT set_config('stadtkern.tenant', %s, true)", str(fake))
        return rows(f"SELECT name FROM {office}")

    def injected_tenant() -> object:
        done("SELECT set_config('stadtkern.tenant', %s, true)", f"{t.own}' OR '1'='1")
        return rows(f"SELECT name FROM {office}")

    def reset_tenant() -> object:
        done("RESET stadtkern.tenant")
        return [row for row in rows(f"SELECT name FROM {office}") if row[0] == SECRET]

    def statistics() -> object:
        done("ANALYZE organizations_office")
        return rows("SELECT histogram_bounds FROM pg_stats WHERE tablename = 'organizations_office'")

    def discard_all() -> object:
        return done("DISCARD ALL")  # not inside a transaction: a request cannot wash its tenant off

    def trigger_probe() -> object:
        return changed(
            f"UPDATE {office} SET parent_id = %s WHERE id = %s", t.office_id, t.own_office_id
        ) and done("SET CONSTRAINTS ALL IMMEDIATE")

    return {
        "row security off": without_row_security,
        "plan prepared for the other tenant": prepared_for_the_other,
        "anonymous code block": anonymous_block,
        "search path": search_path,
        "foreign key into the other tenant": key_to_the_other,
        "foreign key as oracle": key_oracle,
        "unique key as oracle": unique_oracle,
        "upsert over the other's row": conflict_update,
        "merge": merge,
        "delete using": delete_using,
        "insert from select": insert_from_the_other,
        "copy to stdout": copy_out,
        "division by zero as oracle": divide_by_zero,
        "cast error as oracle": cast_error,
        "cursor": cursor_kept,
        "without a tenant": no_tenant,
        "with an invented tenant": invented_tenant,
        "with an injected tenant": injected_tenant,
        "after reset": reset_tenant,
        "statistics gathered by oneself": statistics,
        "discard all": discard_all,
        "own row moved under the other's": trigger_probe,
    }


TRICKS = list(tricks(Target.__new__(Target)))


@pytest.mark.parametrize("name", TRICKS)
def test_tricks(target: Target, tally: dict[str, int], name: str) -> None:
    attempt(tally, name, tricks(target)[name])


@pytest.mark.parametrize("model", TENANT_MODELS, ids=[model._meta.db_table for model in TENANT_MODELS])
def test_every_tenant_table(target: Target, tally: dict[str, int], model: Any) -> None:
    table = model._meta.db_table

    def select() -> object:
        return rows(f'SELECT id FROM "{table}" WHERE tenant_id <> %s', target.own)

    def insert() -> object:
        """Row security is checked before any other constraint, so nothing else need be filled in."""
        try:
            with transaction.atomic():
                done(f'INSERT INTO "{table}" (tenant_id) VALUES (%s)', target.other)
        except Error as error:
            text = str(error)
            refused = (
                "row-level security",
                "permission denied",
                "audit:",
            )  # the log's guard comes even earlier
            return None if any(word in text for word in refused) else text
        return "stored"

    def update() -> object:
        return changed(f'UPDATE "{table}" SET tenant_id = tenant_id WHERE tenant_id = %s', target.other)

    def take_over() -> object:
        return changed(f'UPDATE "{table}" SET tenant_id = %s WHERE tenant_id = %s', target.own, target.other)

    def push() -> object:
        return changed(f'UPDATE "{table}" SET tenant_id = %s', target.other)

    def delete() -> object:
        return changed(f'DELETE FROM "{table}" WHERE tenant_id = %s', target.other)

    for verb in (select, insert, update, take_over, push, delete):
        attempt(tally, f"{verb.__name__} {table}", verb)


def test_there_are_at_least_forty_attempts() -> None:
    assert len(READS) + len(FORBIDDEN) + len(TRICKS) >= 40


def test_the_attacks_would_work_without_row_security(target: Target) -> None:
    """The tests can fail: acting for Bodenheim, the same statements find the secret."""
    with tenancy.act_for(UUID(str(target.other))):
        found = [name for name, sql in READS[:20] if [r for r in rows(sql, target.other) if r[0] is not None]]
    assert len(found) >= 18, found
