"""Small models for the tests."""

from __future__ import annotations

from stadtkern.casework.processes.bpmn import BpmnDocument, read_bpmn

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:stadtkern="urn:stadtkern:bpmn:1" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">'
)


def xml(body: str, outside: str = "") -> bytes:
    """A file with one process `P`."""
    return f'{HEAD}<process id="P" isExecutable="true">{body}</process>{outside}</definitions>'.encode()


def read(body: str, outside: str = "") -> BpmnDocument:
    """The same, read."""
    return read_bpmn(xml(body, outside))


def flows(*pairs: str) -> str:
    """``"a>b"``: a flow from a to b, named a_b; ``"a>b: x > 1"`` with a condition."""
    made = []
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, target = (part.strip() for part in ends.split(">", 1))
        inner = f"<conditionExpression>{condition.strip()}</conditionExpression>" if condition else ""
        inner = inner.replace(" > ", " &gt; ").replace(" < ", " &lt; ")
        made.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return "".join(made)


START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
