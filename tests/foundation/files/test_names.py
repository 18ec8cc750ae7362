"""Names of uploaded files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.foundation.files.names import MAX_NAME, safe_name, visible_name


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("Nachweis.pdf", "Nachweis.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\E\\Meldung.docx", "Meldung.docx"),
        ("rechnung_\u202efdp.exe", "rechnung_fdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ('wer?"ist*das|.png', "wer__ist_das_.png"),
        ("Gru\u0308\u00dfe.pdf", "Grüße.pdf"),
        ("", "Datei"),
        ("...", "Datei"),
        (".pdf", "pdf"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("  viel   Platz .pdf", "viel Platz.pdf"),
    ],
)
def test_safe_name(original, expected):
    assert safe_name(original) == expected


@given(st.text(max_size=400))
def test_safe_names_are_safe(original):
    name = safe_name(original)
    assert 0 < len(name) <= MAX_NAME
    assert not set(name) & set('\\/:*?"<>|\u202e\n\r\x00')
    assert safe_name(name) == name


def test_invisible_marks_are_shown():
    assert visible_name("a\u202eb\x07.pdf") == "a⟨U+202E⟩b⟨U+0007⟩.pdf"
