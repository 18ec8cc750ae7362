"""Every state that a page can be in, made by actions inside an installation under test (its environment is ours).

    python -m tests.journeys.states          prints {"cookies": {name: session}, "things": {name: id}}

The demo's municipalities and people are there, six online services, and about a dozen cases: new, taken, asked, answered,
amended, waiting for a second person, decided by post box and by letter, objected to, withdrawn, closed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from stadtkern.runtime import boot
from tests.journeys import kita_states

DOG, TREE, PARKING, RESIDENCE = (
    "hundesteuer-anmeldung", "baumfaellgenehmigung", "bewohnerparkausweis", "aufenthaltserlaubnis-verlaengern",
)  # fmt: skip
KITA = "kita-platz"
ONLINE = (DOG, TREE, PARKING, RESIDENCE, KITA)
OFFLINE = ("sperrmuell",)  # described, not online
REASON = "Die Voraussetzungen sind nach den vorgelegten Unterlagen erfüllt."

CODES = """<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"><Identification><ShortName>farben</ShortName>
<Version>1</Version><CanonicalUri>urn:stadtkern:farben</CanonicalUri><CanonicalVersionUri>urn:stadtkern:farben_1</CanonicalVersionUri>
</Identification><ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
<Column Id="name" Use="required"><ShortName>name</ShortName><Data Type="string"/></Column>
<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet><SimpleCodeList>
<Row><Value ColumnRef="code"><SimpleValue>1</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>rot</SimpleValue></Value></Row>
</SimpleCodeList></gc:CodeList>"""


def load() -> None:
    """Municipalities, people and services; the demo's own loaders where they are quick."""
    from stadtkern.casework.appointments import demo as appointments
    from stadtkern.casework.services import demo as services
    from stadtkern.foundation.access import demo as access
    from stadtkern.foundation.accounts import demo as accounts
    from stadtkern.foundation.businesses import demo as businesses
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.organizations import demo as municipalities
    from stadtkern.foundation.tenancy import api as tenancy

    municipalities.load()
    accounts.load()
    access.load()
    businesses.load()
    for slug, wanted in (("mainz", (*ONLINE, *OFFLINE)), ("bodenheim", (DOG,))):
        found = organizations.find(slug)
        assert found is not None
        with tenancy.act_for(found.id):
            for service in wanted:
                services._load_one(service)
    appointments.load()


class Maker:
    """Makes cases in the current municipality and moves them on."""

    def __init__(self, now: datetime) -> None:
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.tenancy import api as tenancy

        self.now, self.count = now, 0
        self.system = system(tenancy.current_id())

    def actor(self, login: str, assurance: int = 1) -> Any:
        """Somebody of the demo."""
        from stadtkern.foundation.access import api as access
        from stadtkern.foundation.accounts.models import Account

        account = Account.objects.get(username=login)
        return access.actor_for(
            account_id=UUID(str(account.pk)), kind=cast(Any, account.kind), name=str(account), on=self.now.date(),
            assurance=assurance,
        )  # fmt: skip

    def values(self, slug: str, at: datetime) -> dict[str, Any]:
        """The sample of a service as if sent at that time."""
        from stadtkern.casework.cases import demo_samples as demo

        sample = json.loads((demo.PACKAGES / slug / "sample.json").read_text("utf-8"))
        moved: dict[str, Any] = demo.moved(demo.with_files(sample), at.date() - demo.SAMPLE_DAY)
        return moved

    def submission(
        self, slug: str, *, actor: Any = None, days: int = 4, change: Any = None, **more: Any
    ) -> Any:
        """An application sent some days ago."""
        from stadtkern.casework.forms import api as forms

        self.count += 1
        at = self.now - timedelta(days=days)
        values = self.values(slug, at)
        if change:
            change(values)
        return forms.create_submission(
            actor=actor or self.system, service_slug=slug, values=values, now=at,
            idempotency_key=f"state-{slug}-{self.count}", **({"channel": "online"} | more),
        )  # fmt: skip

    def case(self, slug: str, **more: Any) -> Any:
        """The case of an application."""
        from stadtkern.casework.cases.models import Case

        return Case.objects.get(root_submission_id=self.submission(slug, **more).id, parent=None)

    def step(self, name: str, case: Any, by: Any, **more: Any) -> Any:
        """One action on a case."""
        from stadtkern.casework.cases import actions

        takes_revision = name in (
            "take", "propose_decision", "ask_applicant", "close_case", "assign", "release_decision", "pause_deadline",
        )  # fmt: skip
        if takes_revision:
            more["revision"] = None
        return getattr(actions, name)(actor=by, case_id=case.pk, now=self.now, **more)

    def decide(self, case: Any, by: Any, kind: str = "grant", delivery: str = "online") -> Any:
        """Decide, or propose where a second person is needed."""
        from stadtkern.casework.cases import letters, queries
        from stadtkern.casework.processes import api as processes

        self.step("take", case, by)
        case.refresh_from_db()
        procedure = processes.procedure(case.process_version_id)
        text, _ = letters.draft_text(case, procedure, kind, queries.facts_of(case))
        return self.step(
            "propose_decision", case, by, kind=kind, text=text, reason=REASON, block_ids=[], fee_cents=0,
            delivery=delivery,
        )  # fmt: skip


