"""One provider sees nothing of another's decisions: by the pages, by the actions, and by the database itself."""

from __future__ import annotations

import io
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import get_resolver

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import policies, walls
from stadtkern.casework.kita.actions import changing, providers, reviewing
from stadtkern.casework.kita.desk.gate import WALLED
from stadtkern.casework.kita.models import BlockedSeat, ClaimReview, Contract
from stadtkern.casework.kita.queries import desk as lists
from stadtkern.casework.kita.queries import points
from stadtkern.casework.kita.rules import WishEntry
from stadtkern.foundation.accounts.models import Account
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput, NotAllowed, NotVisible
from tests.architecture.test_gates import patterns
from tests.casework.kita.test_pages import login, text
from tests.casework.kita.test_registering import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(kitas: SimpleNamespace, register: Any, parent: Any, head: Any, now: datetime) -> SimpleNamespace:
    """A child wished at two providers; the first has judged its proof, blocked a seat and made a contract."""
    clock.shift_to(now, real_start=clock.real_now())
    row, first, second = register(), head(kitas.sonne), head(kitas.mond)
    today = now.date()
    parts = points.points_at(points.situations([row], today)[row.pk], kitas.sonne, today).parts
    criterion = next(part.criterion for part in parts if part.standing == "proof_missing")
    claim = changing.add_proof(
        actor=parent,
        registration_id=row.pk,
        criterion=criterion,
        content=io.BytesIO(PNG),
        name="a.png",
        now=now,
    )
    review = reviewing.review(
        actor=first,
        facility_id=kitas.sonne.pk,
        claim_id=claim,
        accept=False,
        reason="Geheimer Grund",
        now=now,
    )
    seat = kitas.sonne.seat_classes.first()
    block = providers.block_seats(
        actor=first,
        seat_class_id=seat.pk,
        count=1,
        reason="Interner Grund",
        from_on=today,
        to_on=date(2026, 1, 1),
        now=now,
    )
    Contract.objects.create(
        child=row.child,
        facility=kitas.sonne,
        provider=kitas.church,
        hours=7,
        from_on=date(2026, 8, 1),
        created_at=now,
    )
    return SimpleNamespace(row=row, first=first, second=second, claim=claim, review=review, block=block, seat=seat)  # fmt: skip


def test_the_database_shows_only_the_own_decisions(decided: SimpleNamespace, kitas: SimpleNamespace) -> None:
    tables = (ClaimReview, BlockedSeat, Contract)
    assert [table.objects.count() for table in tables] == [1, 1, 1]
    with walls.inside([kitas.church.pk]):
        assert [table.objects.count() for table in tables] == [1, 1, 1]
    for providers_ in ([kitas.welfare.pk], []):
        with walls.inside(providers_):
            assert [table.objects.count() for table in tables] == [0, 0, 0]
            assert not BlockedSeat.objects.filter(pk=decided.block).update(reason="überschrieben")
            assert not Contract.objects.all().delete()[0]
    assert [table.objects.count() for table in tables] == [1, 1, 1]


def test_nobody_writes_in_the_name_of_another_provider(
    decided: SimpleNamespace, kitas: SimpleNamespace
) -> None:
    place = {"seat_class": decided.seat, "reason": "x", "author_name": "y", "from_on": date(2026, 1, 1), "to_on": date(2026, 2, 1)}  # fmt: skip
    with walls.inside([kitas.welfare.pk]), pytest.raises(DatabaseError), transaction.atomic():
        BlockedSeat.objects.create(provider=kitas.church, **place)
    with walls.inside([kitas.church.pk]):
        BlockedSeat.objects.create(provider=kitas.church, **place)


def test_the_wall_holds_after_an_error_and_on_a_new_connection(kitas: SimpleNamespace, decided: Any) -> None:
    with pytest.raises(RuntimeError), walls.inside([kitas.welfare.pk]):
        raise RuntimeError
    assert ClaimReview.objects.count() == 1, "the wall is gone after the block"
    from django.db import connection

    with walls.inside([kitas.welfare.pk]):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(%s, '', false)", [walls.SETTING]
            )  # as if the connection were new
        walls.tell_new_connection(None, connection)
        assert ClaimReview.objects.count() == 0


