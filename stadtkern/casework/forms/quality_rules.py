"""Checks of free-text rules: which elements they name, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stadtkern.casework.forms.model import Form, Group, walk
from stadtkern.casework.forms.quality_walk import Raw, Survey

_NAMED = re.compile(r"\b([FG][0-9]{11})\b")
_WITH_VERSION = re.compile(r"\b([FG][0-9]{8,11})\s?[vV]\s?[0-9]+(\.[0-9]+)*")
_SHORT = re.compile(r"\b([FG][0-9]{8})\b")


def check(survey: Survey) -> Iterator[Raw]:
    """All findings about rules."""
    for element in survey.everything:
        reachable = {element.id}
        if isinstance(element, Form | Group):
            reachable |= {position.id for _, position in walk(element.children)}
        for rule in element.rules:
            for match in _WITH_VERSION.finditer(rule.text):
                yield Raw("1019", rule.id, f"({match[0]})")
            for id in sorted(set(_SHORT.findall(rule.text))):
                yield Raw("1041", rule.id, f"({id})")
            for id in sorted(set(_NAMED.findall(rule.text)) - reachable):
                yield Raw("1001", rule.id, f"({id}, Regel an {element.id})")
