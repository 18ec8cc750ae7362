"""What other modules use of the workshop, and what its own rooms (decisions, tests) build on.

row = designer.find(actor, draft_id)                     # NotVisible
designer.save_files(actor=…, draft_id=…, revision=…, changes={"decisions/x.dmn": text}, now=…)   # Conflict, DraftFixed
"""

from stadtkern.casework.designer.actions import create_draft, keep_test_results, save_files
from stadtkern.casework.designer.contents import Trouble, package_of, procedure_part, troubles
from stadtkern.casework.designer.errors import DraftExists, DraftFixed
from stadtkern.casework.designer.policies import find, may_design
from stadtkern.foundation.access.api import Role

ROLE = Role.PROCESS_DESIGNER

__all__ = [
    "ROLE",
    "DraftExists",
    "DraftFixed",
    "Trouble",
    "create_draft",
    "find",
    "keep_test_results",
    "may_design",
    "package_of",
    "procedure_part",
    "save_files",
    "troubles",
]