def test_every_page_of_the_desk_stands_behind_the_wall() -> None:
    found = [(path, pattern) for path, pattern in patterns(get_resolver()) if path.startswith("arbeit/kita/")]
    assert len(found) >= 15
    assert [path for path, pattern in found if not getattr(pattern.callback, WALLED, False)] == []


def test_a_rejection_counts_at_the_provider_that_gave_it_and_nowhere_else(
    decided: SimpleNamespace, kitas: SimpleNamespace, now: datetime
) -> None:
    today = now.date()
    situation = points.situations([decided.row], today)[decided.row.pk]
    for facility, standing in ((kitas.sonne, "proof_rejected"), (kitas.mond, "proof_missing")):
        parts = points.points_at(situation, facility, today).parts
        assert standing in {str(part.standing) for part in parts}, facility
    assert lists.unchecked_claims(kitas.mond, [decided.row.pk]) == {decided.row.pk: 1}
    assert lists.unchecked_claims(kitas.sonne, [decided.row.pk]) == {}


def test_actions_refuse_other_providers(
    decided: SimpleNamespace, kitas: SimpleNamespace, now: datetime
) -> None:
    second = decided.second
    attempts: list[Any] = [
        lambda: reviewing.review(actor=second, facility_id=kitas.sonne.pk, claim_id=decided.claim, accept=True, reason="", now=now),
        lambda: providers.lift_block(actor=second, block_id=decided.block, now=now),
        lambda: providers.block_seats(actor=second, seat_class_id=decided.seat.pk, count=1, reason="x", from_on=now.date(), to_on=date(2027, 1, 1), now=now),
        lambda: providers.save_facility(actor=second, facility_id=kitas.sonne.pk, provider_id=None, values={"name": "X"}, now=now),
        lambda: providers.save_facility(actor=second, facility_id=None, provider_id=kitas.church.pk, values={"name": "X"}, now=now),
        lambda: providers.set_counts(actor=second, seat_class_id=decided.seat.pk, from_on=now.date(), permitted=1, planned=1, staffed=1, now=now),
        lambda: providers.set_level(actor=second, provider_id=kitas.church.pk, level=0, now=now),
        lambda: providers.appoint(actor=second, provider_id=kitas.church.pk, account_id=second.account_id, facility_id=None, function="manager", from_on=now.date(), now=now),
        lambda: policies.find_facility(second, kitas.sonne.pk, now.date()),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotVisible):
            attempt()
    with pytest.raises(NotAllowed):  # its own provider, but a head is no manager
        providers.set_level(actor=second, provider_id=kitas.welfare.pk, level=0, now=now)
    with pytest.raises(NotAllowed):
        providers.save_provider(actor=second, provider_id=kitas.welfare.pk, values={"name": "X"}, now=now)


def test_pages_of_another_provider_do_not_exist(decided: SimpleNamespace, kitas: SimpleNamespace) -> None:
    client = login(decided.second)
    sonne, row = f"/arbeit/kita/kita/{kitas.sonne.pk}/", decided.row.pk
    file = decided.row.claims.get().file_ids[0]
    for path in (
        "",
        "bearbeiten/",
        "plaetze/",
        "bewerbungen/",
        f"bewerbungen/{row}/",
        f"nachweis/{decided.claim}/{file}/",
    ):
        assert client.get(sonne + path).status_code == 404, path
    for path in ("sperren/", f"sperre/{decided.block}/aufheben/", f"bewerbungen/{row}/pruefen/"):
        assert (
            client.post(sonne + path, {"claim": str(decided.claim), "verdict": "accept"}).status_code == 404
        ), path
    assert client.get(f"/arbeit/kita/traeger/{kitas.church.pk}/").status_code == 404
    own = text(client.get(f"/arbeit/kita/kita/{kitas.mond.pk}/bewerbungen/{row}/"))
    assert "Geheimer Grund" not in own and "Mila" in own
    assert client.get(f"/vorgaenge/{decided.row.case_id}/").status_code == 404
    assert not cases.is_own(decided.second, decided.row.case_id)


