"""The decision models inside a draft, and the names their expressions may use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stadtkern.casework.designer import actions, queries
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import decisions_edit as edit
from stadtkern.casework.processes.decisions_check import Known
from stadtkern.casework.processes.packages.model import DECISIONS, PARAMETERS, RULES
from stadtkern.casework.processes.packages.parameters import Parameter, effective, parse_parameters
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.kernel.dmn import DmnError, write
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.reader import read
from stadtkern.kernel.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NUMBER,
    STRING,
    TIME,
    FeelType,
    context_of,
    list_of,
)

FIRST = "verfahren"
PARAMETER, ACTION = "parameter", "action"
_TYPES: dict[str, FeelType] = {
    "text": STRING, "text_latin": STRING, "date": DATE, "time": TIME, "datetime": DATE_TIME, "bool": BOOLEAN, "num": NUMBER,
    "num_int": NUMBER, "num_currency": NUMBER,
}  # fmt: skip
_KINDS: dict[str, FeelType] = {"number": NUMBER, "text": STRING, "date": DATE, "boolean": BOOLEAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of decisions: ``error`` where it cannot be read."""

    name: str
    text: str
    model: m.Definitions | None
    error: DmnError | None = None


def files(row: ProcedureDraft) -> Iterator[File]:
    """The files of decisions by name."""
    for path in sorted(row.files):
        if path.startswith(DECISIONS):
            yield _file(path.removeprefix(DECISIONS).removesuffix(".dmn"), row.files[path])


def _file(name: str, text: str) -> File:
    try:
        return File(name=name, text=text, model=read(text.encode("utf-8")))
    except DmnError as error:
        return File(name=name, text=text, model=None, error=error)


def find(row: ProcedureDraft, name: str, decision_id: str) -> tuple[m.Definitions, m.Decision]:
    """A model and one of its decisions. Raises NotVisible."""
    text = row.files.get(f"{DECISIONS}{name}.dmn")
    model = _file(name, text).model if text is not None else None
    found = next((e for e in model.elements if e.id == decision_id), None) if model is not None else None
    if model is None or not isinstance(found, m.Decision):
        raise NotVisible()
    return model, found


def new_model(row: ProcedureDraft) -> m.Definitions:
    """The first model of a draft that has none."""
    return edit.new_model(row.title, f"urn:stadtkern:package:{row.slug}")


def save(
    *, actor: Actor, row: ProcedureDraft, revision: int, name: str, model: m.Definitions, now: datetime
) -> int:
    """Keep a model; what was not edited stays as it stood in the file. Raises Conflict, DraftFixed, DmnError."""
    path = f"{DECISIONS}{name}.dmn"
    before = row.files.get(path)
    data = write(model, before.encode("utf-8") if before is not None else None)
    changes = {path: data.decode("utf-8")}
    return actions.save_files(actor=actor, draft_id=row.pk, revision=revision, changes=changes, now=now)


# -- names ------------------------------------------------------------------------------------------------------------


def parameters(row: ProcedureDraft) -> tuple[Parameter, ...]:
    """What each municipality sets for itself."""
    return parse_parameters(json.loads(row.files.get(PARAMETERS, "[]")))[0]


def defaults(row: ProcedureDraft) -> dict[str, object]:
    """The values that hold while a municipality has set no other ones."""
    return dict(effective(parameters(row), {}))


def known(row: ProcedureDraft) -> dict[str, Known]:
    """Everything an expression may name from outside: fields of the form, parameters, the step somebody chose."""
    found = {name: Known(label=label) for name, label in (queries.form_fields(row) or {}).items()}
    info = forms.published(row.slug)
    if info is not None and RULES not in row.files:
        found |= {name: _field(info, name, path) for name, path in info.ruleset.aliases.items()}
    own = parameters(row)
    if own:
        types = context_of({each.name: _KINDS[each.kind] for each in own})
        found[PARAMETER] = Known(type=types, label="")
    return {**found, ACTION: Known(type=STRING)}


def _field(info: forms.FormVersionInfo, name: str, path: str) -> Known:
    steps = path.split("/")
    places = [info.form.at("/".join(steps[: n + 1])) for n in range(len(steps))]
    element = places[-1].element if places[-1] is not None else None
    datatype = str(getattr(element, "datatype", ""))
    type_ = _TYPES.get(datatype, ANY)
    codes = tuple(value.code for value in getattr(element, "values", ()))
    many = datatype == "file" or any(place is not None and place.repeated for place in places)
    return Known(
        type=list_of(type_) if many else type_,
        values=() if many else codes,
        label=element.label if element is not None else name,
    )