def dangerous(values: dict[str, Any]) -> None:
    """A dog whose tax needs two pairs of eyes."""
    for dog in values["G17000001020"]:
        dog |= {"F17000001029": True, "F17000001030": "OA-2025-17"}


def build(now: datetime) -> dict[str, Any]:
    """All states, in Mainz; the ids by name."""
    from stadtkern.casework.cases.models import Case, PostBoxItem
    from stadtkern.casework.cases.statements.models import Contact
    from stadtkern.casework.payments import api as payments

    maker = Maker(now)
    worker, second = maker.actor("s.berger"), maker.actor("t.okafor")
    resident = maker.actor("zoe.celik", assurance=4)
    new = maker.case(DOG, days=2)
    asked = maker.case(DOG, actor=resident)
    taken = maker.case(DOG, days=20)
    maker.step("take", taken, worker)
    maker.step("add_note", taken, worker, text="Anruf: Der Hund ist wohlauf.")
    maker.step("send_message", taken, worker, text="Wir prüfen Ihren Antrag.")
    maker.step(
        "ask_colleague",
        taken,
        worker,
        account_id=maker.actor("f.winter").account_id,
        question="Gab es Beschwerden?",
    )
    statement, asked_statement = statements(taken, worker, now)
    maker.step("take", asked, worker)
    maker.step(
        "ask_applicant", asked, worker, text="Bitte schicken Sie uns den Nachweis noch einmal.",
        answer_by_on=(now + timedelta(days=14)).date(), pause=True, legal_basis="§ 26 Abs. 2 VwVfG",
    )  # fmt: skip
    amended = maker.case(DOG, actor=resident)
    amend(maker, amended, resident)
    second_needed = maker.case(DOG, change=dangerous)
    proposal = maker.decide(second_needed, worker)
    decided = maker.case(DOG, actor=resident)
    maker.decide(decided, worker, kind="refuse")
    by_letter = maker.case(DOG)
    maker.decide(by_letter, second, delivery="letter")
    closed = maker.case(DOG)
    maker.decide(closed, worker)
    maker.step("close_case", closed, worker)
    withdrawn = maker.case(DOG, actor=resident)
    maker.step("withdraw", withdrawn, resident, reason="Der Hund lebt jetzt woanders.")
    refused = maker.case(DOG, actor=resident)
    maker.decide(refused, worker, kind="refuse")
    objection = maker.step("object_to_decision", refused, resident, text="Ich bin nicht einverstanden.")
    parking = maker.case(PARKING, actor=resident)
    residence = maker.case(RESIDENCE, actor=resident)
    charge = payments.charges_of(parking.pk)[0].id
    started = payments.start(charge_id=charge, return_path=f"/vorgaenge/{parking.pk}/gezahlt/{charge}/")
    return {
        "contact": Contact.objects.get(slug="polizei").pk, "statement": statement, "asked_statement": asked_statement,
        "new": new.pk, "asked": asked.pk, "taken": taken.pk, "amended": amended.pk, "second": second_needed.pk,
        "proposal": proposal, "decided": decided.pk, "by_letter": by_letter.pk, "closed": closed.pk,
        "withdrawn": withdrawn.pk, "objected": refused.pk, "objection": objection, "parking": parking.pk,
        "residence": residence.pk, "charge": charge,
        "transaction": started.rstrip("/").rsplit("/", 1)[-1].partition("?")[0], **texts(),
        "submission": new.root_submission_id,
        **record_of(closed.number),
        "post_item": PostBoxItem.objects.filter(case=decided).order_by("at")[0].pk,
        "cases": [str(key) for key in Case.objects.values_list("pk", flat=True)],
        **drafts(maker), **procedures(maker), **desk_things(maker), **business_things(maker), **kita_things(maker), **kita_states.rounds(maker),
        **catalog_things(maker),
    }  # fmt: skip


