"""A FIM form as the repository sends it: the form of the dog tax with one more question and its rule in prose."""

from __future__ import annotations

import re
from pathlib import Path

from stadtkern.content import __path__ as content_path
from tests.journeys.city import SERVICE

SOURCE = Path(next(iter(content_path))) / "services" / SERVICE / "form.xdf3.xml"
RULES = SOURCE.with_name("rules.json")
GROUP = "G17000001010"
LIKE_FIELD, LIKE_RULE = "F17000001013", "R17000001002"  # the question about the former municipality


def with_question(number: str, label: str, prose: str) -> bytes:
    """The form with an optional text field behind the former municipality, and a rule about it that only people read.

    ``number`` has eleven digits and is new to the form.
    """
    text = SOURCE.read_text("utf-8")
    rule = _block(text, "regel", LIKE_RULE)
    new_rule = rule.replace(LIKE_RULE, f"R{number}")
    new_rule = re.sub(r"(freitextRegel>).*?(</)", rf"\g<1>{prose}\g<2>", new_rule, count=1, flags=re.S)
    new_rule = re.sub(r"(<xdf3:name>).*?(</)", rf"\g<1>Anzeige: {label}\g<2>", new_rule, count=1)
    field = _block(text, "struktur", LIKE_FIELD)
    new_field = field.replace(LIKE_FIELD, f"F{number}")
    new_field = re.sub(r"(<xdf3:anzahl>).*?(</)", r"\g<1>0:1\g<2>", new_field, count=1)
    for tag in ("name", "bezeichnungEingabe", "bezeichnungAusgabe"):
        new_field = re.sub(rf"(<xdf3:{tag}>).*?(</)", rf"\g<1>{label}\g<2>", new_field, count=1)
    return text.replace(rule, rule + new_rule, 1).replace(field, field + new_field, 1).encode()


def _block(text: str, tag: str, key: str) -> str:
    """The innermost element ``tag`` that holds the id."""
    at = text.index(f"<xdf3:id>{key}</xdf3:id>")
    begin = text.rindex(f"<xdf3:{tag}>", 0, at)
    end = text.index(f"</xdf3:{tag}>", at) + len(f"</xdf3:{tag}>")
    return text[begin:end]
