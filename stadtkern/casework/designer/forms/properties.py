"""One element as texts by name, and back: what the page of an element shows and sends.

``required`` of a field that a condition may hide becomes a rule (``pflicht-<id>``), because FIM counts only what is always there;
``consent`` (only yes is an answer) is the rule ``zustimmung-<id>``. Both are written here and never shown as rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stadtkern.casework.designer.forms import choices, kinds, rules
from stadtkern.casework.designer.forms.sheet import (
    VERSION,
    EditRefused,
    Sheet,
    is_free_name,
    name_from,
    new_ids,
)
from stadtkern.casework.designer.forms.tree import MOST, change_children, change_element, insert, parent_of
from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.decisions_edit import renamed_text

Values = Mapping[str, str]
MB = 1_000_000
MAX_TEXT = 4_000
DEFAULTS: Mapping[str, Values] = {
    "text": {"max_length": "100"},
    "latin": {"max_length": "100"},
    "longtext": {"max_length": "2000"},
    "yesno": {"consent": "no"},
    "file": {"media_types": "application/pdf image/jpeg image/png", "max_size": "10"},
}


def read(sheet: Sheet, path: str) -> dict[str, str]:
    """What is set for an element, by the names of ``kinds.properties_of``, and its rules (``rule_1_if`` …)."""
    position = sheet.at(path)
    assert position is not None
    element, english = position.element, sheet.english_of(position.id)
    kind = kinds.kind_of(element)
    found = {
        "label": element.label,
        "label_en": str(english.get("label", "")),
        "help": element.help,
        "help_en": str(english.get("help", "")),
        "alias": sheet.alias_of(path),
        "least": str(position.min),
        "most": "" if position.max is None else str(position.max),
        "visible_if": rules.condition_of(sheet, path),
        "value": rules.calculation_of(sheet, path),
    }
    if isinstance(element, forms.Field):
        found |= _read_field(sheet, path, position, element, english)
    offered = {name: found[name] for name in kinds.properties_of(kind)}
    return offered | rules.read(sheet, path)


def _read_field(
    sheet: Sheet, path: str, position: forms.Position, field: forms.Field, english: Mapping[str, Any]
) -> dict[str, str]:
    limits, alias = field.constraints, sheet.alias_of(path)
    return {
        "required": "yes" if position.min or rules.demanded(sheet, path, field.id) else "no",
        "consent": "yes" if rules.consented(sheet, field.id) else "no",
        "min_length": limits.min_length,
        "max_length": limits.max_length,
        "pattern": limits.pattern,
        "min_value": limits.min_value,
        "max_value": limits.max_value,
        "content": field.content,
        "content_en": str(english.get("content", "")),
        "prefill": alias if alias in PREFILLED else "",
        "entry": kinds.entry_of(field),
        "choices": choices.written(field.values, english.get("values") or {}),
        "code_list": field.code_list.key if field.code_list is not None else "",
        "media_types": " ".join(field.media_types),
        "max_size": f"{field.max_size / MB:g}" if field.max_size else "",
    }


#: names that the account of the applicant fills (forms.prefill)
PREFILLED = ("familienname", "vornamen", "geburtsdatum", "strasse", "hausnummer", "hausnummernzusatz", "plz", "ort", "email")  # fmt: skip


def add(sheet: Sheet, code: str, parent: str, after: str | None, values: Values) -> tuple[Sheet, str]:
    """A new element with these properties; also its path. Raises ``EditRefused``."""
    kind = kinds.ALL.get(code)
    if kind is None or code not in kinds.OFFERED:
        raise EditRefused("kind", "Wählen Sie, was dazukommen soll.", "Choose what to add.")
    number = next(iter(new_ids(sheet)))
    of_form = sheet.form.publication
    publication = forms.Publication(status=3, status_set_on=of_form.status_set_on or sheet.created_at[:10], changed_at=of_form.changed_at)  # fmt: skip
    element: forms.Element
    if code in kinds.GROUPS:
        element = forms.Group(id=f"G{number}", version=VERSION, art=forms.ElementArt.HARMONISED, publication=publication, choice=code == "choice_group")  # fmt: skip
        values = {"least": "1", "most": "1", **values}
    else:
        element = forms.Field(id=f"F{number}", version=VERSION, art=forms.ElementArt.HARMONISED, publication=publication, kind=kind.kind, datatype=kind.datatype)  # fmt: skip
        values = {"required": "yes", "most": "1", **DEFAULTS.get(code, {}), **values}
    sheet = insert(sheet, parent, after, forms.Position(element=element))
    path = f"{parent}/{element.id}" if parent else element.id
    return apply(sheet, path, values, fresh=True), path


def apply(sheet: Sheet, path: str, values: Values, *, fresh: bool = False) -> Sheet:
    """The sheet with these properties; those that are not named stay. Raises ``EditRefused``."""
    position = sheet.at(path)
    assert position is not None
    before = read(sheet, path)
    kind = kinds.kind_of(position.element)
    values = {name: text.replace("\r\n", "\n") for name, text in values.items()}
    now = {
        **before,
        **{name: text for name, text in values.items() if name in before or name.startswith("rule_")},
    }
    _require_sizes(now)
    if not now["label"].strip() and kind.code != "static":
        raise EditRefused("label", "Geben Sie an, was gefragt wird.", "Say what is asked.")
    sheet = _apply_texts(sheet, path, now, before)
    sheet = _apply_alias(sheet, path, now, fresh)
    if isinstance(position.element, forms.Field):
        sheet = _apply_field(sheet, position.element, kind, now)
    sheet = _apply_count(sheet, path, kind, now)
    return rules.apply(sheet, path, now)


def _require_sizes(now: Values) -> None:
    for name, text in now.items():
        if len(text) > (50_000 if name == "choices" else MAX_TEXT):
            raise EditRefused(name, "Das ist zu lang.", "This is too long.")


def _apply_texts(sheet: Sheet, path: str, now: Values, before: Values) -> Sheet:
    id = path.rpartition("/")[2]
    label = " ".join(now["label"].split()) or " ".join(now.get("content", "").split())[:80] or "Hinweis"

    def said(element: forms.Element) -> forms.Element:
        if before["label"] == now["label"] and element.name:
            return replace(element, help=now.get("help", element.help).strip())
        name = label[:200].rstrip("?").rstrip()
        return replace(element, name=name, question=label, output=label.rstrip("?"), help=now.get("help", element.help).strip())  # fmt: skip

    sheet = change_element(sheet, id, said)
    own = {
        key: value for key, value in sheet.english_of(id).items() if key not in ("label", "help", "content")
    }
    own |= {key: text for key in ("label", "help", "content") if (text := now.get(f"{key}_en", "").strip())}
    order = ("label", "help", "content", "values")
    own = {key: own[key] for key in (*order, *(key for key in own if key not in order)) if key in own}
    elements = {**(sheet.english.get("elements") or {}), id: own}
    if not own:
        del elements[id]
    return replace(sheet, english={**sheet.english, "elements": elements})


def _apply_alias(sheet: Sheet, path: str, now: Values, fresh: bool) -> Sheet:
    if "alias" not in now:
        return sheet
    element = sheet.form.at(path)
    assert element is not None
    before = sheet.alias_of(path)
    others = {name for name, at in sheet.ruleset.aliases.items() if at != path}
    wanted = now.get("prefill", "") if now.get("prefill") not in ("", before, None) else now["alias"].strip()
    grouped = isinstance(element.element, forms.Group) and not (now.get("most") != "1" and fresh)
    if not wanted and not (grouped and not before):
        wanted = name_from(now["label"], others)
    if wanted in others:
        raise EditRefused("alias", f"Den Namen „{wanted}“ hat schon ein anderes Feld.", f"Another field is called “{wanted}” already.")  # fmt: skip
    if wanted and wanted != before and not is_free_name(wanted):
        raise EditRefused("alias", "Der Name besteht aus Buchstaben, Ziffern und _ und ist kein Wort der Ausdruckssprache.", "The name consists of letters, digits and _, and is no word of the expression language.")  # fmt: skip
    return _named(sheet, path, before, wanted)


def _named(sheet: Sheet, path: str, before: str, wanted: str) -> Sheet:
    if wanted == before:
        return sheet
    old = sheet.ruleset
    aliases = {(wanted if at == path else name): at for name, at in old.aliases.items()}
    if wanted and not before:
        aliases[wanted] = path
    ruleset = replace(old, aliases={name: at for name, at in aliases.items() if name})
    if before and wanted:
        said: Callable[[str], str] = lambda text: renamed_text(text, before, wanted)  # noqa: E731
        ruleset = replace(
            ruleset,
            conditions=tuple(replace(rule, expression=said(rule.expression)) for rule in old.conditions),
            validations=tuple(replace(rule, expression=said(rule.expression)) for rule in old.validations),
            calculations=tuple(replace(rule, expression=said(rule.expression)) for rule in old.calculations),
        )
    return replace(sheet, ruleset=ruleset)


def _apply_field(sheet: Sheet, field: forms.Field, kind: kinds.Kind, now: Values) -> Sheet:
    changed = replace(field, **_set(field, kind, now))

    def put(element: forms.Element) -> forms.Element:
        assert isinstance(element, forms.Field)
        return replace(changed, name=element.name, question=element.question, output=element.output, help=element.help)  # fmt: skip

    sheet = change_element(sheet, field.id, put)
    if "choices" in now:
        english = choices.english_in(now["choices"])
        own = {key: value for key, value in sheet.english_of(field.id).items() if key != "values"}
        own |= {"values": english} if english else {}
        elements = {**(sheet.english.get("elements") or {}), field.id: own}
        sheet = replace(
            sheet, english={**sheet.english, "elements": {k: v for k, v in elements.items() if v}}
        )
    return sheet


def _set(field: forms.Field, kind: kinds.Kind, now: Values) -> dict[str, Any]:
    """The fields of the model that the properties change."""
    limits = replace(
        field.constraints,
        min_length=_whole(now, "min_length", field.constraints.min_length),
        max_length=_whole(now, "max_length", field.constraints.max_length),
        min_value=_limit(now, "min_value", field),
        max_value=_limit(now, "max_value", field),
        pattern=_pattern(now, field),
    )
    found: dict[str, Any] = {"constraints": limits}
    if "content" in now:
        found["content"] = now["content"].strip()
    if "entry" in now and kind.kind is not forms.Kind.LABEL:
        usual = kinds.K.SELECT if kind.code in ("choice", "list") else kinds.K.INPUT
        entered = kinds.ENTRIES.get(now["entry"], usual)
        found["kind"] = usual if entered is kinds.K.INPUT else entered
    if "choices" in now:
        found["values"] = choices.parse(now["choices"])
    if "code_list" in now:
        found["code_list"] = _list(now["code_list"].strip(), field)
    if "media_types" in now:
        found["media_types"] = tuple(dict.fromkeys(now["media_types"].split()))
        found["max_size"] = _megabytes(now["max_size"])
    return found


def _list(key: str, field: forms.Field) -> forms.CodeListReference:
    if field.code_list is not None and field.code_list.key == key:
        return field.code_list
    if not key:
        raise EditRefused("code_list", "Wählen Sie eine Codeliste.", "Choose a code list.")
    uri, _line, version = key.rpartition("_")
    return forms.CodeListReference(uri=uri or key, version=version if uri else "", version_uri=key)


def _whole(now: Values, name: str, before: str) -> str:
    text = now.get(name, before).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        raise EditRefused(name, "Hier gehört eine ganze Zahl hin.", "A whole number belongs here.")
    return text


def _limit(now: Values, name: str, field: forms.Field) -> str:
    before: str = getattr(field.constraints, name)
    return now.get(name, before).strip().replace(",", ".") if name in now else before


def _pattern(now: Values, field: forms.Field) -> str:
    text = now.get("pattern", field.constraints.pattern).strip()
    if "pattern" in now and text and (reason := forms.usable(text)):
        raise EditRefused("pattern", reason, "This pattern cannot be used.")
    return text


def _megabytes(text: str) -> int | None:
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        size = float(text)
    except ValueError:
        size = 0
    if not 0 < size <= 1000:
        raise EditRefused(
            "max_size", "Hier gehört eine Zahl von Megabyte hin.", "A number of megabytes belongs here."
        )
    return round(size * MB)


def _apply_count(sheet: Sheet, path: str, kind: kinds.Kind, now: Values) -> Sheet:
    """How often: a field by "required" and its most, a group by least and most; a condition lets the least be none."""
    conditional, calculated = bool(now["visible_if"].strip()), bool(now.get("value", "").strip())
    most = _most(now)
    if kind.code in kinds.GROUPS:
        least = _least(now["least"])
        if (most is not None and most < least) or most == 0:
            raise EditRefused("most", "Die Häufigkeit passt nicht: zum Beispiel 1 bis 1 oder 0 bis 5.", "These numbers do not fit.")  # fmt: skip
    else:
        least = int(now.get("required") == "yes" and not calculated)
    least = 0 if conditional and kind.code != "static" else least
    around = sheet.at(parent_of(path))
    if around is not None and isinstance(around.element, forms.Group) and around.element.choice:
        least, most = 0, 1
    id = path.rpartition("/")[2]
    if kind.code == "static":
        least, most = 1, 1
    return change_children(
        sheet,
        parent_of(path),
        lambda old: tuple(replace(child, min=_kept(child, least, kind), max=most) if child.id == id else child for child in old),
    )  # fmt: skip


def _kept(child: forms.Position, least: int, kind: kinds.Kind) -> int:
    """A form that was read may want more than one answer of a field; that stays while it is required."""
    return child.min if least and kind.code not in kinds.GROUPS and child.min > least else least


def _least(text: str) -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdigit()) or int(text[:6]) > MOST:
        raise EditRefused(
            "least", "Hier gehört eine Zahl von 0 bis 999 hin.", "A number from 0 to 999 belongs here."
        )
    return int(text)


def _most(now: Values) -> int | None:
    text = now.get("most", "1").strip()
    if text in ("", "*"):
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:6]) <= MOST:
        raise EditRefused("most", "Hier gehört eine Zahl bis 999 hin; leer: beliebig oft.", "A number up to 999 belongs here; empty: any number.")  # fmt: skip
    return int(text)
