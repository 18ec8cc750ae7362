"""The answers as rules see them: by alias, as FEEL values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stadtkern.casework.forms.intake import Intake
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.rules_run import RulesRun


def facts_of(
    loaded: LoadedForm,
    values: Mapping[str, Any],
    *,
    today: date,
    parameters: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Alias to value: dates as dates, repeated ones as lists, uploads as lists of {name, size, media_type, sha256}.

    ``today`` is the day of the submission and ``parameters`` what held then, so that what was calculated is the same now.
    """
    intake = Intake(loaded.form, loaded.code_lists, values, {})
    run = RulesRun(loaded.form, loaded.ruleset, intake.take(values), intake, today, parameters)
    run.settle()
    return {name: run.alias(path, "") for name, path in loaded.ruleset.aliases.items()}
