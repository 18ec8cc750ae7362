"""Goal 3: a caseworker's day, by keyboard; four eyes; two at once; deputies; what is not hers does not exist."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import holidays
import pytest

from tests.journeys import api
from tests.journeys.browser import Person
from tests.journeys.city import SERVICE
from tests.journeys.desk import column, decide, letter_of, numbers_in, open_case, take

LIST = "/arbeit/?bereich=alle&sort=-eingang"
BASIS = "§ 26 Abs. 2 VwVfG"


def some_case(city: Any, **more: Any) -> str:
    """A new application; returns the case number."""
    resident = city.town.resident(today=city.today)
    return str(api.submit(city.base, resident, city.town.key(), **more)["case_number"])


def working_days_after(day: date, count: int) -> date:
    """Weekends and the holidays of Rhineland-Palatinate do not count."""
    closed = holidays.country_holidays("DE", subdiv="RP")
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in closed
    return day


def test_the_work_list(city: Any, person: Any, scripts: bool) -> None:
    numbers = [some_case(city) for _ in range(3)]
    worker = city.desk("w.werk", make=person, scripts=scripts)

    # filters: search, mine, nobody's, service, due; an impossible one says so
    worker.go(LIST).sees(*numbers)
    worker.go("/arbeit/").fill("Aktenzeichen oder Name", numbers[1]).click(
        re.compile("^(Filtern|Anwenden|Anzeigen)"), role="button"
    )
    assert numbers_in(worker) == [numbers[1]]
    take(worker, open_case(worker, numbers[0]))
    mine, free = (numbers_in(worker.go(f"{LIST}&bereich={scope}")) for scope in ("meine", "frei"))
    assert numbers[0] in mine and numbers[1] not in mine
    assert numbers[0] not in free and numbers[1] in free
    assert numbers[2] in numbers_in(worker.go(f"{LIST}&leistung={SERVICE}&stand=offen"))
    assert numbers[2] not in numbers_in(worker.go(f"{LIST}&stand=erledigt"))
    assert numbers[2] not in numbers_in(worker.go(f"{LIST}&frist=rot"))

    # sorting by every column, both ways
    worker.go(LIST)
    for name, key in (("Aktenzeichen", None), ("Eingang", german), ("Name", None), ("Leistung", None)):
        for _ in range(2):
            worker.click(re.compile(f"^{name}"), role="link")
            shown = [key(text) if key else text.casefold() for text in column(worker, name)]
            upward = "aufsteigend" in (worker.page.locator("thead").text_content() or "")
            ordered = shown if upward else shown[::-1]
            if name in ("Aktenzeichen", "Eingang"):
                assert ordered == sorted(ordered), (name, shown)
        assert set(numbers) <= set(numbers_in(worker)), name

    # the traffic light has a reason, and the deadline is the tenth working day
    worker.go(f"/arbeit/?q={numbers[2]}")
    assert re.search(r"\d|Frist|Tag", column(worker, "Frist")[0])
    open_case(worker, numbers[2])
    due = working_days_after(city.today, 10)
    assert f"Frist {due:%d.%m.%Y}" in worker.page.locator(".sk-identity").inner_text()


def german(text: str) -> tuple[int, ...]:
    """A date as it is written here, so that it can be compared."""
    return tuple(int(part) for part in reversed(text.split(".")))


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
def test_a_whole_case_by_keyboard(city: Any, person: Any, scripts: bool) -> None:
    numbers = [some_case(city) for _ in range(2)]
    worker = city.desk("w.werk", make=person)
    page = worker.page

    # the search by "/", the rows by J and K, the case by Enter
    worker.go("/arbeit/").press("/")
    page.keyboard.type(numbers[0])
    worker.press_away("Enter")
    worker.go("/arbeit/?bereich=alle&sort=-nummer").press("j", "j", "j", "k")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == numbers_in(worker)[1]
    worker.press_away("Enter")
    assert focused in page.locator(".sk-identity").inner_text()
    path = open_case(worker, numbers[0])

    # U takes; N, Z, F, V and P open their steps, and a step is done without a mouse
    worker.press_away("u")
    assert "Wanda Müller-Łęcka" in page.locator(".sk-identity").inner_text()
    for key, heading in (("n", "Was fehlt noch?"), ("z", "Wem soll"), ("f", "Wen möchten Sie fragen?")):
        assert heading in worker.press_away(key).heading(), key
        worker.go(path)
    word = city.town.word()
    worker.press_away("v").tab_to(page.get_by_label("Vermerk"))
    page.keyboard.type(word)
    worker.tab_to(page.get_by_role("button", name="Vermerk speichern")).press_away("Enter")
    worker.sees(word)
    worker.press_away("p").tab_to(page.get_by_label("Grund", exact=True))
    page.keyboard.type("Akte des Ordnungsamts")
    worker.press_away("Enter")
    worker.sees("Frist stand still", "Akte des Ordnungsamts", BASIS)
    worker.press_away("p").tab_to(page.get_by_role("button", name="Frist fortsetzen")).press_away("Enter")

    # J and K walk through the cases
    before = page.url
    back = "k" if page.locator("a[rel=next]").count() else "j"
    worker.press_away("j" if back == "k" else "k")
    assert page.url != before
    worker.press_away(back)
    assert page.url == before

    # B decides: text blocks by Space, the letter by Enter
    worker.press_away("b").tab_to(
        page.get_by_role("group", name="Textbausteine").get_by_role("checkbox").first
    )
    worker.press("Space").tab_to(page.get_by_role("button", name="Bausteine einfügen")).press_away("Enter")
    assert "Hundesteuermarke" in page.get_by_label("Text des Bescheids").input_value()
    worker.tab_to(page.get_by_role("button", name="Bescheid erteilen")).press_away("Enter")
    worker.go(path).sees("erteilt")


def test_from_taking_to_the_letter(city: Any, person: Any, scripts: bool) -> None:
    number, foreign = some_case(city), some_case(city)
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    take(worker, path)

    # one screen: application, checks and history, next steps
    worker.sees("Antrag", "Prüfungen", "Verlauf", "Nächster Schritt", "§ 3 LHundG RLP")

    # pause and resume, each with its ground
    worker.click("Frist anhalten").fill("Grund", "Stellungnahme des Ordnungsamts").fill("Rechtsgrundlage", "")
    worker.click("Frist anhalten", role="button")
    assert worker.page.locator(".sk-errors").count()  # no pause without a legal basis
    worker.fill("Rechtsgrundlage", "§ 10 VwVfG").click("Frist anhalten", role="button")
    worker.go(path).sees("Frist stand still", "Stellungnahme des Ordnungsamts (§ 10 VwVfG)")
    assert "steht still" in worker.page.locator(".sk-identity").inner_text() or worker.has("Frist fortsetzen")
    worker.click("Frist fortsetzen", role="link").click("Frist fortsetzen", role="button")
    assert not worker.go(path).has("Frist fortsetzen")

    # a colleague of another office is asked: she sees this case, and nothing else
    worker.click(re.compile("Kollegin oder Kollegen fragen"))
    worker.choose("Wen möchten Sie fragen?", "Björn Baum").fill(
        "Ihre Frage", "Gab es dort schon Beschwerden?"
    )
    worker.click("Frage stellen")
    tree = city.desk("b.baum", make=person, scripts=scripts)
    assert number in numbers_in(tree.go("/arbeit/?bereich=gefragt"))
    tree.go(path).sees("Gab es dort schon Beschwerden?")
    assert not tree.has("Entscheiden") and not tree.has("Unterlage nachfordern")
    tree.click("Stellungnahme abgeben")
    tree.fill("Stellungnahme", "Nein, keine.").click("Stellungnahme abgeben", role="button")
    worker.go(path).sees("Nein, keine.")
    unseen(tree, foreign, open_case(worker, foreign))

    # decides, and the letter is a tagged PDF with the legal remedy
    decide(worker, path)
    letter = letter_of(worker.go(path))
    assert "innerhalb eines Monats" in letter and "Widerspruch" in letter and "§§ 68 bis 70" in letter
    assert "Hundesteuermarke" in letter and number in letter


def unseen(other: Person, number: str, path: str) -> None:
    """Neither listed, found, exported, read, printed nor changed by somebody it does not belong to."""
    other.go(path, status=404)
    for part in ("druck/", "aenderungen/", "entscheiden/", "schritt/vermerk/", "schritt/zuweisen/"):
        assert other.fetch(path + part)[0] == 404, part
    for query in (
        "bereich=alle",
        "bereich=alle&stand=alle",
        f"q={number}",
        "bereich=frei",
        "bereich=vertretung",
    ):
        assert (
            number not in other.go(f"/arbeit/?{query}").page.locator("tbody").all_inner_texts().__str__()
        ), query
    assert number.encode() not in other.fetch("/arbeit/vorgaenge.csv?bereich=alle&stand=alle")[1]
    cookies = {item["name"]: item["value"] for item in other.context.cookies()}
    form = {"csrfmiddlewaretoken": cookies.get("csrftoken", ""), "text": "Ich war hier.", "revision": "1"}
    for part in ("uebernehmen/", "schritt/vermerk/"):
        answer = other.context.request.post(path + part, form=form, headers={"Referer": other.base + "/"})
        assert answer.status in (403, 404), (part, answer.status)


@pytest.mark.parametrize("scripts", [False], ids=["no-scripts"])
def test_what_is_not_hers_does_not_exist(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city)
    worker = city.desk("w.werk", make=person)
    path = open_case(worker, number)
    for login in ("b.baum", "s.service", "c.schalter"):
        unseen(city.desk(login, make=person), number, path)
    stranger = person(city.base)
    for part in ("", "druck/", "entscheiden/"):
        assert number.encode() not in stranger.fetch(path + part)[1]
    worker.go(path)
    assert (
        "Ich war hier." not in worker.text()
        and "noch niemandem" in worker.page.locator(".sk-identity").inner_text()
    )


def test_four_eyes(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city, dangerous=True)
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    decide(worker, path)
    worker.go(path).sees("wartet auf die Freigabe")
    assert not worker.has("Vorschlag prüfen und freigeben") and not worker.has("Bescheid öffnen")
    proposal = worker.control("Vorschlag ansehen").get_attribute("href") or ""
    assert not worker.go(proposal).has("Freigeben und Bescheid erteilen")

    # the second person sends it back once, then releases it
    second = city.desk("t.zwei", make=person, scripts=scripts)
    assert number in numbers_in(second.go("/arbeit/?bereich=freigabe"))
    second.go(path).click("Vorschlag prüfen und freigeben").sees("Wanda Müller-Łęcka")
    second.fill("Oder: Was soll geändert werden?", "Bitte die Erlaubnis nennen.").click("Zurückgeben")
    worker.go(path).sees("Bitte die Erlaubnis nennen.")
    decide(worker, path)
    second.go(path).click("Vorschlag prüfen und freigeben").click("Freigeben und Bescheid erteilen")
    second.go(path).sees("erteilt")
    assert "600" in letter_of(second)


def test_refuses_with_reasons(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city)
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    take(worker, path)
    worker.click("Entscheiden", role="link")
    worker.page.locator(".sk-tabs a", has_text=re.compile("ablehnen", re.I)).click()
    worker.page.wait_for_load_state("load")
    worker.fill("Begründung", "").click("Bescheid erteilen", role="button")
    assert worker.page.locator(".sk-errors").count()  # § 39 VwVfG: no refusal without reasons
    word = city.town.word()
    worker.fill("Begründung", f"Der Hund wird nicht hier gehalten ({word}).").click(
        "Bescheid erteilen", role="button"
    )
    assert word in letter_of(worker.go(path))


def test_two_caseworkers_at_once(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city)
    first = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(first, number)
    take(first, path)
    first.click(re.compile("Unterlage nachfordern"))
    first.fill("Was fehlt?", "Bitte die Chipnummer bestätigen.")
    second = city.desk("t.zwei", make=person, scripts=scripts)
    second.go(path).click("Zuweisen")
    second.choose("Wem?", "Tomasz Zweitprüfer").click("Zuweisen", role="button")
    first.click("Unterlage nachfordern", role="button")
    first.sees("geändert")  # the conflict is shown, the text is kept
    assert first.page.get_by_label("Was fehlt?").input_value() == "Bitte die Chipnummer bestätigen."
    second.go(path)
    assert "Bitte die Chipnummer bestätigen." not in second.text()


def test_absence_and_deputy(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city)
    away = city.desk("t.zwei", make=person, scripts=scripts)
    path = open_case(away, number)
    take(away, path)
    deputy = city.desk("b.baum", make=person, scripts=scripts)
    deputy.go(path, status=404)
    away.go("/verwaltung/personal/abwesenheiten/")
    away.page.locator("select[name=account]").select_option(label="Tomasz Zweitprüfer")
    away.page.locator("select[name=deputy]").select_option(label="Björn Baum")
    away.page.locator("input[name=from_on]").fill(city.today.isoformat())
    away.page.locator("input[name=to_on]").fill((city.today + timedelta(days=7)).isoformat())
    away.click("Abwesenheit eintragen", role="button").sees("Vertretung: Björn Baum")
    assert number in numbers_in(deputy.go("/arbeit/?bereich=vertretung"))
    deputy.go(path).click("Vermerk schreiben").fill("Vermerk", "In Vertretung gelesen.").click(
        "Vermerk speichern"
    )
    away.go(path).sees("In Vertretung gelesen.", "Björn Baum")
    away.go("/verwaltung/personal/abwesenheiten/").click(re.compile("Löschen"), role="link")
    away.click("Abwesenheit löschen", role="button")
    deputy.go(path, status=404)
