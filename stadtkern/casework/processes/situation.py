"""Where an instance stands, for people: the state of its subject and what may be done. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.commands import Command, TookWay
from stadtkern.casework.processes.engine.state import State
from stadtkern.casework.processes.packages.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """``state`` is a code of ``texts.json``; ``actions`` are the outcomes and messages that somebody waits for."""

    state: str
    actions: frozenset[str]
    ended: bool
    incidents: int = 0


def actions_of(node: m.Node) -> tuple[str, ...]:
    """The outcomes a person may choose at a task."""
    return tuple(node.settings.get("actions", "").split())


def situation(texts: Texts, process: m.Process, state: State, *, state_code: str) -> Situation:
    """Where the instance stands; ``state_code`` is what the last step left (it stays while nobody says otherwise)."""
    return Situation(
        state=state_code,
        actions=frozenset(open_actions(process, state))
        if state.status == "running"
        else restarts(process, state_code),
        ended=state.status != "running",
        incidents=len(state.incidents),
    )


def open_actions(process: m.Process, state: State) -> Iterable[str]:
    """What may happen from outside: outcomes of open tasks, messages by name."""
    for wait in state.waits.values():
        if wait.kind == "task":
            yield from actions_of(process.nodes[wait.node])
        elif wait.kind == "message" and wait.key is None:
            yield wait.name


def restarts(process: m.Process, state_code: str) -> frozenset[str]:
    """Messages that begin the process anew for a subject whose last instance ended in this state."""
    return frozenset(
        start.event.name
        for start in message_starts(process)
        if isinstance(start.event, m.Message) and state_code in start.settings.get("after", "").split()
    )


def message_starts(process: m.Process) -> list[m.StartEvent]:
    """The start events of the process itself that wait for a message."""
    return [
        node
        for node in process.members.get(process.id, ())
        if isinstance(node, m.StartEvent) and isinstance(node.event, m.Message)
    ]


def state_code(
    texts: Texts, process: m.Process, state: State, commands: Iterable[Command], before: str
) -> str:
    """The subject's state after a step: of the waits that name one the last in the order of the texts; when the instance
    has ended, that of the end event; else as before."""
    order = {code: place for place, code in enumerate(texts.states)}
    found = [process.nodes[wait.node].settings.get("state", "") for wait in state.waits.values()]
    if state.status != "running":
        ways = [command.way for command in commands if isinstance(command, TookWay)]
        ends = [passed.id for way in ways for passed in way if passed.what == "enter"]
        found = [process.nodes[node].settings.get("state", "") for node in ends[-1:] if node in process.nodes]
    known = [code for code in found if code in order]
    return max(known, key=order.__getitem__) if known else before
