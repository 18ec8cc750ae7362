"""What a browser would send from the page that arranges the pages of a form."""

from __future__ import annotations

import re
from typing import Any


def pages_sent(page: str) -> dict[str, Any]:
    """All inputs and the selected options of the pages form."""
    form = page[page.index('name="pages"') - 200 : page.rindex("</form>")]
    sent: dict[str, Any] = {"unit": re.findall(r'name="unit" value="([^"]*)"', form)}
    sent["split"] = re.findall(r'name="split" value="([^"]*)"', form)
    for name in ("revision", "pages"):
        found = re.search(rf'name="{name}" value="(\d+)"', form)
        assert found is not None
        sent[name] = found[1]
    for tag in re.findall(r"<input[^>]*>", form):
        if typed := re.search(r'name="((?:page|unit)-[^"]+)" value="([^"]*)"', tag):
            sent[typed[1]] = typed[2]
    for name, options in re.findall(r'<select[^>]*name="(unit-[^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="(\d+)" selected', options)
        sent[name] = chosen[1] if chosen else "0"
    return sent
