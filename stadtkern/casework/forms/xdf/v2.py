"""What XDatenfelder 2 does differently: shorter ids and versions, a status without release steps, JSON limits.

The mapping follows the FIM component's own converter: active and released becomes 6, active without a release date or
without a version 2, inactive 7; the technical author becomes "status set by"; several citations are split at ``;``.
"""

from __future__ import annotations

import json
from typing import Any

from stadtkern.casework.forms.model import Constraints, LegalBasis, Prefill, Publication, Rule
from stadtkern.casework.forms.xdf.cursor import Cursor, fail, leaf
from stadtkern.casework.forms.xdf.ids import map_id, map_ids_in_text, map_version
from stadtkern.casework.forms.xdf.v3 import Reader
from stadtkern.kernel.safe_xml import XmlNode

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_2"

_COMMON = {
    "identifikation", "name", "bezeichnungEingabe", "bezeichnungAusgabe", "beschreibung", "definition", "bezug",
    "status", "gueltigAb", "gueltigBis", "fachlicherErsteller", "versionshinweis", "freigabedatum",
    "veroeffentlichungsdatum",
}  # fmt: skip
_ELEMENT = {*_COMMON, "schemaelementart", "hilfetextEingabe", "hilfetextAusgabe", "regel"}
_STATUSES = ("inVorbereitung", "aktiv", "inaktiv")
_LIMITS = {
    "minLength": "min_length", "maxLength": "max_length", "minValue": "min_value", "maxValue": "max_value",
    "pattern": "pattern",
}  # fmt: skip


class ReaderV2(Reader):
    """Reads one document of XDatenfelder 2 into the model of version 3."""

    FORM = {
        *_COMMON, "hilfetext", "ableitungsmodifikationenStruktur", "ableitungsmodifikationenRepraesentation", "regel",
        "struktur",
    }  # fmt: skip
    GROUP = {*_ELEMENT, "struktur"}
    FIELD = {*_ELEMENT, "feldart", "datentyp", "praezisierung", "inhalt", "codelisteReferenz"}
    RULE = {*_COMMON, "script"}
    IDENTITY = {"id", "version"}
    TITLE = "bezeichnungEingabe"

    def element_id(self, node: XmlNode, text: str, letter: str) -> str:
        mapped = map_id(text, letter)
        if mapped is None:
            raise fail(
                node,
                "wrong-id",
                f"„{text[:40]}“ ist keine ID der Version 2 (Buchstabe und bis zu 8 Ziffern).",
            )
        before = self.context.id_map.setdefault(mapped, text)
        if before != text:
            message = f"„{text}“ und „{before}“ bekämen dieselbe neue ID {mapped}."
            raise fail(node, "id-collision", message)
        return mapped

    def element_version(self, version: str) -> str:
        return map_version(version)

    def publication(self, at: Cursor, element: str) -> Publication:
        return Publication(
            status=self.status(at, element),
            status_set_on=at.date("freigabedatum"),
            status_set_by=at.text("fachlicherErsteller"),
            version_note=at.text("versionshinweis"),
            valid_from=at.date("gueltigAb"),
            valid_to=at.date("gueltigBis"),
            published_on=at.date("veroeffentlichungsdatum"),
            changed_at=self.created_at,
        )

    def status(self, at: Cursor, element: str) -> int:
        found = at.code("status")
        if found is None:
            self.context.soft(at.node, "missing-node", "1032", element, "Es ist kein Status angegeben.")
            return 2
        node, code = found
        if code not in _STATUSES:
            known = ", ".join(_STATUSES)
            raise fail(node, "wrong-status", f"„{code[:20]}“ ist kein Status der Version 2 ({known}).")
        if code == "inaktiv":
            return 7
        identity = at.required("identifikation").child("version")
        versioned = identity is not None and leaf(identity) != ""
        return 6 if versioned and at.date("freigabedatum") else 2

    def prefill(self, at: Cursor, element: str) -> Prefill:
        return Prefill.NONE

    def legal_bases(self, at: Cursor) -> tuple[LegalBasis, ...]:
        parts = [part.strip() for node in at.many("bezug") for part in leaf(node).split(";")]
        return tuple(LegalBasis(text=" ".join(part.split())) for part in parts if part)

    def constraints(self, at: Cursor) -> Constraints:
        node = at.optional("praezisierung")
        text = leaf(node) if node is not None else ""
        if not text:
            return Constraints()
        data = _json_object(text)
        if data is None:
            return Constraints(note=text)
        given = {name: str(data[key]).strip() for key, name in _LIMITS.items() if _is_scalar(data.get(key))}
        rest = {key: value for key, value in data.items() if key not in _LIMITS}
        return Constraints(**given, note=json.dumps(rest, ensure_ascii=False) if rest else "")

    def rule(self, node: XmlNode) -> Rule:
        at = self.cursor(node, self.RULE)
        id, version = self.identity(at, "R")
        return Rule(
            id=id,
            version=version,
            name=at.text("name"),
            description=at.text("beschreibung"),
            text=map_ids_in_text(at.text("definition")),
            legal_bases=self.legal_bases(at),
            author=at.text("fachlicherErsteller"),
            changed_at=self.created_at,
            type="K",
            script=at.text("script"),
        )


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
