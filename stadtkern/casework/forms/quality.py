"""The lint of a form: findings with the codes of the FIM quality list (XDatenfelder 3, version 1.8).

Implemented are all messages that can be judged from one form message. Not implemented, with the reason, are the codes in
``NOT_IMPLEMENTED``. The texts of the list are kept; what exactly was found is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stadtkern.casework.forms import quality_elements, quality_fields, quality_rules, quality_structure
from stadtkern.casework.forms.model import CodeList, Form, Group
from stadtkern.casework.forms.quality_list import MESSAGES
from stadtkern.casework.forms.quality_walk import Raw, Survey
from stadtkern.casework.forms.xdf import Message

_PROFILE = "betrifft Dokumentsteckbriefe (Nachricht 0101), die hier nicht gelesen werden"
_REPOSITORY = "braucht Netzzugriff auf XRepository oder das Sammelrepository"
_OFF = "in der Liste deaktiviert"

#: code -> why this message is not checked
NOT_IMPLEMENTED: dict[str, str] = {
    **dict.fromkeys(("1008", "1049", "1052", "1053", "1054", "1055", "1092", "1107", "1144"), _PROFILE),
    **dict.fromkeys(("1115", "1125", "1126"), _REPOSITORY),
    **dict.fromkeys(("1089", "1104", "1108", "1110", "1111", "1112", "1113", "1114", "1119"), _OFF),
    "1035": "das „alte Format“ eines Hinweises ist in der Liste nicht beschrieben",
    "1088": "welche Relation in welchem Objekt erlaubt ist, steht nicht in der Liste",
}

_ORDER = {"FehlerKritisch": 0, "FehlerMethodisch": 1, "Warnung": 2, "Hinweis": 3}
_FATAL = ("FehlerKritisch", "FehlerMethodisch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One message of the quality list about one element (its id; empty when it has none)."""

    code: str
    severity: str
    element: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {
            "code": self.code,
            "severity": self.severity,
            "element": self.element,
            "message": self.message,
        }


def check_form(root: Form | Group, code_lists: Mapping[str, CodeList] | None = None) -> tuple[Finding, ...]:
    """All findings about a form or group, the most severe first, each once per element."""
    return _sorted(_all_checks(Survey(root, code_lists or {})))


def check_message(message: Message, code_lists: Mapping[str, CodeList] | None = None) -> tuple[Finding, ...]:
    """The findings about a leniently read file: what the reader had to repair, then what the model shows."""
    noted = (Raw(notice.code, notice.element, notice.message) for notice in message.notices)
    return _sorted((*noted, *_all_checks(Survey(message.root, code_lists or {}))))


def fatal(findings: Iterable[Finding]) -> bool:
    """Whether a finding is an error (critical or methodical), which forbids publishing."""
    return any(finding.severity in _FATAL for finding in findings)


def _all_checks(survey: Survey) -> Iterator[Raw]:
    yield from quality_elements.check(survey)
    yield from quality_structure.check(survey)
    yield from quality_fields.check(survey)
    yield from quality_rules.check(survey)


def _sorted(found: Iterable[Raw]) -> tuple[Finding, ...]:
    findings = {
        (raw.code, raw.element, raw.detail): Finding(
            code=raw.code,
            severity=MESSAGES[raw.code][0],
            element=raw.element,
            message=f"{MESSAGES[raw.code][1]} {raw.detail}".strip(),
        )
        for raw in found
    }
    return tuple(sorted(findings.values(), key=lambda finding: (_ORDER[finding.severity], finding.code)))
