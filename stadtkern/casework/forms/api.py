"""What other modules use of forms: published forms, drafts, submissions and how to show them.

``submission``, ``facts``, ``render_answers``, ``differences`` and the receipts are for callers that checked their own
policy (a case); everything that takes an ``actor`` checks here.
"""

from django.http import HttpRequest, HttpResponse

from stadtkern.casework.forms.actions import (
    amend_submission,
    create_submission,
    discard_draft,
    expire_drafts,
    import_form,
    publish,
    start_amendment,
    start_draft,
    submit_draft,
)
from stadtkern.casework.forms.actions.code_lists import import_code_list
from stadtkern.casework.forms.actions.drafts import Person
from stadtkern.casework.forms.actions.layout import import_block, with_pages
from stadtkern.casework.forms.actions.trial import end_trial, slug_on_trial, try_out
from stadtkern.casework.forms.actions.uploads import Upload
from stadtkern.casework.forms.answers import Answer, AnswerGroup, Difference
from stadtkern.casework.forms.canonical import canonical_json, payload_sha256
from stadtkern.casework.forms.codes import digest as guest_code_digest
from stadtkern.casework.forms.codes import fits as guest_code_fits
from stadtkern.casework.forms.codes import new_code as new_guest_code
from stadtkern.casework.forms.disposal import erase_chain, expired_drafts
from stadtkern.casework.forms.errors import (
    DraftExpired,
    FormNotOnline,
    KeyReused,
    LoginTooWeak,
    SubmissionRefused,
)
from stadtkern.casework.forms.hooks import CaseReference, register_case_lookup, register_own_pages
from stadtkern.casework.forms.info import DraftInfo, FormVersionInfo, SubmissionInfo
from stadtkern.casework.forms.loading import code_lists_for
from stadtkern.casework.forms.mydata import erase_account, export_account
from stadtkern.casework.forms.page_editor import PageEditor
from stadtkern.casework.forms.parameters import register_parameters
from stadtkern.casework.forms.policies import register_submission_gate
from stadtkern.casework.forms.queries import (
    VersionLine,
    chain,
    differences,
    drafts_of,
    facts,
    files_of_published,
    load_published,
    online_slugs,
    published,
    render_answers,
    submission,
    version,
    version_lines,
)
from stadtkern.casework.forms.receipts import payload_json, payload_xml, receipt_pdf
from stadtkern.casework.forms.shelf import (
    ShelfLine,
    block_group,
    blocks,
    code_lists,
    knows_code_list,
    missing_code_lists,
)


def enter_draft(request: HttpRequest, draft: DraftInfo) -> HttpResponse:
    """Open a draft in this browser: the answer that leads to its pages."""
    from stadtkern.casework.forms.public.views import enter  # pages load only where they are needed

    return enter(request, draft)


__all__ = [
    "Answer",
    "AnswerGroup",
    "CaseReference",
    "Difference",
    "DraftExpired",
    "DraftInfo",
    "FormNotOnline",
    "FormVersionInfo",
    "KeyReused",
    "LoginTooWeak",
    "PageEditor",
    "Person",
    "ShelfLine",
    "SubmissionInfo",
    "SubmissionRefused",
    "Upload",
    "VersionLine",
    "amend_submission",
    "block_group",
    "blocks",
    "canonical_json",
    "chain",
    "code_lists",
    "code_lists_for",
    "create_submission",
    "differences",
    "discard_draft",
    "drafts_of",
    "end_trial",
    "enter_draft",
    "erase_account",
    "erase_chain",
    "expire_drafts",
    "expired_drafts",
    "export_account",
    "facts",
    "files_of_published",
    "guest_code_digest",
    "guest_code_fits",
    "import_block",
    "import_code_list",
    "import_form",
    "knows_code_list",
    "load_published",
    "missing_code_lists",
    "new_guest_code",
    "online_slugs",
    "payload_json",
    "payload_sha256",
    "payload_xml",
    "publish",
    "published",
    "receipt_pdf",
    "register_case_lookup",
    "register_own_pages",
    "register_parameters",
    "register_submission_gate",
    "render_answers",
    "slug_on_trial",
    "start_amendment",
    "start_draft",
    "submission",
    "submit_draft",
    "try_out",
    "version",
    "version_lines",
    "with_pages",
]
