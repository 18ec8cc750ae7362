"""The pages on which residents apply, without any script."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stadtkern.casework.forms import actions
from stadtkern.casework.forms.actions import saving
from stadtkern.casework.forms.models import Draft, FormVersion, Submission
from stadtkern.kernel import clock
from tests.casework.forms.django_fixtures import DOG_TAX, PARKING, picture

pytestmark = pytest.mark.django_db

PERSON = {
    "G17000000010/F17000000011": "Çelik-Nowák",
    "G17000000010/F17000000012": "Zoë Marija",
    "G17000000010/F17000000013_day": "14",
    "G17000000010/F17000000013_month": "3",
    "G17000000010/F17000000013_year": "1988",
    "G17000000010/F17000000014": "zoe@resident.example",
}
ADDRESS = {
    "G17000000021/F17000000022": "Am Demofeld",
    "G17000000021/F17000000023": "12",
    "G17000000021/F17000000025": "55118",
    "G17000000021/F17000000026": "Mainz",
}
DOG = {
    "F17000001021": "Bruno",
    "F17000001022": "labrador",
    "F17000001024": "m",
    "F17000001025_day": "20",
    "F17000001025_month": "6",
    "F17000001025_year": "2025",
    "F17000001026_day": "4",
    "F17000001026_month": "10",
    "F17000001026_year": "2025",
    "F17000001027": "zucht",
    "F17000001028": "276098100000001",
    "F17000001029": "false",
}


def _without_sleeping(text: str) -> str:
    """The page without what waits for a script: questions in templates, the rules that come along."""
    text, more = re.sub(r' data-rules="[^"]*"', "", text), 1
    while more:
        text, more = re.subn(r"<template>(?:(?!<template>).)*?</template>", "", text, flags=re.S)
    return text


class Browser:
    """A browser without scripts: follows links and sends the forms that a page shows."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = ""
        self.text = ""
        self.status = 0

    def get(self, url: str) -> Browser:
        response = self.client.get(url, follow=True)
        return self._take(response, url)

    def post(self, url: str, data: dict) -> Browser:
        response = self.client.post(url, data, follow=True)
        return self._take(response, url)

    def _take(self, response, url) -> Browser:
        self.at = response.redirect_chain[-1][0] if response.redirect_chain else url
        self.status = response.status_code
        self.raw = _without_sleeping(response.content.decode())
        self.text = html.unescape(self.raw)
        return self

    def fields(self) -> dict:
        """Everything the page's form would send as it stands."""
        data: dict[str, list[str]] = {}
        form = self.raw[self.raw.index('<form method="post" class="sk-form"') :]
        form = form[: form.index("</form>")]
        for tag in re.findall(r"<input[^>]*>", form):
            kind = _attribute(tag, "type")
            if kind in ("file", "submit") or (kind in ("radio", "checkbox") and " checked" not in tag):
                continue
            data.setdefault(_attribute(tag, "name"), []).append(_attribute(tag, "value"))
        for tag, body in re.findall(r"(<select[^>]*>)(.*?)</select>", form, re.S):
            chosen = re.findall(r'<option value="([^"]*)" selected', body)
            data.setdefault(_attribute(tag, "name"), []).append(html.unescape(chosen[0]) if chosen else "")
        for tag, body in re.findall(r"(<textarea[^>]*>)\n?(.*?)</textarea>", form, re.S):
            data.setdefault(_attribute(tag, "name"), []).append(html.unescape(body))
        data.pop("csrfmiddlewaretoken", None)
        return {key: values if len(values) > 1 else values[0] for key, values in data.items()}

    def send(self, answers: dict | None = None, action: str = "next") -> Browser:
        return self.post(self.at, {**self.fields(), **(answers or {}), "_action": action})


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


@pytest.fixture
def browser(online, client):
    client.defaults["HTTP_HOST"] = "mainz.localhost"
    online(DOG_TAX)
    return Browser(client)


@pytest.fixture
def begun(browser):
    browser.post(reverse("forms:begin", args=[DOG_TAX]), {})
    return browser.get(link(browser, "Weiter zum Formular"))


def link(browser: Browser, words: str) -> str:
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*{re.escape(words)}', browser.text)
    assert found, f"no link „{words}“ on {browser.at}"
    return found[1]


