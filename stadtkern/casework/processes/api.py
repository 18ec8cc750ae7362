"""What other modules use of processes: procedures of services, and the processes that run for their cases."""

from stadtkern.casework.processes.actions import (
    Subject,
    act,
    complete_task,
    erase,
    repair,
    set_variables,
    start,
)
from stadtkern.casework.processes.connectors import Call, Connector, ConnectorError, Field, Operation
from stadtkern.casework.processes.connectors import register as register_connector
from stadtkern.casework.processes.errors import MoveNotAllowed, NoSuchTask
from stadtkern.casework.processes.packages.procedure import BadProcedure, Decided, Procedure
from stadtkern.casework.processes.packages.texts import Block, Check, State, Text
from stadtkern.casework.processes.queries import (
    IncidentInfo,
    TaskInfo,
    allowed,
    open_incidents,
    open_tasks,
    situation,
    variables,
    way,
)
from stadtkern.casework.processes.rules import (
    CheckResult,
    fill_text,
    needs_second_person,
    run_checks,
    show,
)
from stadtkern.casework.processes.situation import Situation
from stadtkern.casework.processes.versions import definition_of, package_of, procedure
from stadtkern.casework.processes.versions import keep_definition as keep

__all__ = [
    "BadProcedure",
    "Block",
    "Call",
    "Check",
    "CheckResult",
    "Connector",
    "ConnectorError",
    "Decided",
    "Field",
    "IncidentInfo",
    "MoveNotAllowed",
    "NoSuchTask",
    "Operation",
    "Procedure",
    "Situation",
    "State",
    "Subject",
    "TaskInfo",
    "Text",
    "act",
    "allowed",
    "complete_task",
    "definition_of",
    "erase",
    "fill_text",
    "keep",
    "needs_second_person",
    "open_incidents",
    "open_tasks",
    "package_of",
    "procedure",
    "register_connector",
    "repair",
    "run_checks",
    "set_variables",
    "show",
    "situation",
    "start",
    "variables",
    "way",
]