def catalog_things(maker: Maker) -> dict[str, Any]:
    """A source that was read once, its run and an entry with repairs."""
    from stadtkern.data.catalog import actions
    from stadtkern.data.catalog.models import CatalogEntry
    from tests.data.catalog.samples import OLD_RDF

    actor, now = maker.actor("admin"), maker.now
    source = actions.keep_source(
        actor=actor, name="Altes Portal", address="https://alt.example/k.rdf", now=now
    )
    run = actions.harvest(actor=actor, source_id=source.pk, fetch=lambda *_a, **_k: OLD_RDF, now=now)
    entry = CatalogEntry.objects.get(source=source)
    return {"catalog_source": source.pk, "catalog_run": run.pk, "catalog_entry": entry.slug}


def record_of(number: str) -> dict[str, Any]:
    """The process record of a case and the file it lies in."""
    from stadtkern.casework.records.models import ProcessRecord

    process = ProcessRecord.objects.select_related("file").get(reference=number)
    assert process.file is not None
    return {"record": process.uid, "record_file": process.file.uid}


def business_things(maker: Maker) -> dict[str, Any]:
    """A business with a case, a draft and an open invitation; the tax adviser's power of attorney, and an offered one."""
    from stadtkern.casework.forms import api as forms
    from stadtkern.foundation.businesses import actions
    from stadtkern.foundation.businesses.models import Business, Invitation, Member, PowerOfAttorney

    owner, now = maker.actor("nele.brandis", assurance=4), maker.now
    business = Business.objects.get(members__account_id=owner.account_id)
    invited = {"actor": owner, "business_id": business.pk, "role": "read", "now": now}
    actions.invite(email="neu@resident.example", **invited)
    open_ = Invitation.objects.get(used_at__isnull=True)
    case = maker.case(DOG, actor=owner, party_id=business.pk)
    draft = forms.start_draft(actor=owner, service_slug=DOG, now=now, party_id=business.pk)
    return {
        "business": business.pk, "business_case": case.pk, "business_draft": draft.id, "invitation": open_.pk,
        "business_submission": case.root_submission_id, "member": Member.objects.get(account_id=owner.account_id).pk,
        "power": PowerOfAttorney.objects.get().pk,
        "invitation_link": actions.invite(email="noch@resident.example", **invited),
        "power_link": actions.grant_power(
            actor=owner, business_id=business.pk, email="zoe.celik@resident.example", rights=["read", "apply"],
            services=[DOG], from_on=now.date(), to_on=None, now=now,
        ),
    }  # fmt: skip