def fill_all(browser: Browser) -> Browser:
    browser.send(PERSON).send(ADDRESS)
    browser.send({"G17000001010/F17000001011": "false"})
    browser.send({f"G17000001020[0]/{key}": value for key, value in DOG.items()})
    browser.send({"G17000001040/F17000001042": "false"})
    choice = "G17000001050"
    browser.send(
        {
            f"{choice}/_choice": "G17000001051",
            f"{choice}/G17000001051/F17000000053": "Zoë Çelik",
            f"{choice}/G17000001051/F17000000052": "DE02 1203 0000 0000 2020 51",
            f"{choice}/G17000001051/F17000001054": "true",
        }
    )
    browser.send()
    return browser.send({"G17000000060/F17000000061": "elektronisch", "G17000000060/F17000000062": "true"})


def test_the_start_page_says_what_is_needed_and_offers_both_ways(browser):
    browser.get(reverse("forms:apply-start", args=[DOG_TAX]))
    assert browser.status == 200
    for words in (
        "Hund anmelden",
        "Ohne Anmeldung beginnen",
        "Anmelden und beginnen",
        "30 Tage",
        "Das brauchen Sie",
    ):
        assert words in browser.text


def test_a_service_with_login_offers_no_guest_way(browser, online):
    online(PARKING)
    browser.get(reverse("forms:apply-start", args=[PARKING]))
    assert "Ohne Anmeldung" not in browser.text and "Anmelden und beginnen" in browser.text
    response = browser.client.post(reverse("forms:begin", args=[PARKING]))
    assert response["Location"].startswith("/accounts/login/")
    assert not Draft.objects.exists()


def test_an_unknown_service_is_a_kind_404(browser):
    assert browser.get("/antrag/gibt-es-nicht/").status == 404


def test_a_guest_sees_the_code_once(browser):
    browser.post(reverse("forms:begin", args=[DOG_TAX]), {})
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", browser.text)
    browser.get(browser.at)
    assert not re.search(r">[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}<", browser.text)


def test_the_whole_way_without_scripts(begun):
    fill_all(begun)
    assert "Stimmt alles?" in begun.text
    for words in (
        "Çelik-Nowák",
        "14.03.1988",
        "Labrador Retriever",
        "<dd>120</dd>",
        "DE02120300000000202051",
    ):
        assert words in begun.text
    draft = Draft.objects.get()
    begun.post(link_of_form(begun), {})
    sent = Submission.objects.get()
    draft.refresh_from_db()
    assert draft.values == {} and draft.submission_id == sent.pk
    assert "_choice" not in str(sent.values)
    # once more: the same receipt
    begun.post(reverse("forms:apply-send", args=[DOG_TAX, draft.pk]), {})
    assert Submission.objects.count() == 1


def link_of_form(browser: Browser) -> str:
    found = re.search(r'<form method="post" action="([^"]*absenden/)"', browser.raw)
    assert found
    return found[1]


def test_errors_are_listed_linked_and_everything_typed_is_kept(begun):
    wrong = {**PERSON, "G17000000010/F17000000013_day": "31", "G17000000010/F17000000013_month": "2"}
    wrong["G17000000010/F17000000011"] = "日本 & <b>"
    begun.send(wrong)
    assert begun.status == 422
    assert "Bitte prüfen Sie 2 Angaben" in begun.text
    assert (
        'href="#f-G17000000010-F17000000013"' in begun.text
        and 'id="f-G17000000010-F17000000013"' in begun.text
    )
    assert 'value="日本 & <b>"' in begun.text and "<b>" not in begun.raw
    assert begun.fields()["G17000000010/F17000000013_day"] == "31"
    again = Browser(begun.client).get(begun.at)
    assert again.fields()["G17000000010/F17000000013_day"] == "31"


def test_questions_that_an_answer_brings_are_asked_before_going_on(begun):
    begun.send(PERSON).send(ADDRESS)
    assert "Wann sind Sie zugezogen" not in begun.text
    begun.send({"G17000001010/F17000001011": "true"})
    assert begun.status == 200 and "Fragen dazugekommen" in begun.text
    assert "G17000001010/F17000001012_day" in begun.text
    begun.send()
    assert begun.status == 422
    begun.send({"G17000001010/F17000001011": "false"})
    assert "Ihr Hund" in begun.text


def test_a_second_dog_comes_and_goes_without_scripts(begun):
    fill_all(begun)
    hund = Draft.objects.get()
    begun.get(reverse("forms:apply-page", args=[DOG_TAX, hund.pk, "hund"]))
    begun.send(action="add:G17000001020")
    assert "G17000001020[1]/F17000001021" in begun.text
    second = {f"G17000001020[1]/{key}": value for key, value in DOG.items()} | {
        "G17000001020[1]/F17000001021": "Luna"
    }
    begun.send(second)
    assert [dog["F17000001021"] for dog in Draft.objects.get().values["G17000001020"]] == ["Bruno", "Luna"]
    begun.get(reverse("forms:apply-summary", args=[DOG_TAX, hund.pk]))
    assert "<dd>300</dd>" in begun.text
    begun.get(reverse("forms:apply-page", args=[DOG_TAX, hund.pk, "hund"]))
    begun.send(action="remove:G17000001020[0]")
    assert [dog["F17000001021"] for dog in Draft.objects.get().values["G17000001020"]] == ["Luna"]


