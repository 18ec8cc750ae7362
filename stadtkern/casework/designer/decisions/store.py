"""The decision models inside a draft, and the names their expressions may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stadtkern.casework.designer import actions, queries
from stadtkern.casework.designer.contents import parameters_of
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes import decisions_edit as edit
from stadtkern.casework.processes.bpmn import BpmnError, read_bpmn
from stadtkern.casework.processes.decisions_check import Known
from stadtkern.casework.processes.packages.check_form import alias_type, parameter_type
from stadtkern.casework.processes.packages.check_process import variables_of
from stadtkern.casework.processes.packages.model import DECISIONS, PROCESS
from stadtkern.casework.processes.packages.parameters import effective
from stadtkern.casework.processes.packages.task_fields import declared_fields
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.kernel.dmn import DmnError, write
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.reader import read
from stadtkern.kernel.feel.types import STRING

FIRST = "verfahren"
PARAMETER, ACTION = "parameter", "action"


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


def defaults(row: ProcedureDraft) -> dict[str, object]:
    """The values that hold while a municipality has set no other ones."""
    return dict(effective(parameters_of(row.files), {}))


def known(row: ProcedureDraft) -> dict[str, Known]:
    """Everything an expression may name from outside: fields of the form, what tasks ask for and the process sets,
    parameters, the step somebody chose."""
    form, names = queries.form_and_names(row) or (None, {})
    found = _of_process(row) | {name: _field(form, path) for name, path in names.items()}
    if own := parameters_of(row.files):
        found[PARAMETER] = Known(type=parameter_type(own))
    return {**found, ACTION: Known(type=STRING)}


def _of_process(row: ProcedureDraft) -> dict[str, Known]:
    """What the process makes itself; what a task asks for with the words of its form. Nothing while it cannot be read."""
    try:
        document = read_bpmn(row.files.get(PROCESS, "").encode("utf-8"))
    except BpmnError:
        return {}
    found = {name: Known(type=type_) for name, type_ in variables_of(document).items()}
    asked = {field.name: field for fields in declared_fields(document).values() for field in fields}
    for name, field in asked.items():
        choices = tuple(value for value, _label in field.options)
        found[name] = Known(type=found[name].type, values=choices, label=field.label())
    return found


def _field(form: forms.Form | None, path: str) -> Known:
    position = form.at(path) if form is not None else None
    if form is None or position is None:
        return Known(label=path)
    type_ = alias_type(form, path)
    values = getattr(position.element, "values", ()) if type_.kind != "list" else ()
    return Known(type=type_, values=tuple(value.code for value in values), label=position.element.label)