def kita_things(maker: Maker) -> dict[str, Any]:
    """A provider with two Kitas, a catalogue, a child with a proof, a draft, a question whether the place is needed."""
    import io

    import stadtkern.content
    from stadtkern.casework.kita.actions import (
        catalogues,
        changing,
        drafts,
        importing,
        providers,
        registering,
    )
    from stadtkern.casework.kita.form import Answers, Contact
    from stadtkern.casework.kita.models import (
        Catalogue,
        Facility,
        Provider,
        ProviderStaff,
        SeatClass,
        SeatCount,
    )
    from stadtkern.casework.kita.rules import WishEntry, add_months
    from stadtkern.foundation.accounts.models import Account

    today = maker.now.date()
    folder = Path(stadtkern.content.__file__).parent / "kita" / "criteria"
    catalogue = json.loads((folder / "mainz.json").read_text("utf-8"))
    catalogues.propose(actor=maker.system, document=catalogue | {"valid_from": "2025-01-01"}, now=maker.now)
    owner = Provider.objects.create(
        key="walk",
        name="Kita-Verbund Rundgang",
        kind="catholic",
        level=3,
        agreement_signed_on=date(2025, 1, 1),
    )
    for key, name, point in (("rund", "Kita Rund", (8.27, 50.0)), ("gang", "Kita Gang", (8.25, 49.99))):
        kita = Facility.objects.create(
            provider=owner, key=key, name=name, accepting_from_on=date(2025, 1, 1), longitude=point[0], latitude=point[1],
            text="Wir sind oft draußen.", concepts=["wald"], languages=["tr"],
        )  # fmt: skip
        seat = SeatClass.objects.create(facility=kita, name="Plätze", from_months=2, to_months=84)
        SeatCount.objects.create(
            seat_class=seat, from_on=date(2025, 1, 1), permitted=30, planned=28, staffed=25
        )
    kita = Facility.objects.get(key="rund")
    head = Account.objects.get(username="kita.goldgrube")
    ProviderStaff.objects.create(
        account=head, provider=owner, function="manager", valid_from_on=date(2025, 1, 1)
    )
    providers.block_seats(
        actor=maker.actor("kita.goldgrube"), seat_class_id=kita.seat_classes.get().pk, count=2, reason="Fachkraft fehlt",
        from_on=today, to_on=add_months(today, 2), now=maker.now,
    )  # fmt: skip
    parent, start = maker.actor("zoe.celik"), add_months(today, 6)
    draft = drafts.start(actor=parent, now=maker.now)
    answers = Answers(
        contact=Contact(given="Zoë", family="Çelik-Nowák", street="Am Demofeld 3", postcode="55118", town="Mainz"),
        child_given="Mila", child_family="Çelik-Nowák", birth=date(2024, 5, 2), start=start, hours=7,
        wishes=[WishEntry(key=key, hours=7, start=start) for key in ("gang", "rund")],
        facts={"alleinerziehend": True, "wochenstunden_1": 39},
    )  # fmt: skip
    sent = registering.send(actor=parent, draft_id=draft.pk, answers=answers, now=maker.now)
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(picture, "PNG")
    changing.add_proof(
        actor=parent, registration_id=sent.registration_id, criterion="arbeit", content=io.BytesIO(picture.getvalue()),
        name="Nachweis.png", now=maker.now,
    )  # fmt: skip
    begun = drafts.start(actor=parent, now=maker.now, wishes=["rund"])
    drafts.save(
        actor=parent, draft_id=begun.pk, now=maker.now,
        changes={"child": {"given": "Ida", "family": "Çelik", "day": "2024-09-09"}, "need": {"start": start.isoformat(), "hours": "7"}},
    )  # fmt: skip
    proposed = catalogues.propose(
        actor=maker.actor("kita.team"), document=catalogue | {"valid_from": "2026-01-01"}, now=maker.now
    )
    placed, contract, second = kita_states.placed(maker, kita)
    return {
        "kita_placed": placed, "kita_contract": contract, "kita_second": second,
        "kita_import": importing.upload(
            actor=maker.actor("kita.team"), kind="waiting", provider_id=None, facility_id=kita.pk, name="Warteliste.csv", now=maker.now,
            content=io.BytesIO("Nachname;Vorname;Geburtsdatum\nÖzil;Mia;3.4.2024\nVogel;;31.2.2024\n".encode("cp1252")),
        ),
        "kita_catalogue": Catalogue.objects.get(published_at__isnull=False).pk, "kita_proposal": proposed,
        "kita": kita.pk, "kita_provider": owner.pk, "kita_registration": sent.registration_id, "kita_draft": begun.pk,
        "kita_seats": kita.seat_classes.get().pk, "kita_token": changing.ask(registration_id=sent.registration_id, now=maker.now),
    }  # fmt: skip