def test_uploads_have_limits_preview_and_can_be_removed(begun):
    draft = Draft.objects.get()
    fill_all(begun)
    begun.get(reverse("forms:apply-page", args=[DOG_TAX, draft.pk, "ermaessigungswunsch"]))
    begun.send({"G17000001040/F17000001042": "true"})
    assert "f-G17000001043-F17000001046" in begun.text
    from django.core.files.uploadedfile import SimpleUploadedFile

    path = "G17000001043/F17000001046"
    begun.send({path: SimpleUploadedFile("bild.png", picture(), "image/png")}, action=f"upload:{path}")
    assert "bild.png" in begun.text
    preview = re.search(r'src="([^"]*\?bild=1)"', begun.text)
    assert preview
    answer = begun.client.get(preview[1])
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    fake = SimpleUploadedFile("bescheid.pdf", b"MZ" + b"\x00" * 400, "application/pdf")
    begun.send({path: fake}, action=f"upload:{path}")
    assert begun.status == 422 and "bescheid.pdf" in begun.text and "bild.png" in begun.text
    remove = re.search(r'value="(unfile:[^"]*)"', begun.text)
    begun.send(action=remove[1])
    assert "bild.png" not in begun.text
    assert Browser(Client(HTTP_HOST="mainz.localhost")).get(preview[1]).status == 404


def test_two_windows_show_both_states(begun):
    first, second = Browser(begun.client).get(begun.at), Browser(begun.client).get(begun.at)
    first.send({**PERSON, "G17000000010/F17000000011": "Fenster Eins"})
    second.send({**PERSON, "G17000000010/F17000000011": "Fenster Zwei"})
    assert second.status == 409
    assert "Fenster Eins" in second.text and "Fenster Zwei" in second.text
    assert Draft.objects.get().values["G17000000010"]["F17000000011"] == "Fenster Eins"
    data = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', second.raw):
        data.setdefault(_attribute(tag, "name"), []).append(_attribute(tag, "value"))
    second.post(second.at, data)
    assert Draft.objects.get().values["G17000000010"]["F17000000011"] == "Fenster Zwei"


def test_a_window_that_writes_in_between_costs_nobody_an_answer(begun, monkeypatch, now):
    """The other window saves its page after ours was read and before it is written."""
    write, other = saving.write_unless_overtaken, {"G17000000021": {"F17000000022": "Andere Seite"}}

    def overtaken(row, read):
        monkeypatch.setattr(saving, "write_unless_overtaken", write)
        Draft.objects.filter(pk=row.pk).update(values=other, revision=read.revision + 1)
        return write(row, read)

    monkeypatch.setattr(saving, "write_unless_overtaken", overtaken)
    begun.send(PERSON)
    kept = Draft.objects.get()
    assert begun.status == 200 and "/seite/person/" not in begun.at
    assert kept.values["G17000000010"]["F17000000011"] == "Çelik-Nowák"
    assert kept.values["G17000000021"] == other["G17000000021"]
    assert kept.done_pages == ["person"]


def test_what_was_typed_is_kept_even_if_judging_fails(begun, monkeypatch):
    def broken(*arguments, **more):
        raise RuntimeError("a bug")

    begun.client.raise_request_exception = False
    monkeypatch.setattr("stadtkern.casework.forms.runner.opening.Open.judge", broken)
    begun.send(PERSON)
    assert begun.status == 500
    assert Draft.objects.get().values["G17000000010"]["F17000000011"] == "Çelik-Nowák"


def test_link_and_code_open_the_draft_elsewhere(browser):
    browser.post(reverse("forms:begin", args=[DOG_TAX]), {})
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", browser.text)[0]
    draft = Draft.objects.get()
    other = Browser(Client(HTTP_HOST="mainz.localhost"))
    page = reverse("forms:apply-page", args=[DOG_TAX, draft.pk, "person"])
    assert other.get(page).status == 404
    other.post(reverse("forms:resume", args=[draft.pk]), {"code": "0000-0000-0000"})
    assert other.status == 422
    other.post(
        reverse("forms:resume-any"),
        {"link": f"https://x/antrag/weitermachen/{draft.pk}/", "code": code.lower()},
    )
    assert other.status == 200 and other.get(page).status == 200


