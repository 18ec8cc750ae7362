"""What other modules use of the shell. Page templates extend ``shell/public.html`` or ``shell/desk.html``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from stadtkern.foundation.shell.languages import register_page_languages
from stadtkern.foundation.shell.markdown import render_markdown
from stadtkern.foundation.shell.middleware import POLICY as CONTENT_POLICY
from stadtkern.foundation.shell.middleware import framed_here
from stadtkern.foundation.shell.navigation import (
    register_desk_nav,
    register_desk_search,
    register_footer_nav,
    register_public_nav,
)
from stadtkern.foundation.shell.tables import (
    Cell,
    Column,
    Row,
    Table,
    csv_response,
    paginate,
    safe_cell,
    sort_key,
)

__all__ = [
    "CONTENT_POLICY",
    "Cell",
    "Column",
    "Row",
    "Table",
    "csv_response",
    "framed_here",
    "paginate",
    "read_date",
    "register_desk_nav",
    "register_desk_search",
    "register_footer_nav",
    "register_page_languages",
    "register_public_nav",
    "render_markdown",
    "safe_cell",
    "sort_key",
]


def read_date(data: Mapping[str, object], name: str) -> date | str | None:
    """The date of the three inputs of ``kern_date``: a date, None when all are empty, else the ISO-like raw text.

    The raw text (``2025-13-40``) fails where dates are checked and can be handed back to the tag.
    """
    parts = [str(data.get(f"{name}_{part}", "") or "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return "-".join(parts)