def statements(case: Any, by: Any, now: datetime) -> tuple[str, str]:
    """Somebody outside and the own office are asked for statements; their ids."""
    from stadtkern.casework.cases.statements import actions, demo
    from stadtkern.foundation.organizations import api as organizations

    demo.load()
    office = organizations.office(slug="finanzen")
    assert office is not None
    inquiry = actions.Inquiry(
        question="Kennen Sie den Hund?", due_on=(now + timedelta(days=14)).date(), groups=tuple(actions.group_names(case)[:1])
    )  # fmt: skip
    parties = (actions.contact_party("polizei"), actions.office_party(office.id))
    outside, inside = (
        actions.request_statement(actor=by, case=case, party=party, inquiry=inquiry, now=now) for party in parties
    )  # fmt: skip
    return str(outside), str(inside)


def texts() -> dict[str, str]:
    """The first help page, piece of news and life situation."""
    from stadtkern.fronts.site import demo
    from stadtkern.fronts.site import texts as site
    from stadtkern.fronts.site.models import NewsMessage

    demo.load()
    news = NewsMessage.objects.order_by("position", "pk")[0]
    return {
        "help": site.help_pages()[0].slug, "news": news.slug, "news_id": str(news.pk), "situation": site.situations()[0].slug,
        "rule": "R17000001001",
    }  # fmt: skip


def amend(maker: Maker, case: Any, resident: Any) -> None:
    """The applicant corrects her application."""
    from stadtkern.casework.forms import api as forms

    sent = forms.submission(case.submission_id)
    values = json.loads(json.dumps(dict(sent.values)))
    values["G17000001020"][0]["F17000001021"] = "Bruno der Zweite"
    forms.amend_submission(actor=resident, submission_id=sent.id, values=values, now=maker.now)


def drafts(maker: Maker) -> dict[str, Any]:
    """Begun applications: a guest's empty and full one, one at the counter, one as a preview."""
    from stadtkern.casework.forms import actions
    from stadtkern.casework.forms import api as forms
    from stadtkern.casework.forms.models import FormVersion
    from stadtkern.foundation.access.api import Actor

    guest = Actor(kind="guest", tenant_id=maker.system.tenant_id)
    empty = forms.start_draft(actor=guest, service_slug=DOG, now=maker.now)
    full = forms.start_draft(
        actor=guest, service_slug=DOG, now=maker.now, prefill=maker.values(DOG, maker.now)
    )
    counter = forms.start_draft(
        actor=maker.actor("i.schalter"), service_slug=DOG, now=maker.now, channel="counter",
        person=forms.Person(name="Łucja Müßig", email="lucja@resident.example"),
    )  # fmt: skip
    entered = maker.submission(
        DOG,
        actor=maker.actor("i.schalter"),
        channel="counter",
        person=forms.Person(name="Łucja Müßig"),
        days=0,
    )
    manager = maker.actor("v.leistung")
    published = FormVersion.objects.get(definition__service_slug=DOG, state="published")
    copied = actions.copy_version(
        actor=manager, version_id=published.pk, note="Satzung geändert", now=maker.now
    )
    preview = forms.start_draft(
        actor=manager, service_slug=DOG, now=maker.now, channel="preview", version_id=published.pk
    )
    old = forms.start_draft(
        actor=guest, service_slug=TREE, now=maker.now, prefill=maker.values(TREE, maker.now)
    )
    earlier = FormVersion.objects.get(definition__service_slug=TREE, state="published")
    later = actions.copy_version(actor=manager, version_id=earlier.pk, note="Neue Satzung", now=maker.now)
    forms.publish(actor=manager, version_id=later.id, now=maker.now)
    codes = actions.import_code_list(actor=manager, data=CODES.encode(), now=maker.now)
    return {
        "old_draft": old.id, "code_list": codes.pk, "draft": empty.id, "full_draft": full.id, "entry_draft": counter.id, "entered": entered.id,
        "published": published.pk, "version": copied.id, "preview_draft": preview.id,
    }  # fmt: skip


