"""Documents: tagged, with title and language, and no value becomes code."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from stadtkern.foundation.documents import api
from stadtkern.foundation.documents.glyphs import has_glyph, printable

LETTER = {
    "office": {
        "name": "Amt für Finanzen",
        "address": "Kaiserstraße 3-5\n55116 Mainz",
        "email": "steuern@mainz.example",
    },
    "recipient": "Frau\nŽofia Ångström-Đurić\nAm Brand 1\n55116 Mainz",
    "reference": "HS-2025-000123",
    "date": "14.10.2025",
    "contact": {"name": "S. Weber", "phone": "06131 12-0"},
    "subject": "Hundesteuer: Bescheid",
    "salutation": "Sehr geehrte Frau Ångström-Đurić,",
    "body": "für Ihren Hund setzen wir die Steuer fest.\n\n- erster Punkt\n- zweiter Punkt\n\n# Begründung\n\nEs gilt § 2.",
    "table": {"headers": ["Jahr", "Betrag"], "rows": [["2025", "186,00 €"]], "right": [1]},
    "signature": "S. Weber",
    "remedy": "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch erhoben werden.",
    "attachments": ["Merkblatt"],
}
RECEIPT = {
    "service": "Hund anmelden",
    "case_number": "HS-2025-000123",
    "submitted_at": "14.10.2025, 10:00 Uhr",
    "sections": [
        {"title": "Angaben zum Hund", "rows": [["Name", "Rex"], ["Rasse", "Mischling\nca. 3 Jahre"]]}
    ],
    "files": [{"name": "impfpass.pdf", "size": "120 KB", "sha256": "ab" * 32}],
    "sha256": "cd" * 32,
    "next_steps": ["Wir prüfen Ihren Antrag.", "Sie erhalten einen Bescheid."],
}


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize(("template", "data"), [("letter", LETTER), ("receipt", RECEIPT)])
@pytest.mark.parametrize("language", ["de", "en"])
def test_documents_are_tagged_titled_and_know_their_language(mainz, template, data, language):
    content = api.render_pdf(template, data, title="Bescheid über Hundesteuer", language=language)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith(language)
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.open_metadata()["dc:title"] == "Bescheid über Hundesteuer"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        kinds = set(structure(pdf.Root.StructTreeRoot))
    assert {"/Document", "/H1", "/P", "/Table", "/TH"} <= kinds


def structure(node):
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        yield from structure(node.get("/K"))
    elif isinstance(node, pikepdf.Array):
        for child in node:
            yield from structure(child)


def test_a_letter_has_everything_a_decision_needs(mainz):
    text = text_of(api.render_pdf("letter", LETTER, title="Bescheid"))
    for part in (
        "Žofia Ångström-Đurić",
        "HS-2025-000123",
        "Rechtsbehelfsbelehrung",
        "innerhalb eines Monats",
        "186,00 €",
        "Begründung",
        "Im Auftrag",
        "Seite 1 von 1",
    ):
        assert part in text


def test_the_address_stands_in_the_window_of_the_envelope(mainz):
    """DIN 5008 form B: recipient zone from 62.7 mm to 90 mm below the upper edge, 25 mm from the left one."""
    document = pypdfium2.PdfDocument(api.render_pdf("letter", LETTER, title="Bescheid"))
    page = document[0]
    millimetre = 72 / 25.4
    height = page.get_height()
    window = page.get_textpage().get_text_bounded(
        left=24 * millimetre,
        right=105 * millimetre,
        top=height - 62.7 * millimetre,
        bottom=height - 90 * millimetre,
    )
    assert window.split() == LETTER["recipient"].split()


def test_a_long_letter_breaks_and_counts_its_pages(mainz):
    content = api.render_pdf(
        "letter", {**LETTER, "body": "Ein Absatz. " * 60 + "\n\n" + "Noch einer. " * 900}, title="x"
    )
    assert api.page_count(content) >= 3
    assert f"Seite 2 von {api.page_count(content)}" in text_of(content)


@pytest.mark.parametrize(
    "attack",
    [
        '#read("/etc/passwd")',
        '#import "/foundation/documents/shared/parts.typ": *',
        '#eval("1+1")',
        '"}) #panic()',
        "$ x^2 $ *fett* _kursiv_ <label> @ref \\ #let x = 1",
        "= Überschrift\n\n== Noch eine",
        "```raw``` //comment /* block",
    ],
)
def test_values_never_become_code(mainz, attack):
    data = {
        **LETTER,
        **dict.fromkeys(("recipient", "subject", "body", "salutation", "remedy", "reference"), attack),
    }
    text = text_of(api.render_pdf("letter", data, title=attack))
    assert "root:" not in text
    for word in attack.split():
        assert word in text
    assert "root:" not in text_of(
        api.render_pdf(
            "receipt", {**RECEIPT, "sections": [{"title": attack, "rows": [[attack, attack]]}]}, title="x"
        )
    )


def test_what_cannot_be_printed_is_spelled_out(mainz):
    text = text_of(
        api.render_pdf("letter", {**LETTER, "body": "a\u202eb 你 \U0001f600 \x07"}, title="\u202ex")
    )
    for mark in ("[U+202E]", "[U+4F60]", "[U+1F600]", "[U+0007]"):
        assert mark in text


def test_every_character_of_din_91379_can_be_printed():
    from stadtkern.kernel import din91379_table as table

    groups = table.LATIN + table.N1 + table.N2 + table.N3 + table.N4 + table.E1 + table.GREEK + table.CYRILLIC
    for c in (groups + table.SEQUENCES).replace("\t", "").replace("\n", "").replace("\xad", ""):
        assert printable(c) in (c, *map(printable, c)), hex(ord(c))
        assert "[U+" not in printable(c), hex(ord(c))


def test_the_table_of_glyphs_is_that_of_the_font():
    ttlib = pytest.importorskip("fontTools.ttLib")
    from stadtkern.foundation.documents.pdf import HERE

    for name in ("Regular", "Bold", "Italic", "BoldItalic"):
        known = ttlib.TTFont(HERE / "fonts" / f"NotoSans-{name}.ttf").getBestCmap()
        assert [hex(code) for code in range(0x20, 0xFFFF) if has_glyph(code) and code not in known] == []


def test_the_same_input_gives_the_same_bytes(mainz):
    moment = datetime(2025, 10, 14, 8, tzinfo=UTC)
    one, two = (api.render_pdf("receipt", RECEIPT, title="x", created=moment) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("name", ["nothing", "../../secret", "letter.typ", "cases/../x", ""])
def test_unknown_templates_are_refused(mainz, name):
    with pytest.raises((api.TemplateNotFound, LookupError)):
        api.render_pdf(name, {}, title="x")


def test_data_that_do_not_fit_are_reported(mainz):
    with pytest.raises(api.DocumentFailed):
        api.render_pdf("letter", {"table": {"headers": 5}}, title="x")


def test_parts_are_joined_in_order(mainz):
    parts = [api.render_pdf("letter", {**LETTER, "subject": f"Brief {n}"}, title="x") for n in range(3)]
    joined = api.merge(parts, title="Druckauftrag")
    assert api.page_count(joined) == 3
    text = text_of(joined)
    assert text.index("Brief 0") < text.index("Brief 1") < text.index("Brief 2")
