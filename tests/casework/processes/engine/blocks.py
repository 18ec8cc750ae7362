"""Random block-structured processes, as a model of ours and as BPMN for others."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from stadtkern.casework.processes.engine import model as m

Tree = tuple[Any, ...]


def trees(leaves: int = 8, *, more: bool = False) -> st.SearchStrategy[Tree]:
    """`more`: with multi-instances, signals, boundary events, errors and terminate ends."""
    simple = [st.just(("task",)), st.just(("script",))]
    if more:
        simple += [
            st.tuples(st.just("many"), st.integers(0, 3), st.booleans()),
            st.tuples(st.just("edge"), st.booleans()),
            st.just(("catch",)),
        ]

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner, min_size=2, max_size=3)
        ended = [st.tuples(st.just(kind), inner) for kind in ("error", "stop")] if more else []
        return st.one_of(
            *ended,
            st.tuples(st.just("seq"), several),
            st.tuples(st.just("xor"), several, st.integers(0, 2)),
            st.tuples(st.just("and"), several),
            st.tuples(st.just("or"), several, st.integers(0, 7)),
            st.tuples(st.just("sub"), inner),
            st.tuples(st.just("loop"), inner, st.integers(1, 3)),
        )

    return st.recursive(st.one_of(*simple), larger, max_leaves=leaves)


@dataclass
class Graph:
    """Nodes as (kind, id, scope, more), flows as (source, target, variable, operator, value); both sides read it."""

    nodes: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)
    flows: list[tuple[str, str, tuple[str, str, int] | None]] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, kind: str, scope: str, **more: Any) -> str:
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append((kind, name, scope, more))
        return name

    def link(self, source: str, target: str, condition: tuple[str, str, int] | None = None) -> str:
        self.flows.append((source, target, condition))
        return flow_id(source, target)


def flow_id(source: str, target: str) -> str:
    return f"f_{source}_{target}"


def graph_of(tree: Tree) -> Graph:
    g = Graph()
    whole(g, tree, "p")
    return g


def whole(g: Graph, tree: Tree, scope: str) -> None:
    begin, end = g.add("start", scope), g.add("end", scope)
    first, last = emit(g, tree, scope)
    g.link(begin, first)
    g.link(last, end)


def emit(g: Graph, tree: Tree, scope: str) -> tuple[str, str]:
    """Adds a block; returns its first and its last node."""
    match tree:
        case ("task",):
            name = g.add("task", scope)
            return name, name
        case ("script",):
            name = g.add("script", scope, variable=f"x{len(g.nodes)}", value=len(g.nodes))
            return name, name
        case ("many", count, sequential):
            name = g.add("many", scope, count=count, sequential=sequential)
            return name, name
        case ("edge", interrupting):
            name, join = g.add("task", scope), g.add("xor", scope)
            edge = g.add("edge", scope, host=name, interrupting=interrupting)
            g.link(name, join)
            if interrupting:
                g.link(edge, join)
            else:
                g.link(edge, g.add("end", scope))
            return name, join
        case ("catch",):
            name = g.add("catch", scope)
            return name, name
        case (("error" | "stop") as kind, inner):
            return _ended(g, kind, inner, scope)
        case ("sub", inner):
            name = g.add("sub", scope)
            whole(g, inner, name)
            return name, name
        case ("seq", parts):
            ends = [emit(g, part, scope) for part in parts]
            for (_, left), (right, _) in itertools.pairwise(ends):
                g.link(left, right)
            return ends[0][0], ends[-1][1]
        case ("loop", inner, times):
            return _loop(g, inner, times, scope)
        case _:
            return _fork(g, tree, scope)


def _ended(g: Graph, kind: str, inner: Tree, scope: str) -> tuple[str, str]:
    """A sub-process in which one branch ends everything."""
    name, join = g.add("sub", scope), g.add("xor", scope)
    begin, fork, task = g.add("start", name), g.add("and", name), g.add("task", name)
    first, last = emit(g, inner, name)
    for left, right in (
        (begin, fork),
        (fork, first),
        (last, g.add("end", name)),
        (fork, task),
        (task, g.add(kind, name)),
    ):
        g.link(left, right)
    g.link(name, join)
    if kind == "error":
        g.link(g.add("caught", scope, host=name), join)
    return name, join


def _loop(g: Graph, inner: Tree, times: int, scope: str) -> tuple[str, str]:
    merge, split = g.add("xor", scope), g.add("xor", scope)
    counter = f"n_{split}"
    zero = g.add("script", scope, variable=counter, value=0)
    g.link(zero, merge)
    count = g.add("count", scope, variable=counter)
    out = g.add("script", scope, variable=f"out_{split}", value=1)
    first, last = emit(g, inner, scope)
    for source, target in ((merge, first), (last, count), (count, split)):
        g.link(source, target)
    g.link(split, merge, (counter, "<", times))
    g.defaults[split] = g.link(split, out)
    return zero, out


def _fork(g: Graph, tree: Tree, scope: str) -> tuple[str, str]:
    kind, parts = tree[0], tree[1]
    split, join = g.add(kind, scope), g.add(kind, scope)
    for index, part in enumerate(parts):
        first, last = emit(g, part, scope)
        condition = None
        if kind == "xor":
            g.data[f"c_{split}"] = tree[2] % len(parts)
            condition = (f"c_{split}", "=", index)
        elif kind == "or":
            g.data[f"c_{split}_{index}"] = tree[2] >> index & 1
            condition = (f"c_{split}_{index}", "=", 1)
        last_one = kind == "xor" and index == len(parts) - 1
        link = g.link(split, first, None if last_one else condition)
        if last_one:
            g.defaults[split] = link
        g.link(last, join)
    if kind == "or":
        side = g.add("script", scope, variable=f"else_{split}", value=0)
        g.defaults[split] = g.link(split, side)
        g.link(side, join)
    return split, join


# --- ours


def to_model(g: Graph) -> m.Process:
    nodes = [_node(g, *row) for row in g.nodes]
    flows = [
        m.Flow(
            id=flow_id(s, t), source=s, target=t, condition=m.Expression(" ".join(map(str, c))) if c else None
        )
        for s, t, c in g.flows
    ]
    return m.Process(id="p", nodes={n.id: n for n in nodes}, flows={f.id: f for f in flows})


def _node(g: Graph, kind: str, name: str, scope: str, more: dict[str, Any]) -> m.Node:
    common: dict[str, Any] = {"id": name, "scope": scope, "name": name, "default": g.defaults.get(name)}
    match kind:
        case "task":
            return m.UserTask(**common)
        case "many":
            multi = m.MultiInstance(
                cardinality=m.Expression(str(more["count"])), sequential=more["sequential"]
            )
            return m.UserTask(**common, multi=multi)
        case "edge":
            return m.BoundaryEvent(
                **common,
                attached_to=more["host"],
                interrupting=more["interrupting"],
                event=m.Signal(name=name),
            )
        case "caught":
            return m.BoundaryEvent(**common, attached_to=more["host"], event=m.Error(code=more["host"]))
        case "catch":
            return m.CatchEvent(**common, event=m.Signal(name=name))
        case "error":
            return m.EndEvent(**common, event=m.Error(code=scope))
        case "stop":
            return m.EndEvent(**common, event=m.Terminate())
        case "script":
            return m.ScriptTask(
                **common, assignments=(m.Assignment(more["variable"], m.Expression(str(more["value"]))),)
            )
        case "count":
            return m.ScriptTask(
                **common,
                assignments=(m.Assignment(more["variable"], m.Expression(f"{more['variable']} + 1")),),
            )
        case _:
            kinds: dict[str, type[m.Node]] = {
                "start": m.StartEvent, "end": m.EndEvent, "xor": m.ExclusiveGateway, "and": m.ParallelGateway,
                "or": m.InclusiveGateway, "sub": m.SubProcess,
            }  # fmt: skip
            return kinds[kind](**common)


# --- BPMN with Python inside, for SpiffWorkflow

_TAGS = {
    "task": "userTask", "many": "userTask", "script": "scriptTask", "count": "scriptTask", "start": "startEvent", "end": "endEvent",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "sub": "subProcess", "edge": "boundaryEvent",
    "caught": "boundaryEvent", "catch": "intermediateCatchEvent", "error": "endEvent", "stop": "endEvent",
}  # fmt: skip


def to_xml(g: Graph) -> bytes:
    scopes = {name: scope for _, name, scope, _ in g.nodes}
    signals = "".join(
        f'<signal id="sig_{name}" name="{name}"/>'
        for kind, name, _, _ in g.nodes
        if kind in ("edge", "catch")
    )
    # one code per sub-process: SpiffWorkflow tells an error to every catcher of its code, not only to those around it
    errors = "".join(
        f'<error id="err_{name}" name="{name}" errorCode="{name}"/>'
        for kind, name, _, _ in g.nodes
        if kind == "sub"
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:t">'
        f"{errors}{signals}"
        f'<process id="p" isExecutable="true">{_scope_xml(g, "p", scopes)}</process></definitions>'
    ).encode()


def _scope_xml(g: Graph, scope: str, scopes: dict[str, str]) -> str:
    parts = [_node_xml(g, kind, name, more, scopes) for kind, name, where, more in g.nodes if where == scope]
    for source, target, condition in g.flows:
        if scopes[source] == scope:
            text = ""
            if condition is not None:
                variable, sign, value = condition
                sign = {"=": "==", "<": "&lt;"}[sign]
                text = f"<conditionExpression>{variable} {sign} {value}</conditionExpression>"
            ends = f'sourceRef="{source}" targetRef="{target}"'
            parts.append(f'<sequenceFlow id="{flow_id(source, target)}" {ends}>{text}</sequenceFlow>')
    return "".join(parts)


def _node_xml(g: Graph, kind: str, name: str, more: dict[str, Any], scopes: dict[str, str]) -> str:
    ends = "".join(f"<incoming>{flow_id(s, t)}</incoming>" for s, t, _ in g.flows if t == name)
    ends += "".join(f"<outgoing>{flow_id(s, t)}</outgoing>" for s, t, _ in g.flows if s == name)
    inside, more_attributes = "", ""
    match kind:
        case "sub":
            inside = _scope_xml(g, name, scopes)
        case "script":
            inside = f"<script>{more['variable']} = {more['value']}</script>"
        case "count":
            inside = f"<script>{more['variable']} = {more['variable']} + 1</script>"
        case "many":
            inside = (
                f'<multiInstanceLoopCharacteristics isSequential="{str(more["sequential"]).lower()}">'
                f"<loopCardinality>{more['count']}</loopCardinality></multiInstanceLoopCharacteristics>"
            )
        case "edge":
            more_attributes = (
                f' attachedToRef="{more["host"]}" cancelActivity="{str(more["interrupting"]).lower()}"'
            )
            inside = f'<signalEventDefinition signalRef="sig_{name}"/>'
        case "catch":
            inside = f'<signalEventDefinition signalRef="sig_{name}"/>'
        case "caught":
            more_attributes = f' attachedToRef="{more["host"]}"'
            inside = f'<errorEventDefinition errorRef="err_{more["host"]}"/>'
        case "error":
            inside = f'<errorEventDefinition errorRef="err_{scopes[name]}"/>'
        case "stop":
            inside = "<terminateEventDefinition/>"
    if name in g.defaults:
        more_attributes += f' default="{g.defaults[name]}"'
    return f'<{_TAGS[kind]} id="{name}" name="{name}"{more_attributes}>{ends}{inside}</{_TAGS[kind]}>'