def procedures(maker: Maker) -> dict[str, Any]:
    """Two drafts of the workshop: one in work, one handed over by a colleague."""
    from stadtkern.casework.designer import actions, standards
    from stadtkern.casework.forms import api as forms
    from stadtkern.casework.services import api as services

    here, colleague = maker.actor("p.entwurf"), maker.actor("o.digit")
    known = services.installed(DOG)
    assert known is not None and known.process is not None
    draft = actions.create_draft(
        actor=here, slug=DOG, title=known.title, files=known.process["files"], origin="service",
        base_version=known.number, now=maker.now,
    )  # fmt: skip
    actions.save_files(
        actor=here,
        draft_id=draft,
        revision=1,
        changes=forms.files_of_published(DOG, maker.now),
        now=maker.now,
    )
    title = "Standgeld für den Wochenmarkt"
    files = standards.standard_files(slug="wochenmarkt", title=title, four_eyes=True, office="finanzen")
    files["texts.json"] = files["texts.json"].replace('"file_plan": ""', '"file_plan": "82.10"')
    other = actions.create_draft(
        actor=colleague, slug="wochenmarkt", title=title, files=files, origin="standard_four_eyes", now=maker.now
    )  # fmt: skip
    actions.submit(
        actor=colleague, draft_id=other, revision=1, note="Bitte die Fristen ansehen", now=maker.now
    )
    return {"procedure": draft, "handed_over": other}


def rule_and_block(maker: Maker) -> dict[str, Any]:
    """A rule of responsibility and a building block for forms."""
    import stadtkern.content
    from stadtkern.casework.forms.actions.layout import import_block
    from stadtkern.casework.forms.model import Group
    from stadtkern.casework.forms.xdf import read_form, write_message
    from stadtkern.casework.services import responsibilities
    from stadtkern.casework.services.models import Service
    from stadtkern.foundation.places import api as places

    manager = maker.actor("v.leistung")
    service = Service.objects.get(slug=DOG)
    values = responsibilities.Values(
        office_id=service.office_id, team_id=None, valid_from_on=maker.now.date()
    )
    area = next((district.key for district in places.districts()), "")
    rules = responsibilities.add(
        actor=manager, service_id=service.pk, areas=[area], values=values, now=maker.now
    )
    folder = Path(stadtkern.content.__file__).parent / "services" / "bewohnerparkausweis"
    form = read_form((folder / "form.xdf3.xml").read_bytes())
    group = next(child.element for child in form.children if isinstance(child.element, Group))
    data = write_message(
        group, message_id="7b1f6a3e-5d3a-4c0e-9c55-0c7f0d7a0001", created_at="2025-10-01T00:00:00Z"
    )
    block = import_block(actor=manager, data=data, name="baustein.xml", now=maker.now)
    return {"area_rule": rules[0], "block": block.id}


def desk_things(maker: Maker) -> dict[str, Any]:
    """Letters, batches, absences, log entries, failed jobs, accounts, offices, a sign-on service, a code list."""
    from stadtkern.foundation.access.models import Absence, RoleAssignment
    from stadtkern.foundation.accounts.models import AppPassword, SignOnProvider
    from stadtkern.foundation.audit.models import Entry
    from stadtkern.foundation.notifications import api as notifications
    from stadtkern.foundation.organizations.models import Municipality, Office, Team

    post = maker.actor("w.post")
    first = notifications.make_batch(actor=post, now=maker.now)
    letter = notifications.letters_of(first.id)[0].id
    waiting = maker.case(DOG)
    maker.decide(waiting, maker.actor("t.okafor"), delivery="letter")
    team = Team.objects.select_related("office").order_by("pk")[0]
    someone = maker.actor("k.vogt").account_id
    absence, _ = Absence.objects.get_or_create(
        account_id=someone, deputy_id=maker.actor("s.berger").account_id, from_on=maker.now.date(),
        to_on=date(2030, 1, 1),
    )  # fmt: skip
    provider = SignOnProvider.objects.create(
        key="verzeichnis",
        name="Verzeichnisdienst",
        audience="staff",
        server_url="https://login.example",
        client_id="s",
    )
    return {
        **rule_and_block(maker), "batch": first.id, "letter": letter, "office": Office.objects.get(slug="finanzen").pk, "team": team.pk,
        "team_office": team.office_id, "absence": absence.pk, "provider": provider.pk,
        "account": someone, "role": RoleAssignment.objects.filter(account_id=someone)[0].pk,
        "municipality": Municipality.objects.get(slug="mainz").pk,
        "entry": Entry.objects.order_by("pk")[0].pk,
        "app_password": AppPassword.objects.filter(account__username="zoe.celik")[0].pk,
    }  # fmt: skip


