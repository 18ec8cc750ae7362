"""Ids of version 2 become ids of version 3, always the same way.

Version 2 has a letter, two digits of the number range and six of the element; version 3 has five and six. The three new
digits are zeros (as the FIM component's own converter does). Shorter ids are filled with zeros on the left.
"""

from __future__ import annotations

import re

V3_ID = re.compile(r"[SGFRCD][0-9]{11}")
SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_V2_ID = re.compile(r"[A-Za-z]([0-9]{1,8})")
_V2_ID_IN_TEXT = re.compile(r"\b([FG])([0-9]{8})\b")


def map_id(id: str, letter: str) -> str | None:
    """The version 3 id of a version 2 id of this kind of element, or None when it is no such id.

    >>> map_id("F60000227", "F")
    'F60000000227'
    """
    if V3_ID.fullmatch(id):
        return id
    match = _V2_ID.fullmatch(id)
    if match is None:
        return None
    digits = match[1].zfill(8)
    return f"{letter}{digits[:2]}000{digits[2:]}"


def map_version(version: str) -> str:
    """``1.2`` becomes ``1.2.0``; an empty version (working copy) stays empty."""
    return f"{version}.0" if re.fullmatch(r"[0-9]+\.[0-9]+", version) else version


def map_ids_in_text(text: str) -> str:
    """Free-text rules name elements by id; those ids are mapped too."""
    return _V2_ID_IN_TEXT.sub(lambda match: f"{match[1]}{match[2][:2]}000{match[2][2:]}", text)
