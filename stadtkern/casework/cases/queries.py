"""Every read of cases worth a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.cases.models import Case, CheckVerdict
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCheck:
    """A check as the desk shows it: the computed outcome, and a person's verdict if there is one."""

    check: processes.Check
    outcome: str
    verdict_ok: bool | None
    verdict_reason: str
    verdict_by: str

    @property
    def is_ok(self) -> bool:
        return self.verdict_ok if self.verdict_ok is not None else self.outcome == "ok"

    @property
    def blocks(self) -> bool:
        return self.check.severity == "block" and not self.is_ok


def facts_of(case: Case) -> Mapping[str, Any]:
    """The application's values by alias, as FEEL sees them. An objection has none of its own."""
    return {} if case.parent_id is not None else forms.facts(case.submission_id)


def checks_of(case: Case) -> list[ShownCheck]:
    """All checks of a case with verdicts."""
    process = processes.version(case.process_version_id)
    verdicts = {verdict.check_id: verdict for verdict in CheckVerdict.objects.filter(case=case)}
    shown = []
    for result in processes.run_checks(process, facts_of(case)):
        verdict = verdicts.get(result.check.id)
        shown.append(
            ShownCheck(
                check=result.check,
                outcome=result.outcome,
                verdict_ok=verdict.ok if verdict else None,
                verdict_reason=verdict.reason if verdict else "",
                verdict_by=verdict.by_name if verdict else "",
            )
        )
    return shown