def test_a_session_that_ended_loses_nothing(browser, make_actor):
    from stadtkern.foundation.accounts.models import Account

    account = Account.objects.get(pk=make_actor().account_id)
    browser.client.force_login(account)
    browser.post(reverse("forms:begin", args=[DOG_TAX]), {})
    data = {**browser.fields(), **PERSON, "_action": "next"}
    browser.client.cookies.pop("sessionid")
    browser.post(browser.at, data)
    assert browser.status == 401 and "ist gespeichert" in browser.text
    assert "Çelik" not in browser.text
    assert Draft.objects.get().values["G17000000010"]["F17000000011"] == "Çelik-Nowák"
    browser.client.force_login(account)
    assert browser.get(browser.at).fields()["G17000000010/F17000000011"] == "Çelik-Nowák"


def test_expired_and_withdrawn_drafts_say_so(begun, make_actor, now):
    draft = Draft.objects.get()
    page = begun.at
    begun.send(PERSON)
    manager = make_actor("service_manager")
    version = FormVersion.objects.get()
    new = actions.copy_version(actor=manager, version_id=version.pk, now=now)
    actions.publish(actor=manager, version_id=new.id, drafts_may_finish=False, now=now)
    begun.get(page)
    assert begun.status == 409 and "neue Fassung übernehmen" in begun.text
    begun.post(reverse("forms:apply-move", args=[DOG_TAX, draft.pk]), {})
    assert begun.status == 200 and begun.fields()["G17000000010/F17000000011"] == "Çelik-Nowák"
    clock.shift_to(now + timedelta(days=31), real_start=clock.real_now())
    begun.get(page)
    assert begun.status == 410 and "abgelaufen" in begun.text


def test_broken_and_hostile_input_is_an_answer_not_a_crash(begun):
    path = "G17000000010/F17000000011"
    for name, value in [
        (path, "x" * 200_000),
        (path, "\u202egnihton' OR 1=1; --"),
        (path, "\x00\ud7ff\ufffe"),
        ("_base", "x" * 10_000),
        ("_n:G17000001020", "99999999999"),
        ("_f", "../../etc/passwd"),
    ]:
        assert begun.send({name: value}).status in (200, 409, 422), name
    for action in (
        "add:G17000001020[",
        "remove:x",
        "unfile:a#b",
        "upload:" + "x/" * 500,
        "search:",
        "ärger",
        "add:G17000000010",
    ):
        assert begun.send(action=action).status in (200, 409, 422, 404), action
    assert begun.get(begun.at).status == 200


def test_pages_in_english(begun):
    begun.client.cookies["sprache"] = "en"
    begun.get(begun.at)
    assert 'lang="en"' in begun.text and "Family name" in begun.text and "Step 1 of" in begun.text
    begun.send({"G17000000010/F17000000011": ""})
    assert "Please fill in" in begun.text


def test_no_query_per_field(begun, django_assert_max_num_queries):
    fill_all(begun)
    draft = Draft.objects.get()
    begun.client.get(reverse("forms:apply-page", args=[DOG_TAX, draft.pk, "hund"]))
    with django_assert_max_num_queries(9):
        begun.client.get(reverse("forms:apply-page", args=[DOG_TAX, draft.pk, "hund"]))
    with django_assert_max_num_queries(9):
        begun.client.get(reverse("forms:apply-summary", args=[DOG_TAX, draft.pk]))


def test_sending_a_page_is_one_read_and_one_write(begun):
    begun.send(PERSON)
    base = _attribute(re.search(r'<input type="hidden" name="_base"[^>]*>', begun.raw)[0], "value")
    typed = {"G17000000021/F17000000022": "Am Demofeld", "_f": "G17000000021/F17000000022", "_base": base}
    with CaptureQueriesContext(connection) as captured:
        begun.client.post(begun.at, typed)
    drafts = [query["sql"] for query in captured.captured_queries if '"forms_draft"' in query["sql"]]
    assert [statement.split()[0] for statement in drafts] == ["SELECT", "UPDATE"]


def test_reading_a_page_writes_nothing(begun):
    before = Draft.objects.values().get()
    for view in ("page", "summary", "leave", "discard"):
        arguments = [DOG_TAX, before["id"]] + (["person"] if view == "page" else [])
        assert begun.get(reverse(f"forms:apply-{view}", args=arguments)).status == 200
    assert Draft.objects.values().get() == before