def session(login: str, *, second_factor: bool = True, assurance: int = 4, **more: Any) -> str:
    """A cookie with which somebody is logged in (``login`` empty: a guest)."""
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
    from allauth.account.internal.userkit import user_id_to_str
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from stadtkern.foundation.accounts import api as accounts
    from stadtkern.foundation.accounts.models import Account

    store = SessionStore()
    if login:
        row = Account.objects.get(username=login)
        store[SESSION_KEY] = str(row.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = row.get_session_auth_hash()
        store["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + 86_400, "username": login, "reauthenticated": True}
        ]
        store[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(row)
        store[accounts.ASSURANCE] = assurance
        if second_factor:
            store[accounts.SECOND_FACTOR] = True
    store.update(more)
    store.save()
    return str(store.session_key)


def people(things: Mapping[str, Any]) -> tuple[dict[str, str], int]:
    """Who looks at pages, with a session each."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from django.contrib.auth.hashers import make_password

    from stadtkern.foundation.accounts.models import Account

    keys = [
        *things["cases"],
        str(things["draft"]),
        str(things["full_draft"]),
        str(things["old_draft"]),
        str(things["submission"]),
    ]
    Authenticator.objects.filter(user__username="kita.team").delete()
    Account.objects.filter(username="chidi.okonkwo").update(password=make_password(None))
    RecoveryCodes.activate(Account.objects.get(username="k.vogt"))
    key = Authenticator.objects.create(
        user=Account.objects.get(username="k.vogt"), type=Authenticator.Type.WEBAUTHN,
        data={"name": "Schlüssel am Bund", "credential": {}},
    )  # fmt: skip
    cookies = {
        "guest": session("", guest_keys=keys),
        "stranger": session(""),
        "resident": session("zoe.celik"),
        "weak": session("anh.dang", assurance=1),
        "owner": session("nele.brandis"),
        "adviser": session("greta.ahrens"),
        "nameless": session("chidi.okonkwo"),
        "worker": session("s.berger"),
        "second": session("t.okafor"),
        "asked": session("f.winter"),
        "lead": session("k.vogt"),
        "unprotected": session("kita.team", second_factor=False),
        "manager": session("v.leistung"),
        "designer": session("p.entwurf"),
        "counter": session("i.schalter"),
        "post": session("w.post"),
        "admin": session("admin"),
        "auditor": session("u.revision"),
        "kita_head": session("kita.goldgrube"),
        "kita_office": session("kita.team"),
    }
    return cookies, key.pk


def main() -> int:
    """Load, build, print."""
    with boot.database():
        from django.db import transaction

        from stadtkern.foundation.organizations import api as organizations
        from stadtkern.foundation.tenancy import api as tenancy
        from stadtkern.kernel import clock

        began = time.monotonic()
        load()
        sys.stderr.write(f"loaded {time.monotonic() - began:.1f} s\n")
        mainz = organizations.find("mainz")
        assert mainz is not None
        with tenancy.act_for(mainz.id), transaction.atomic():
            things = build(clock.now())
            sys.stderr.write(f"built {time.monotonic() - began:.1f} s\n")
            cookies, passkey = people(things)
            found = {"cookies": cookies, "things": {**things, "passkey": passkey}}
    sys.stdout.write(json.dumps(found, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
