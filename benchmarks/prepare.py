"""Steps inside an installation under test (its environment is ours): ``found``, ``cases N``, ``count KEY…``,
``catalog N``."""

from __future__ import annotations

import json
import sys
from typing import Any

from stadtkern.runtime import boot

SERVICE = "hundesteuer-anmeldung"


def found() -> dict[str, Any]:
    """A municipality with one office, one team and the published dog tax."""
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations import rules
    from stadtkern.foundation.organizations.desk import creation
    from stadtkern.foundation.organizations.models import Office, Team
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    made = creation.found_first(
        slug="messstadt", values={"name": "Messstadt", "ags": "07315000", "state": rules.state_of_ags("07315000")},
        admin_login="messung", admin_email="messung@stadt.example", now=clock.now(),
    )  # fmt: skip
    with tenancy.act_for(made.tenant_id):
        office = Office.objects.create(slug="finanzen", name="Amt für Finanzen")
        Team.objects.create(slug="hundesteuer", name="Team Hundesteuer", office=office)
        actor = system(made.tenant_id)
        service = services.adopt(actor=actor, slug=SERVICE, now=clock.now())
        from stadtkern.casework.services.models import Service

        Service.objects.filter(pk=service).update(office=office)
        services.publish(actor=actor, service_id=service, version=1, now=clock.now())
        forms_demo.load_package(SERVICE)
    return {"tenant": str(made.tenant_id)}


def cases(number: int) -> dict[str, Any]:
    """Copies of the newest case in many states, and a session of a caseworker; returns its cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from stadtkern.foundation.access import api as access
    from stadtkern.foundation.accounts import api as accounts
    from stadtkern.foundation.accounts.models import Account
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.organizations.models import Team
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    tenant = organizations.municipalities()[0].id
    with tenancy.act_for(tenant):
        actor, team = access.system(tenant), Team.objects.select_related("office").get()
        account = accounts.create_staff_account(
            actor=actor, login="w.werk", name="Wanda Werk", email="w.werk@stadt.example", now=clock.now()
        )
        access.assign_role(
            actor=actor, account_id=account, role=access.Role.CASEWORKER, office_id=team.office_id, team_id=team.pk,
            valid_from_on=clock.today(), now=clock.now(),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_COPY, [account, number])
            cursor.execute("SELECT count(*) FROM cases_case")
            total = cursor.fetchone()[0]
        row = Account.objects.get(pk=account)
        session = SessionStore()
        session[SESSION_KEY] = str(row.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = row.get_session_auth_hash()
        session[accounts.SECOND_FACTOR] = True
        session[accounts.ASSURANCE] = 1
        session.save()
    return {"cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "cases": total}


_COPY = """
INSERT INTO cases_case (tenant_id, number, service_slug, service_title, submission_id, root_submission_id, channel, state,
  state_kind, revision, applicant_name, applicant_address, applicant_email, language, received_at, due_on, assignee_id,
  office_id, process_version_id, team_id)
SELECT c.tenant_id, 'HA-2020-' || lpad(n::text, 6, '0'), c.service_slug, c.service_title, uuidv7(), uuidv7(), c.channel,
  (ARRAY['received','in_review','waiting_for_applicant','decided','closed'])[1 + n %% 5],
  (ARRAY['open','open','waiting','closed','closed'])[1 + n %% 5], 1,
  (ARRAY['Çelik','Großmüller','Żółkiewski','Nguyễn','Weber'])[1 + n %% 5] || ', Person ' || n, c.applicant_address,
  c.applicant_email, c.language, c.received_at - (n || ' minutes')::interval, c.due_on - (n %% 400 - 200),
  CASE WHEN n %% 3 = 0 THEN %s::uuid END, c.office_id, c.process_version_id, c.team_id
FROM (SELECT * FROM cases_case ORDER BY received_at DESC LIMIT 1) c, generate_series(1, %s) n
"""


def count(keys: list[str]) -> dict[str, Any]:
    """For every submission id: how many submissions and cases there are."""
    from django.db import connection

    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy

    with tenancy.act_for(organizations.municipalities()[0].id), connection.cursor() as cursor:
        cursor.execute("SELECT root_submission_id::text, count(*) FROM cases_case GROUP BY 1")
        found = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM forms_submission")
        submissions = cursor.fetchone()[0]
    return {
        "cases": {key: found.get(key, 0) for key in keys},
        "all_cases": sum(found.values()),
        "submissions": submissions,
    }


def catalog(number: int) -> dict[str, Any]:
    """That many datasets: the first thousand read from a source and compared by a second reading, the others put in at once."""
    import time

    from benchmarks.bench_catalog import PAGE, dataset, source_of
    from stadtkern.data.catalog import actions
    from stadtkern.data.catalog.engine.harvesting import Reading
    from stadtkern.data.catalog.engine.mending import Mended
    from stadtkern.foundation.access import api as access
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    tenant = organizations.municipalities()[0].id
    with tenancy.act_for(tenant):
        actor, now = access.system(tenant), clock.now()
        source = actions.keep_source(
            actor=actor, name="Landesportal", address="https://land.example/0", now=now
        )
        read: dict[str, Any] = {}
        for name in ("new", "again"):
            began = time.process_time()
            run = actions.harvest(actor=actor, source_id=source.pk, fetch=source_of(PAGE), now=now)
            seconds = round(time.process_time() - began, 1)
            read[name] = {"cpu_seconds": seconds, "taken": run.taken, "unchanged": run.unchanged}
        other = actions.keep_source(
            actor=actor, name="Nachbarland", address="https://land.example/all", now=now
        )
        entries = (dataset(at) for at in range(PAGE, number))
        actions._apply(other, Reading(mended={one.id: Mended(entry=one, repairs=()) for one in entries}), now)
    return read


def main(arguments: list[str]) -> int:
    step, rest = arguments[0], arguments[1:]
    with boot.database():
        if step == "found":
            result = found()
        elif step == "cases":
            result = cases(int(rest[0]))
        elif step == "catalog":
            result = catalog(int(rest[0]))
        else:
            result = count(json.loads(sys.stdin.read() or "[]") if rest == ["-"] else rest)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
