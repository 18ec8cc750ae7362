"""BPMN 2.0: read and write process models without loss, say what of them our engine executes, and compile that.

    from stadtkern.casework.processes import bpmn
    document = bpmn.read_bpmn(data)                    # BpmnError with line and column if it cannot be read
    report = bpmn.check(document)                      # per element: executable or why not, plus problems
    model = bpmn.compile(document, "Process_1")        # the engine's model; NotExecutable lists what stands against it
    data = bpmn.write_bpmn(document)                   # everything that was in it, extensions of other tools included

Pure: no Django, no database. Its words are those of the standard (OMG formal/2011-01-03): process, participant, lane,
flow node, sequence flow, message flow, artifact. Our own attributes are described in ``docs/bpmn-extensions.md``.

``vocabulary``   names of elements and references          ``document``     reading, writing, duplicate and dangling ids
``graph``        nodes and flows of a process               ``compare``      two documents by id
``extensions``   our attributes, and those of other tools   ``expressions``  conditions to FEEL
``check``        executable or not because                  ``soundness``    what can never happen or never end
``compile``      the engine's model                         ``layout``       coordinates for a process without a drawing
``builder``      processes from code                        ``outline``      a process as a list of sentences
"""

from __future__ import annotations

from stadtkern.casework.processes.bpmn.check import CheckedElement, CheckedProcess, Report, check
from stadtkern.casework.processes.bpmn.compare import Difference, compare
from stadtkern.casework.processes.bpmn.compile import compile
from stadtkern.casework.processes.bpmn.document import BpmnDocument, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError, NotExecutable
from stadtkern.casework.processes.bpmn.findings import Finding

__all__ = [
    "BpmnDocument", "BpmnError", "CheckedElement", "CheckedProcess", "Difference", "Finding", "NotExecutable", "Report", "check", "compare",
    "compile", "read_bpmn", "write_bpmn",
]  # fmt: skip
