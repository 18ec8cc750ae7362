"""Connectors: other systems by an OpenAPI file of the package, registers, and how other rooms add theirs."""

from collections.abc import Callable, Mapping
from typing import Any

from stadtkern.casework.processes import connectors
from stadtkern.casework.processes.builtin import http, registers
from stadtkern.casework.processes.connectors import Call, Connector
from stadtkern.casework.processes.packages.connector_names import DECLARED


def register() -> None:
    """Make them known (called once, when the application starts)."""
    connectors.register(http.CONNECTOR)
    connectors.register(registers.CONNECTOR)


def register_builtin(name: str, run: Callable[[Call], Mapping[str, Any]]) -> None:
    """What stands behind one of the declared names; ``run`` works in the transaction that stores its answer."""
    declared = DECLARED[name]
    operations = (declared.operation,) if declared.operation else ()
    connectors.register(
        Connector(name=name, label=declared.label, label_en=declared.label_en, operations=operations, run=run)
    )
