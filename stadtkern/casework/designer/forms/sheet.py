"""The form of a draft: read from its package files, changed as a value, written back. Reading what was written gives it again."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.packages.model import FORM, FORM_EN, RULES, dump_json
from stadtkern.casework.processes.packages.vocabulary import CASE_WORDS
from stadtkern.kernel.feel.names import KEYWORDS

VERSION = "1.0.0"
#: schemas of this editor belong to no official document profile; FIM's own placeholder says so
PROFILE = forms.Reference(id="D99000000001", version=VERSION)
_NUMBER = re.compile(r"[SGFR](\d{5})(\d{6})")


class EditRefused(ValueError):
    """A change that cannot be: the field of the page, and the reason in both languages."""

    def __init__(self, field: str, message: str, message_en: str) -> None:
        super().__init__(message)
        self.field, self.message, self.message_en = field, message, message_en

    def text(self, language: str) -> str:
        return self.message if language.startswith("de") else self.message_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form in the making: model, rules, English texts (``form.en.json``), and the header of its message."""

    form: forms.Form
    ruleset: forms.Ruleset
    english: Mapping[str, Any] = field(default_factory=dict)
    message_id: str = ""
    created_at: str = ""
    reserved: frozenset[str] = frozenset()
    """Ids of the published version: an element that was removed never lends its id to another one."""

    def at(self, path: str) -> forms.Position | None:
        """The position at a path."""
        return self.form.at(path) if path else None

    def alias_of(self, path: str) -> str:
        """The name of an element in expressions; empty without one."""
        return next((name for name, at in self.ruleset.aliases.items() if at == path), "")

    def english_of(self, id: str) -> Mapping[str, Any]:
        """The English texts of an element."""
        found = self.english.get("elements", {})
        texts = found.get(id) if isinstance(found, Mapping) else None
        return texts if isinstance(texts, Mapping) else {}


def read_sheet(files: Mapping[str, str], *, reserved: Iterable[str] = ()) -> Sheet:
    """The form in these files. Raises ``XdfError``, ``RulesetError``."""
    message = forms.read_message(files[FORM].encode("utf-8"))
    if not isinstance(message.root, forms.Form):
        text = "Die Datei enthält einen Baustein (Datenfeldgruppe), kein ganzes Formular."
        raise forms.XdfError("unknown-message", text)
    english = json.loads(files[FORM_EN]) if FORM_EN in files else {}
    return Sheet(
        form=message.root,
        ruleset=forms.parse_ruleset(files.get(RULES, "{}")),
        english=english if isinstance(english, dict) else {},
        message_id=message.message_id,
        created_at=message.created_at,
        reserved=frozenset(reserved),
    )


def write_sheet(sheet: Sheet) -> dict[str, str]:
    """The files of the form. Raises ``XdfError`` when a text has characters that XML cannot carry."""
    xml = forms.write_message(sheet.form, message_id=sheet.message_id, created_at=sheet.created_at)
    return {
        FORM: xml.decode("utf-8") + "\n",
        RULES: dump_json(forms.ruleset_to_json(sheet.ruleset)).decode(),
        FORM_EN: dump_json(dict(sheet.english)).decode(),
    }


def new_sheet(*, slug: str, title: str, title_en: str, legal_basis: Iterable[str], now: datetime) -> Sheet:
    """A form without any question."""
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    form = forms.Form(
        id=f"S{number_range(slug)}000001",
        version=VERSION,
        name=title,
        title=title,
        legal_bases=tuple(forms.LegalBasis(text=text) for text in legal_basis),
        publication=forms.Publication(status=3, status_set_on=stamp[:10], changed_at=stamp),
        document_profile=PROFILE,
    )
    return Sheet(
        form=form,
        ruleset=forms.Ruleset(),
        english={"title": {"de": title, "en": title_en}, "elements": {}},
        message_id=f"{form.id}-1",
        created_at=stamp,
    )


# --- ids and names -------------------------------------------------------------------------------------------------


def number_range(slug: str) -> str:
    """The five digits that begin the ids of a service's own elements: 99, and three digits from its short name (ADR 0115)."""
    return f"99{zlib.crc32(slug.encode()) % 1000:03d}"


def own_range(sheet: Sheet) -> str:
    """The range that new elements of this form get: that of the form."""
    match = _NUMBER.fullmatch(sheet.form.id)
    return match[1] if match else number_range(sheet.form.id)


def new_ids(sheet: Sheet) -> Iterable[str]:
    """Free numbers, ascending, without the letter: range and six digits. Groups and fields count together."""
    first = own_range(sheet)
    used = {position.id for _path, position in sheet.form.walk()} | sheet.reserved
    numbers = [int(match[2]) for id in used if (match := _NUMBER.fullmatch(id)) and match[1] == first]
    return (f"{first}{number:06d}" for number in range(max(numbers, default=0) + 1, 1_000_000))


_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
#: words of FEEL, and what forms, processes and letters call otherwise
_TAKEN = KEYWORDS | CASE_WORDS | {"not", forms.TODAY, forms.PARAMETER, "action", "result", "item", "partial"}
_SMALL = frozenset(["der", "die", "das", "des", "dem", "den", "ein", "eine", "einen", "einer", "eines", "ist", "sind", "haben", "hat", "sie", "ihr", "ihre", "ihren", "ihrer", "wie", "was", "wo", "wann", "welche", "welcher", "welches", "bitte", "geben", "an", "von", "vom", "zu", "zum", "zur", "im", "in", "auf", "mit"])  # fmt: skip


def name_from(text: str, taken: Iterable[str]) -> str:
    """A readable name for expressions: "Wie heißt der Hund?" gives ``heisst_hund``; made unique by a number."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.casefold().translate(_LETTERS))
    words = [word for word in plain.split("_") if word]
    kept = [word for word in words if word not in _SMALL] or words
    stem = ""
    for word in kept[:5]:
        if len(stem) + len(word) > 36:
            break
        stem = f"{stem}_{word}".strip("_")
    stem = stem or (kept[0][:36] if kept else "feld")
    if stem[0].isdigit() or stem in _TAKEN:
        stem = f"feld_{stem}"
    used = set(taken)
    return next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}_{n}") not in used)


def is_free_name(name: str) -> bool:
    """Whether a name may be given to a field at all."""
    return re.fullmatch(r"[^\W\d]\w{0,59}", name) is not None and name not in _TAKEN
