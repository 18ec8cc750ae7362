"""What several journeys do at the desk, and how a letter is read."""

from __future__ import annotations

import io
import re

from tests.journeys.browser import Person

NUMBER = re.compile(r"\b[A-ZÄÖÜ]{2,5}-\d{4}-\d{4,}\b")


def open_case(worker: Person, number: str) -> str:
    """Find a case in the work list by its number; returns its address."""
    worker.go(f"/arbeit/?q={number}&bereich=alle&stand=alle")
    worker.click(number, role="link")
    assert number in worker.page.locator("body").inner_text()
    return worker.page.url


def take(worker: Person, case_path: str) -> None:
    """Make a case one's own."""
    worker.go(case_path)
    if worker.has("Übernehmen"):
        worker.click("Übernehmen").go(case_path)


def decide(worker: Person, case_path: str, *, letter: bool = False) -> None:
    """Grant, with the first text block; by letter if so."""
    take(worker, case_path)
    worker.click("Entscheiden", role="link")
    worker.page.get_by_role("group", name="Textbausteine").get_by_role("checkbox").first.check()
    worker.click("Bausteine einfügen")
    assert "Hundesteuermarke" in worker.page.get_by_label("Text des Bescheids").input_value()
    if letter:
        worker.page.get_by_label("als Brief", exact=True).check()
    worker.click(re.compile("Bescheid erteilen|Zur Freigabe vorschlagen"), role="button")


def numbers_in(worker: Person) -> list[str]:
    """The case numbers of the list, from top to bottom."""
    return NUMBER.findall("\n".join(worker.page.locator("tr[data-row] th").all_inner_texts()))


def column(worker: Person, name: str) -> list[str]:
    """The texts of one column of the list, from top to bottom."""
    names = [text.strip() for text in worker.page.locator("thead th").all_inner_texts()]
    number = next(index for index, text in enumerate(names) if text.startswith(name)) + 1
    cells = worker.page.locator(f"tr[data-row] > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def letter_of(person: Person, name: str = "Bescheid öffnen") -> str:
    """The text of the PDF behind a link; fails unless it is tagged (PDF/UA: marked, with a structure and a language)."""
    import pikepdf

    href = person.control(re.compile(name), role="link").get_attribute("href") or ""
    status, content, headers = person.fetch(href)
    assert status == 200 and headers["content-type"] == "application/pdf", (status, headers)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root, document.Root
        assert str(document.Root.Lang).startswith("de")
    return text_of(content)


def text_of(pdf: bytes) -> str:
    """The text of a PDF, on one line."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.replace("\ufffe", "-").split())
