"""``texts.json`` in sections that people can fill in: which fields there are, their values, and the texts they make.

Nothing is refused here: what is missing or wrong is said by the check of the whole package, so that work can be interrupted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django.utils.translation import gettext_noop as _

Kind = Literal["line", "text", "select", "checks", "number", "check", "feel"]
MAX_ROWS: Final = 200
KINDS: Final = ("grant", "partly", "refuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field: where its value stands in a row of the texts, and how it is asked. Labels are ids of translations; ``lang`` marks the English twin."""

    name: str
    label: str
    path: tuple[str, ...]
    kind: Kind = "line"
    hint: str = ""
    lang: str = ""
    options: tuple[tuple[str, str], ...] = ()
    value: Any = ""
    id: str = ""
    required: bool = False


def _both(
    name: str, label: str, *path: str, kind: Kind = "line", required: bool = True
) -> tuple[Field, Field]:
    return (
        Field(name=f"{name}_de", label=label, path=(*path, "de"), kind=kind, required=required),
        Field(name=f"{name}_en", label=label, path=(*path, "en"), kind=kind, lang="en"),
    )


_KIND_OPTIONS = (("grant", _("Bewilligung")), ("partly", _("Teilbewilligung")), ("refuse", _("Ablehnung")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the texts. ``rows`` says where several alike stand: a mapping by code, or a list with an id of its own."""

    name: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    rows: Literal["", "mapping", "list"] = ""
    at: tuple[str, ...] = ()
    add: str = ""
    prefixes: tuple[str, ...] = ()


SECTIONS: Final[Mapping[str, Section]] = {
    section.name: section
    for section in (
        Section(
            name="staende",
            title=_("Stände"),
            lead=_("Wie ein Vorgang unterwegs heißt: für die Sachbearbeitung kurz, für die antragstellende Person als Satz. Gelten mehrere zugleich, zählt der letzte."),
            rows="mapping",
            at=("states",),
            add=_("Neuer Stand"),
            prefixes=("states",),
            fields=(
                Field(name="key", label=_("Kürzel"), path=(), hint=_("Zum Beispiel in_review; darauf verweist der Ablauf."), required=True),
                *_both("label", _("Name"), "label"),
                *_both("public", _("Satz für die antragstellende Person"), "public", kind="text"),
                Field(name="kind", label=_("Bedeutung"), path=("kind",), kind="select", options=(("open", _("wir arbeiten")), ("waiting", _("wir warten, die Frist ruht")), ("closed", _("abgeschlossen")))),
            ),
        ),
        Section(
            name="schreiben",
            title=_("Bescheide"),
            lead=_("Die erste Zeile ist der Betreff. In doppelten geschweiften Klammern stehen Platzhalter, die beim Schreiben gefüllt werden."),
            at=("decision",),
            prefixes=("decision.letters", "decision.kinds", "decision.remedy"),
            fields=(
                Field(name="kinds", label=_("Welche Entscheidungen gibt es?"), path=("kinds",), kind="checks", options=_KIND_OPTIONS, required=True),
                *(Field(name=f"letter_{kind}", label=label, path=("letters", kind, "de"), kind="text") for kind, label in _KIND_OPTIONS),
                Field(name="remedy", label=_("Rechtsbehelfsbelehrung"), path=("remedy", "de"), kind="text"),
            ),
        ),
        Section(
            name="bausteine",
            title=_("Textbausteine"),
            lead=_("Absätze, aus denen beim Entscheiden ausgewählt wird."),
            rows="list",
            at=("decision", "blocks"),
            add=_("Neuer Baustein"),
            prefixes=("decision.blocks",),
            fields=(
                Field(name="key", label=_("Kürzel"), path=("id",), required=True),
                Field(name="label", label=_("Name"), path=("label", "de"), required=True),
                Field(name="kinds", label=_("Passt zu"), path=("kinds",), kind="checks", options=_KIND_OPTIONS, required=True),
                Field(name="text", label=_("Text"), path=("text", "de"), kind="text", required=True),
            ),
        ),
        Section(
            name="pruefungen",
            title=_("Prüfungen"),
            lead=_("Was bei einem Antrag stimmen muss. Ob es stimmt, sagt eine Entscheidung mit ja oder nein."),
            rows="list",
            at=("checks",),
            add=_("Neue Prüfung"),
            prefixes=("checks",),
            fields=(
                Field(name="key", label=_("Kürzel"), path=("id",), required=True),
                *_both("label", _("Was stimmen muss"), "label"),
                Field(name="decision", label=_("Entscheidung, die es sagt"), path=("decision",), kind="select", required=True),
                Field(name="severity", label=_("Wenn es nicht stimmt"), path=("severity",), kind="select", options=(("block", _("keine Bewilligung")), ("hint", _("nur ein Hinweis")))),
                Field(name="legal_basis", label=_("Rechtsgrundlage"), path=("legal_basis",)),
                *_both("else", _("Was dann zu tun ist"), "else", kind="text"),
            ),
        ),
        Section(
            name="eckdaten",
            title=_("Frist, Gebühr, Akte"),
            lead=_("Woran das Verfahren gemessen wird."),
            prefixes=("deadline", "fee", "file_plan", "retention_years", "appointment", "objection"),
            fields=(
                Field(name="deadline_amount", label=_("Frist"), path=("deadline", "amount"), kind="number", hint=_("Leer: keine Frist")),
                Field(name="deadline_unit", label=_("Einheit der Frist"), path=("deadline", "unit"), kind="select", options=(("working_days", _("Arbeitstage")), ("days", _("Tage")), ("weeks", _("Wochen")), ("months", _("Monate")))),
                Field(name="deadline_legal", label=_("Grundlage der Frist"), path=("deadline", "legal_basis")),
                Field(name="fee_when", label=_("Gebühr"), path=("fee", "when"), kind="select", options=(("none", _("keine")), ("before_submit", _("vor der Bearbeitung")), ("with_decision", _("mit dem Bescheid"))), hint=_("Die Höhe sagt die Entscheidung „fee“ in Cent.")),
                *_both("fee_label", _("Text zur Gebühr"), "fee", "label", required=False),
                Field(name="fee_legal", label=_("Grundlage der Gebühr"), path=("fee", "legal_basis")),
                Field(name="file_plan", label=_("Aktenzeichen nach Aktenplan"), path=("file_plan",), hint=_("Zum Beispiel 20.11.03"), required=True),
                Field(name="retention_years", label=_("Aufbewahrung in Jahren"), path=("retention_years",), kind="number", required=True),
                Field(name="objection", label=_("Widerspruch ist möglich"), path=("objection",), kind="check"),
                Field(name="appointment_office", label=_("Persönlicher Termin bei (Kürzel des Amts)"), path=("appointment", "office"), hint=_("Leer: kein Termin")),
                *_both("appointment_purpose", _("Wozu der Termin ist"), "appointment", "purpose", required=False),
                Field(name="appointment_minutes", label=_("Dauer in Minuten"), path=("appointment", "minutes"), kind="number"),
            ),
        ),
        Section(
            name="nachrichten",
            title=_("Nachrichten"),
            lead=_("Texte, die der Ablauf von sich aus schickt."),
            rows="mapping",
            at=("messages",),
            add=_("Neue Nachricht"),
            prefixes=("messages",),
            fields=(
                Field(name="key", label=_("Kürzel"), path=(), hint=_("Darauf verweist der Ablauf (Text)."), required=True),
                *_both("subject", _("Betreff"), "subject"),
                *_both("text", _("Text"), "text", kind="text"),
            ),
        ),
    )
}  # fmt: skip


def shown(section: Section, texts: Mapping[str, Any]) -> list[list[Field]]:
    """The fields with their values, row by row; sections with rows end with an empty one. A plain section is one row."""
    if not section.rows:
        return [_filled(section, _at(texts, section.at) or {}, "", "")]
    rows = [_filled(section, row, key, f"{index}-") for index, (key, row) in enumerate(_rows(section, texts))]
    return [*rows, _filled(section, {}, "", f"{len(rows)}-")]


def _rows(section: Section, texts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found = _at(texts, section.at)
    if section.rows == "mapping":
        pairs = found.items() if isinstance(found, Mapping) else ()
        return [(str(key), row) for key, row in pairs if isinstance(row, Mapping)]
    rows = found if isinstance(found, list) else []
    return [(str(row.get("id", "")), row) for row in rows if isinstance(row, Mapping)]


def _filled(section: Section, row: Mapping[str, Any], key: str, prefix: str) -> list[Field]:
    return [
        replace(field, id=f"{prefix}{field.name}", value=key if field.name == "key" else _value(field, row))
        for field in section.fields
    ]


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    found = _at(row, field.path)
    if found is None and field.path[-1:] == ("de",):  # a plain string is German
        plain = _at(row, field.path[:-1])
        found = plain if isinstance(plain, str) else ""
    if field.kind == "checks":
        return [str(each) for each in found] if isinstance(found, list) else []
    return "" if found is None else found


Posted = Mapping[str, Any]
"""Field id to text; of fields of the kind ``checks`` to a list."""


def written(section: Section, texts: Mapping[str, Any], posted: Posted) -> dict[str, Any]:
    """The texts with this section as posted; what the form does not show stays."""
    result: dict[str, Any] = json.loads(json.dumps(texts))
    if not section.rows:
        target = result
        for part in section.at:
            target = target.setdefault(part, {})
        for field in section.fields:
            _set(target, field, posted)
        _without_empty(result)
        return result
    before = dict(_rows(section, texts))
    rows = [
        row for index in range(MAX_ROWS) if (row := _row(section, before, posted, f"{index}-")) is not None
    ]
    holder = result
    for part in section.at[:-1]:
        holder = holder.setdefault(part, {})
    holder[section.at[-1]] = dict(rows) if section.rows == "mapping" else [row for _, row in rows]
    return result


def _row(
    section: Section, before: Mapping[str, Mapping[str, Any]], posted: Posted, prefix: str
) -> tuple[str, dict[str, Any]] | None:
    """One posted row, or None when its short name is empty or it is marked to go."""
    key = str(posted.get(f"{prefix}key", "")).strip()
    if not key or posted.get(f"{prefix}remove"):
        return None
    was = str(posted.get(f"{prefix}was", "")) or key
    row: dict[str, Any] = json.loads(json.dumps(before.get(was, {})))
    if section.rows == "list":
        row["id"] = key
    for field in section.fields:
        if field.name != "key":
            _set(row, replace(field, id=f"{prefix}{field.name}"), posted)
    return key, row


def _set(target: dict[str, Any], field: Field, posted: Posted) -> None:
    id = field.id or field.name
    if field.kind == "check":
        value: Any = bool(posted.get(id))
    elif field.kind == "checks":
        value = [each for each in KINDS if each in posted.get(id, [])]
    else:
        value = _typed(field, str(posted.get(id, "")))
    for part in field.path[:-1]:
        inner = target.get(part)
        if not isinstance(inner, dict):
            inner = {"de": inner} if isinstance(inner, str) else {}
            if value in ("", None) and (field.path[-1] != "de" or field.kind == "number"):
                return
            target[part] = inner
        target = inner
    if field.path[-1] == "en" and value == "":
        target.pop("en", None)
    else:
        target[field.path[-1]] = value


def _typed(field: Field, text: str) -> Any:
    """Numbers as numbers; what is none stays a text, and the check says so."""
    text = text.replace("\r\n", "\n").strip()
    if field.kind != "number":
        return text
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else (text or None)


def _without_empty(texts: dict[str, Any]) -> None:
    """No deadline without an amount, no appointment without an office, no letter without a text."""
    letters = (texts.get("decision") or {}).get("letters") or {}
    for kind in [kind for kind, text in letters.items() if text == {"de": ""}]:
        del letters[kind]
    deadline, appointment = texts.get("deadline"), texts.get("appointment")
    if isinstance(deadline, dict) and deadline.get("amount") in (None, ""):
        texts["deadline"] = None
    if isinstance(appointment, dict) and not appointment.get("office"):
        texts["appointment"] = None
