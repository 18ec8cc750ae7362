"""The standard procedure of an authority, ready to be changed: receive, check, ask, decide, file; with or without four eyes.

The way (``standard/*.bpmn``) is the one most shipped services began with; the texts say only what is true of every procedure.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import stadtkern.content
from stadtkern.casework.processes.bpmn import read_bpmn, write_bpmn
from stadtkern.casework.processes.packages.model import (
    FORMAT,
    MANIFEST,
    PARAMETERS,
    PROCESS,
    TEXTS,
    dump_json,
)

FOLDER = Path(next(iter(stadtkern.content.__path__))) / "services"
WITH_FOUR_EYES, WITHOUT = "hundesteuer-anmeldung", "bewohnerparkausweis"
#: the ways themselves are not those of a service: services go on to change
DRAWINGS = Path(__file__).parent / "standard"
DECISIONS = "decisions/verfahren.dmn"
_STATES = (
    "received",
    "in_review",
    "waiting_for_applicant",
    "awaiting_second",
    "decided",
    "closed",
    "withdrawn",
)


def standard_files(
    *, slug: str, title: str, title_en: str = "", four_eyes: bool, office: str = ""
) -> dict[str, str]:
    """The files of a package with the standard procedure."""
    files = {
        MANIFEST: _manifest(slug, title, title_en, four_eyes, office),
        PROCESS: _process(slug, title, four_eyes),
        TEXTS: dump_json(_texts(four_eyes)).decode(),
        PARAMETERS: "[]\n",
        DECISIONS: _decisions(slug, title, four_eyes),
    }
    return dict(sorted(files.items()))


def identifier(slug: str) -> str:
    """An XML id made of a short name."""
    name = re.sub(r"[^a-z0-9_]", "_", slug.lower())
    return name if name[:1].isalpha() else f"p_{name}"


def _manifest(slug: str, title: str, title_en: str, four_eyes: bool, office: str) -> str:
    roles = ["applicant", "caseworker"] + (["second_person"] if four_eyes else [])
    return dump_json(
        {
            "format": FORMAT,
            "slug": slug,
            "version": 1,
            "title": {"de": title, "en": title_en},
            "kind": "citizen",
            "licence": "EUPL-1.2",
            "author": "",
            "made_with": "designer",
            "requires": {"roles": roles, "connectors": [], "offices": [office] if office else []},
        }
    ).decode()


def _process(slug: str, title: str, four_eyes: bool) -> str:
    source = DRAWINGS / ("four_eyes.bpmn" if four_eyes else "plain.bpmn")
    document = read_bpmn(source.read_bytes())
    name = identifier(slug)
    document.root.attributes |= {"id": f"{name}_modell", "targetNamespace": f"urn:stadtkern:package:{slug}"}
    process = document.processes[0]
    before = process.attributes["id"]
    process.attributes |= {"id": name, "name": title}
    for element in document.root.walk():
        if element.attributes.get("bpmnElement") == before:
            element.attributes["bpmnElement"] = name
        if element.name == "due":
            element.attributes |= {"amount": "10", "unit": "working_days", "legalBasis": "§ 75 VwGO"}
    return write_bpmn(document).decode()


def _texts(four_eyes: bool) -> dict[str, Any]:
    shipped = json.loads((FOLDER / WITH_FOUR_EYES / TEXTS).read_text("utf-8"))
    plain = json.loads((FOLDER / WITHOUT / TEXTS).read_text("utf-8"))
    states = {code: shipped["states"][code] for code in _STATES if four_eyes or code != "awaiting_second"}
    states["decided"] = {
        "label": {"de": "Entschieden", "en": "Decided"},
        "public": {"de": "Wir haben entschieden. Der Bescheid liegt für Sie bereit.", "en": "We have decided. The notice is ready for you."},
        "kind": "closed",
    }  # fmt: skip
    return {
        "states": states,
        "file_plan": "",
        "retention_years": 10,
        "deadline": {"amount": 3, "unit": "months", "legal_basis": "§ 75 VwGO"},
        "checks": [],
        "fee": {"label": {"de": "Gebührenfrei", "en": "Free of charge"}, "legal_basis": "", "when": "none"},
        "decision": {
            "kinds": ["grant", "partly", "refuse"],
            "blocks": [],
            "letters": {kind: {"de": text} for kind, text in _LETTERS.items()},
            "remedy": plain["decision"]["remedy"],
        },
        "messages": {},
        "appointment": None,
        "objection": True,
    }


_LETTERS = {
    "grant": (
        "Bescheid: {{leistung}}\n\nGuten Tag {{antragsteller}},\n\nIhrem Antrag vom {{eingangsdatum}} entsprechen wir."
        "\n\nBegründung\n\nDie Voraussetzungen liegen vor."
    ),
    "partly": (
        "Bescheid: {{leistung}}\n\nGuten Tag {{antragsteller}},\n\nIhrem Antrag vom {{eingangsdatum}} können wir nur zum Teil "
        "entsprechen.\n\nBegründung\n\nDie Voraussetzungen liegen nur zum Teil vor."
    ),
    "refuse": (
        "Bescheid: {{leistung}}\n\nGuten Tag {{antragsteller}},\n\nIhren Antrag vom {{eingangsdatum}} müssen wir ablehnen."
        "\n\nBegründung\n\nDie Voraussetzungen liegen nicht vor."
    ),
}


def _decisions(slug: str, title: str, four_eyes: bool) -> str:
    rows = [("fee", "Gebühr in Cent", "number", "0")]
    rows.append(("four_eyes", "Braucht es eine zweite Person?", "boolean", "true" if four_eyes else "false"))
    parts = "".join(
        f'  <decision id="{name}" name="{name}">\n    <question>{question}</question>\n'
        f'    <variable id="o_{name}" name="{name}" typeRef="{kind}"/>\n'
        f'    <literalExpression id="e_{name}">\n      <text>{value}</text>\n    </literalExpression>\n  </decision>\n'
        for name, question, kind, value in rows
    )
    quoted = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="{identifier(slug)}_regeln" '
        f'name="{quoted}" namespace="urn:stadtkern:package:{slug}">\n{parts}</definitions>\n'
    )