def test_a_kita_never_learns_its_place_in_the_list_nor_whom_else_the_family_wishes(
    decided: SimpleNamespace, kitas: SimpleNamespace, parent: Any, now: datetime
) -> None:
    client = login(decided.second)
    base = f"/arbeit/kita/kita/{kitas.mond.pk}/bewerbungen/"
    before = [client.get(base).content, client.get(f"{base}{decided.row.pk}/").content]
    turned = [WishEntry(key=key, hours=7, start=date(2026, 8, 1)) for key in ("mond", "sonne")]
    changing.change_wishes(actor=parent, registration_id=decided.row.pk, wishes=turned, now=now)
    after = [client.get(base).content, client.get(f"{base}{decided.row.pk}/").content]
    strip = lambda page: __import__("re").sub(rb'csrfmiddlewaretoken" value="[^"]+"', b"", page)  # noqa: E731
    assert [strip(page) for page in before] == [strip(page) for page in after]
    assert b"Sonne" not in after[1]


def test_a_child_that_is_no_longer_wished_is_gone(
    decided: SimpleNamespace, kitas: SimpleNamespace, parent: Any, now: datetime
) -> None:
    only = [WishEntry(key="sonne", hours=7, start=date(2026, 8, 1))]
    changing.change_wishes(actor=parent, registration_id=decided.row.pk, wishes=only, now=now)
    client = login(decided.second)
    assert client.get(f"/arbeit/kita/kita/{kitas.mond.pk}/bewerbungen/{decided.row.pk}/").status_code == 404


def test_staff_without_an_appointment_and_after_its_end_see_nothing(
    kitas: SimpleNamespace, register: Any, make_actor: Any, head: Any, now: datetime
) -> None:
    from stadtkern.casework.kita.models import ProviderStaff

    register()
    gone = head(kitas.sonne)
    ProviderStaff.objects.filter(account_id=gone.account_id).update(valid_to_on=now.date())
    for actor in (make_actor("kita_staff"), gone, make_actor("caseworker"), make_actor()):
        assert not policies.facilities_of(actor, now.date()).exists()
        assert not policies.registrations_visible_to(actor, now.date()).exists()


def test_another_familys_pages_do_not_exist(register: Any, make_actor: Any, decided: SimpleNamespace) -> None:
    client = login(make_actor())
    base = f"/kita/meine/{decided.row.pk}/"
    for path in ("", "angekommen/", "wuensche/", "zurueckziehen/"):
        assert client.get(base + path).status_code == 404, path
    upload = {"criterion": "x", "file": SimpleUploadedFile("a.png", PNG, "image/png")}
    for path in ("bestaetigen/", "geschwister/", "zurueckziehen/"):
        assert client.post(base + path).status_code == 404, path
    client.post(base + "nachweis/", upload)
    assert len(decided.row.claims.get().file_ids) == 1


def test_a_manager_appoints_its_own_people_by_login_and_reads_no_list(
    kitas: SimpleNamespace, head: Any, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    manager, new, clerk = head(provider=kitas.church), make_actor("kita_staff"), make_actor("caseworker")
    client = login(manager)
    page = f"/arbeit/kita/traeger/{kitas.church.pk}/"
    logins = {actor.name: Account.objects.get(pk=actor.account_id).username for actor in (new, clerk)}
    shown = client.get(page).content.decode()
    assert "Anmeldename der Person" in shown and clerk.name not in shown
    task = {"function": "head", "facility": str(kitas.sonne.pk)}
    wrong = text(client.post(f"{page}personal/", task | {"login": logins[clerk.name]}, follow=True))
    assert "niemanden mit der Rolle" in wrong
    done = text(client.post(f"{page}personal/", task | {"login": logins[new.name].upper()}, follow=True))
    assert new.name in done and "Leitung einer Kita, Kita Sonne" in done
    assert login(new).get(f"/arbeit/kita/kita/{kitas.sonne.pk}/").status_code == 200
    elsewhere = f"/arbeit/kita/traeger/{kitas.welfare.pk}/personal/"
    assert client.post(elsewhere, task | {"login": logins[new.name]}).status_code in (403, 404)


def test_no_proof_for_what_no_wished_kita_asks(register: Any, parent: Any, now: datetime) -> None:
    row = register()
    for criterion in ("bekenntnis", "geschwister", "geschwister-bestaetigt", "../x", ""):
        with pytest.raises(InvalidInput):
            changing.add_proof(
                actor=parent, registration_id=row.pk, criterion=criterion, content=io.BytesIO(PNG), name="a.png", now=now
            )  # fmt: skip
    assert not row.claims.exists()
