"""Every write of forms: one action, one transaction, one audit entry (saving a page of one's own draft leaves none)."""

from stadtkern.casework.forms.actions.code_lists import import_code_list
from stadtkern.casework.forms.actions.drafts import (
    adopt_draft,
    attach_file,
    change_language,
    discard_draft,
    expire_drafts,
    move_to_current_version,
    open_draft,
    remove_file,
    renew_code,
    save_answers,
    start_amendment,
    start_draft,
)
from stadtkern.casework.forms.actions.importing import import_form_file
from stadtkern.casework.forms.actions.layout import import_block
from stadtkern.casework.forms.actions.submissions import amend_submission, create_submission, submit_draft
from stadtkern.casework.forms.actions.versions import (
    copy_version,
    delete_version,
    import_form,
    publish,
    retire,
    save_ruleset,
)

__all__ = [
    "adopt_draft",
    "amend_submission",
    "attach_file",
    "change_language",
    "copy_version",
    "create_submission",
    "delete_version",
    "discard_draft",
    "expire_drafts",
    "import_block",
    "import_code_list",
    "import_form",
    "import_form_file",
    "move_to_current_version",
    "open_draft",
    "publish",
    "remove_file",
    "renew_code",
    "retire",
    "save_answers",
    "save_ruleset",
    "start_amendment",
    "start_draft",
    "submit_draft",
]
