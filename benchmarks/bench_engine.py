"""The process engine in memory: user tasks one after the other, the state written to JSON and read back around each.

    python -m benchmarks engine

Processor time, the best of several rounds (other work on the machine only ever adds). Besides the plain chain: a process
with a case's data of 2 KB, one with a gateway, a script and a boundary timer at every task, and one in which a loop comes by
the same task again and again. SpiffWorkflow runs the plain chain in the same run (`.venv-bench`, or this environment).
Budgets: 0.3 ms per task at 10 steps; at 100 steps at most 1.5 times that."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.commands import CreateTask
from stadtkern.casework.processes.engine.engine import start, step
from stadtkern.casework.processes.engine.events import TaskCompleted
from stadtkern.casework.processes.engine.state import dumps, loads

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "engine.json"
BUDGET_MS = 0.3
GROWTH = 1.5
ROUNDS = 25


def chain(steps: int) -> m.Process:
    """Start, user tasks, end."""
    nodes: list[m.Node] = [m.StartEvent(id="start", scope="p")]
    nodes += [m.UserTask(id=f"t{n}", scope="p", name=f"Schritt {n}", role="amt") for n in range(steps)]
    nodes.append(m.EndEvent(id="end", scope="p"))
    return _process(nodes, [m.Flow(id=f"f_{a.id}", source=a.id, target=b.id) for a, b in pairwise(nodes)])


def rich(steps: int) -> m.Process:
    """Each task with inputs, a deadline on its edge, a script and a decision behind it."""
    nodes: list[m.Node] = [m.StartEvent(id="start", scope="p"), m.EndEvent(id="end", scope="p")]
    flows: list[m.Flow] = []
    before = "start"
    days = m.Timer(kind="duration", value=m.Expression("10"), unit="working_days")
    value = m.Assignment("gebuehr", m.Expression("if betrag > 100 then betrag * 0.1 else 12.50"))
    for n in range(steps):
        task, edge, script, gate = f"t{n}", f"b{n}", f"s{n}", f"g{n}"
        nodes += [
            m.UserTask(id=task, scope="p", role="amt", inputs=(value,)),
            m.BoundaryEvent(id=edge, scope="p", attached_to=task, event=days, interrupting=False),
            m.ScriptTask(id=script, scope="p", assignments=(value,)),
            m.ExclusiveGateway(id=gate, scope="p", default=f"d{n}"),
        ]
        flows += [
            m.Flow(id=f"a{n}", source=before, target=task),
            m.Flow(id=f"x{n}", source=edge, target="end"),
            m.Flow(id=f"y{n}", source=task, target=script),
            m.Flow(id=f"z{n}", source=script, target=gate),
            m.Flow(id=f"q{n}", source=gate, target="end", condition=m.Expression("gebuehr > 1000")),
        ]
        before = gate
        flows.append(m.Flow(id=f"d{n}", source=gate, target=f"t{n + 1}" if n + 1 < steps else "end"))
    kept = [f for f in flows if not (f.id.startswith("a") and f.source != "start")]
    return _process(nodes, kept)


def loop(steps: int) -> m.Process:
    """One task, again and again."""
    nodes: list[m.Node] = [
        m.StartEvent(id="start", scope="p"), m.ExclusiveGateway(id="merge", scope="p"), m.UserTask(id="t", scope="p"),
        m.ExclusiveGateway(id="again", scope="p", default="out"), m.EndEvent(id="end", scope="p"),
    ]  # fmt: skip
    flows = [m.Flow(id=f"f{a.id}", source=a.id, target=b.id) for a, b in pairwise(nodes[:4])]
    flows.append(
        m.Flow(id="back", source="again", target="merge", condition=m.Expression(f"nr < {steps - 1}"))
    )
    return _process(nodes, [*flows, m.Flow(id="out", source="again", target="end")])


def _process(nodes: list[m.Node], flows: list[m.Flow]) -> m.Process:
    return m.Process(id="p", nodes={n.id: n for n in nodes}, flows={f.id: f for f in flows})


def measure(model: m.Process, steps: int, data: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of processor time per task, and the largest stored state."""
    best, size = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        state, commands = start(model, "i", data)
        text, done = dumps(state), 0
        while state.status == "running":
            wait = next(c.wait for c in commands if isinstance(c, CreateTask))
            answer = {f"d{done % 10}": done, "nr": done}
            state, commands = step(model, loads(text), TaskCompleted(wait, answer))
            text = dumps(state)
            size, done = max(size, len(text)), done + 1
        assert done == steps and state.status == "completed", (done, state)
        best = min(best, time.process_time() - began)
    return {"ms_per_task": round(best * 1000 / steps, 4), "bytes": size}


def peer(steps: int) -> dict[str, Any] | None:
    """SpiffWorkflow over the same chain, None if it is not installed."""
    python = ROOT / ".venv-bench" / "bin" / "python"
    if not any((ROOT / ".venv-bench").glob("lib/*/site-packages/SpiffWorkflow")):
        if importlib.util.find_spec("SpiffWorkflow") is None:
            return None
        python = Path(sys.executable)
    job = {"steps": steps, "rounds": 5, "bpmn": _bpmn(chain(steps))}
    script = str(ROOT / "benchmarks" / "peers" / "engine_spiff.py")
    done = subprocess.run(
        [str(python), script], input=json.dumps(job), capture_output=True, text=True, timeout=600, check=False
    )
    found: dict[str, Any] | None = json.loads(done.stdout) if done.returncode == 0 else None
    return found


def _bpmn(model: m.Process) -> str:
    tags = {m.StartEvent: "startEvent", m.UserTask: "userTask", m.EndEvent: "endEvent"}
    nodes = "".join(f'<{tags[type(n)]} id="{n.id}" name="{n.id}"/>' for n in model.nodes.values())  # type: ignore[index]
    flows = "".join(
        f'<sequenceFlow id="{f.id}" sourceRef="{f.source}" targetRef="{f.target}"/>'
        for f in model.flows.values()
    )
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:b">'
    return f'{head}<process id="p" isExecutable="true">{nodes}{flows}</process></definitions>'


def main() -> dict[str, Any]:
    """Runs all, writes the results, prints them."""
    case = {f"feld{n}": "x" * 32 for n in range(50)} | {"betrag": 120}
    kinds = {
        "chain": (chain, {}),
        "chain, 2 KB of data": (chain, case),
        "rich": (rich, case),
        "loop": (loop, {}),
    }
    result: dict[str, Any] = {
        name: {str(steps): measure(build(steps), steps, data) for steps in (10, 100)}
        for name, (build, data) in kinds.items()
    }
    result["SpiffWorkflow, chain"] = {str(steps): peer(steps) for steps in (10, 100)}
    result["budgets"] = {}
    for name in kinds:
        ten, hundred = (result[name][steps]["ms_per_task"] for steps in ("10", "100"))
        result["budgets"][f"{name}: 10 steps in at most {BUDGET_MS} ms per task"] = ten <= BUDGET_MS
        result["budgets"][f"{name}: 100 steps at most {GROWTH} times that"] = hundred <= GROWTH * ten
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return result


if __name__ == "__main__":
    sys.exit(0 if all(main()["budgets"].values()) else 1)
