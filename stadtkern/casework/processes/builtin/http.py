"""The connector ``http``: an operation of the OpenAPI file in the package, on a host the municipality has allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtkern.casework.processes.builtin import hosts
from stadtkern.casework.processes.connectors import Call, Connector, ConnectorError
from stadtkern.casework.processes.packages import openapi
from stadtkern.casework.processes.packages.connector_names import DECLARED
from stadtkern.casework.processes.packages.model import CONNECTORS
from stadtkern.casework.processes.versions import package_of
from stadtkern.kernel import outgoing

LATER = frozenset({408, 425, 429})  # and everything from 500 on: worth another attempt


def prepare(call: Call) -> Mapping[str, Any]:
    """The operation out of the package, and whether its host may be called. Raises ``ConnectorError``."""
    if call.version_id is None:
        raise ConnectorError("Dieser Aufruf gehört zu keinem Paket.", final=True)
    package = package_of(call.version_id)
    for path in package.names(CONNECTORS):
        try:
            found = openapi.operations(package.files[path]).get(call.operation)
        except openapi.BadDescription as error:
            raise ConnectorError(f"{path}: {error}", final=True) from error
        if found is not None:
            return {"operation": found, "private": hosts.is_private(found.host)}
    raise ConnectorError(f"Keine Beschreibung im Paket kennt „{call.operation}“.", final=True)


def run(call: Call) -> Mapping[str, Any]:
    """Send the request with the key of the call, and give the answer that the description promises."""
    operation: openapi.HttpOperation = call.prepared["operation"]
    try:
        request = operation.request(call.data)
        answer = outgoing.fetch(
            request.method,
            request.url,
            headers={**request.headers, "Idempotency-Key": call.key},
            body=request.body,
            private=call.prepared["private"],
        )
    except openapi.Misfit as error:
        raise ConnectorError(f"Die Angaben passen nicht zur Beschreibung: {error}", final=True) from error
    except outgoing.Refused as error:
        raise ConnectorError(str(error), final=True) from error
    except outgoing.Unreachable as error:
        raise ConnectorError(f"{operation.host} ist nicht zu erreichen: {error}") from error
    if answer.status >= 400:
        again = answer.status >= 500 or answer.status in LATER
        told = f"{operation.host} antwortet mit Status {answer.status}."
        raise ConnectorError(told, code=f"http-{answer.status}", final=not again)
    try:
        return operation.answer(answer.status, answer.content)
    except (openapi.Misfit, openapi.BadDescription) as error:
        told = f"Die Antwort von {operation.host} passt nicht zur Beschreibung: {error}"
        raise ConnectorError(told, final=True) from error


CONNECTOR = Connector(
    name="http",
    label=DECLARED["http"].label,
    label_en=DECLARED["http"].label_en,
    operations=(),
    run=run,
    prepare=prepare,
    outside=True,
)
