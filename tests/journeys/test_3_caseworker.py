"""Goal 3: a caseworker's day, by keyboard; four eyes; two at once; what is not hers does not exist."""

from __future__ import annotations

import re
import secrets
from typing import Any

from tests.journeys import api
from tests.journeys.test_2_resident import decide, open_case


def some_case(city: Any, **more: Any) -> str:
    """A new application; returns the case number."""
    resident = city.town.resident(today=city.today)
    return str(api.submit(city.base, resident, secrets.token_hex(8), **more)["case_number"])


def test_from_the_work_list_to_the_decision(city: Any, person: Any, scripts: bool) -> None:
    numbers = [some_case(city) for _ in range(3)]
    worker = city.desk("w.werk", make=person, scripts=scripts)

    # the list: filters, sorting, keyboard
    worker.go("/arbeit/?bereich=alle").sees(*numbers)
    worker.go(f"/arbeit/?bereich=alle&q={numbers[1]}").sees(numbers[1])
    assert numbers[0] not in worker.text()
    worker.go("/arbeit/?bereich=alle").click("Aktenzeichen", role="link")
    shown = re.findall(r"[A-ZÄÖÜ]{2,5}-\d{4}-\d{4,}", worker.text())
    assert shown == sorted(shown) or shown == sorted(shown, reverse=True), shown
    if scripts:
        worker.go("/arbeit/?bereich=alle&sort=nummer")
        worker.page.keyboard.press("j")
        worker.page.keyboard.press("j")
        worker.page.keyboard.press("k")
        worker.page.keyboard.press("Enter")
        worker.page.wait_for_url(re.compile("/arbeit/vorgang/"))

    # take, ask, pause and resume, involve a colleague
    path = open_case(worker, numbers[0])
    if scripts:
        with worker.page.expect_navigation():
            worker.page.keyboard.press("u")
    else:
        worker.click("Übernehmen")
    worker.go(path)
    assert "Wanda Müller-Łęcka" in worker.page.content()
    worker.click("Frist anhalten").fill("Grund", "Stellungnahme des Ordnungsamts").click(
        "Frist anhalten", role="button"
    )
    worker.go(path).sees("Frist stand still", "§ 26 Abs. 2 VwVfG")
    worker.click("Frist fortsetzen", role="link").click("Frist fortsetzen", role="button")
    worker.go(path).click(re.compile("Kollegin oder Kollegen fragen"))
    worker.choose("Wen möchten Sie fragen?", "Björn Baum").fill(
        "Ihre Frage", "Gab es dort schon Beschwerden?"
    )
    worker.click("Frage stellen")
    tree = city.desk("b.baum", make=person, scripts=scripts)
    tree.go(path).sees("Gab es dort schon Beschwerden?").click("Stellungnahme abgeben")
    tree.fill("Stellungnahme", "Nein, keine.").click("Stellungnahme abgeben", role="button")
    worker.go(path).sees("Nein, keine.")

    # somebody of another team sees nothing that is not hers
    other = open_case(worker, numbers[1])
    tree.go(other, status=404)
    assert numbers[1] not in tree.go("/arbeit/?bereich=alle").text()

    # decides, and the letter is a tagged PDF with the legal remedy
    decide(worker, path)
    worker.go(path)
    status, pdf, _headers = worker.fetch(worker.control("Bescheid öffnen").get_attribute("href") or "")
    assert status == 200 and pdf.startswith(b"%PDF") and b"/MarkInfo" in pdf
    assert "Widerspruch" in text_of(pdf)


def test_four_eyes(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city, dangerous=True)
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    decide(worker, path)
    worker.go(path).sees("wartet auf die Freigabe")
    assert not worker.has("Vorschlag prüfen und freigeben")
    second = city.desk("t.zwei", make=person, scripts=scripts)
    second.go(path).click("Vorschlag prüfen und freigeben").sees("Wanda Müller-Łęcka")
    second.click("Freigeben und Bescheid erteilen")
    second.go(path).sees("erteilt")


def test_two_caseworkers_at_once(city: Any, person: Any, scripts: bool) -> None:
    number = some_case(city)
    first = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(first, number)
    first.click("Übernehmen").go(path).click(re.compile("Unterlage nachfordern"))
    first.fill("Was fehlt?", "Bitte die Chipnummer bestätigen.")
    second = city.desk("t.zwei", make=person, scripts=scripts)
    second.go(path).click("Vermerk schreiben").fill("Vermerk", "Anruf: Hund wohlauf.").click(
        "Vermerk speichern"
    )
    second.go(path).click("Zuweisen")
    second.choose("Wem?", "Tomasz Zweitprüfer").click("Zuweisen", role="button")
    first.click("Unterlage nachfordern", role="button")
    first.sees("geändert")  # the conflict is shown, the text is kept
    assert first.page.get_by_label("Was fehlt?").input_value() == "Bitte die Chipnummer bestätigen."
    second.go(path)
    assert "Bitte die Chipnummer bestätigen." not in second.text()


def text_of(pdf: bytes) -> str:
    """The text of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)
