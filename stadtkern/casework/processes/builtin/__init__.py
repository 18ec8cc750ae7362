"""Connectors that need no case: other systems by an OpenAPI file of the package, registers."""

from stadtkern.casework.processes import connectors
from stadtkern.casework.processes.builtin import http, registers


def register() -> None:
    """Make them known (called once, when the application starts)."""
    connectors.register(http.CONNECTOR)
    connectors.register(registers.CONNECTOR)
