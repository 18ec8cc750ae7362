"""Markdown of our handbook as safe HTML: no raw HTML, no scripts in links."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|/|#|[a-z0-9_-]+\.md)", re.IGNORECASE)


def render_markdown(text: str, *, lowest_heading: int = 1) -> SafeString:
    """HTML of ``text``; headings move down so that the first level is ``lowest_heading``.

    Raw HTML appears as text; links other than http(s), mailto, tel and relative ones lose their target.
    """
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + lowest_heading - 1, 6)}"
        for child in token.children or []:
            _check_link(child)
    return mark_safe(str(_PARSER.renderer.render(tokens, _PARSER.options, {})))


def _check_link(token: Token) -> None:
    for name in ("href", "src"):
        target = token.attrGet(name)
        if target is not None and not _SAFE_LINK.match(str(target)):
            token.attrSet(name, "#")
