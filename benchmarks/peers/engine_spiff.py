"""SpiffWorkflow (LGPL-3, only measured, never imported by the product): a chain of user tasks, its state as JSON between.

Reads a job {"steps": n, "rounds": n, "bpmn": xml} from stdin, writes {"ms_per_task": …, "bytes": …}."""

import json
import sys
import time

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


def main() -> None:
    job = json.load(sys.stdin)
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(job["bpmn"].encode()))
    spec, subs = parser.get_spec("p"), parser.get_subprocess_specs("p")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    best, size = float("inf"), 0
    for _ in range(job["rounds"]):
        began = time.process_time()
        flow, done = BpmnWorkflow(spec, subs), 0
        flow.do_engine_steps()
        text = serializer.serialize_json(flow)
        while True:
            flow = serializer.deserialize_json(text)
            ready = [t for t in flow.get_tasks(state=TaskState.READY) if t.task_spec.manual]
            if not ready:
                break
            ready[0].data[f"d{done % 10}"] = done
            ready[0].run()
            flow.do_engine_steps()
            text = serializer.serialize_json(flow)
            size, done = max(size, len(text)), done + 1
        assert done == job["steps"] and flow.is_completed()
        best = min(best, time.process_time() - began)
    json.dump({"ms_per_task": round(best * 1000 / job["steps"], 4), "bytes": size}, sys.stdout)


if __name__ == "__main__":
    main()
