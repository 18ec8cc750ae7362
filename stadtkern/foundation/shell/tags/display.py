"""Display of facts: alerts, status, lists, tables, timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Page
from django.template import Context as TemplateContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from stadtkern.foundation.shell.tables import Table
from stadtkern.foundation.shell.tags import register

Context = dict[str, Any]


@register.inclusion_tag("kern/alert.html")
def kern_alert(
    *, title: str, kind: str = "info", text: str = "", urgent: bool = False, level: int = 2
) -> Context:
    """A notice; ``kind`` info, success, warning or danger; ``urgent`` is read out at once."""
    return {"kind": kind, "title": title, "text": text, "urgent": urgent, "level": level}


@register.simple_block_tag(end_name="endkern_alert_box")
def kern_alert_box(
    content: str, *, title: str, kind: str = "info", urgent: bool = False, level: int = 2
) -> SafeString:
    """A notice with content of one's own."""
    return render_to_string(
        "kern/alert.html",
        {"kind": kind, "title": title, "content": content, "urgent": urgent, "level": level},
    )


@register.inclusion_tag("kern/badge.html")
def kern_badge(*, label: str, kind: str = "info") -> Context:
    """A small mark with an icon and a word."""
    return {"label": label, "kind": kind}


@register.inclusion_tag("kern/status.html")
def kern_status(*, label: str, kind: str = "neutral") -> Context:
    """A status: a word and a shape (dot, diamond, square, ring), never colour alone."""
    return {"label": label, "kind": kind}


@register.inclusion_tag("kern/card.html")
def kern_card(*, title: str, href: str = "", text: str = "", level: int = 2) -> Context:
    """A card that is one link."""
    return {"title": title, "href": href, "text": text, "level": level}


@register.simple_block_tag(end_name="endkern_panel")
def kern_panel(content: str, *, title: str = "", kind: str = "", level: int = 2) -> SafeString:
    """A coloured area for what matters most; ``kind`` good, bad, line or empty (sand)."""
    return render_to_string(
        "kern/panel.html", {"content": content, "title": title, "kind": kind, "level": level}
    )


@register.simple_block_tag(end_name="endkern_details")
def kern_details(content: str, *, title: str, open: bool = False) -> SafeString:
    """Something to open; in print it is always open."""
    return render_to_string("kern/details.html", {"content": content, "title": title, "open": open})


@register.inclusion_tag("kern/description.html")
def kern_description(items: Iterable[Any]) -> Context:
    """Terms and values: pairs, or mappings ``{term, value, href, status}``; empty values show a dash."""
    rows = [dict(row) if isinstance(row, Mapping) else {"term": row[0], "value": row[1]} for row in items]
    return {"rows": rows}


@register.inclusion_tag("kern/summary.html")
def kern_summary(*, title: str, items: Iterable[Any], edit_href: str = "", level: int = 2) -> Context:
    """What somebody entered on one page, with a link to change it."""
    return {"title": title, "rows": kern_description(items)["rows"], "edit_href": edit_href, "level": level}


@register.inclusion_tag("kern/table.html", takes_context=True)
def kern_table(context: TemplateContext, table: Table) -> Context:
    """A table built in Python (``shell.api.Table``): caption, sort links, numbers to the right."""
    return {"table": table, "request": context.get("request")}


@register.inclusion_tag("kern/sort.html", takes_context=True)
def kern_sort(context: TemplateContext, *, key: str, label: str, default: str = "") -> Context:
    """The inside of a column head that sorts by ``?sort=key`` and, once more, ``?sort=-key``."""
    from stadtkern.foundation.shell.tables import sort_link

    href, direction = sort_link(context["request"], key, default)
    return {"href": href, "label": label, "direction": direction}


@register.inclusion_tag("kern/pagination.html", takes_context=True)
def kern_pagination(context: TemplateContext, page: Page[Any], label: str = "") -> Context:
    """Links to the other pages of a list; nothing when there is only one."""
    query = context["request"].GET.copy()
    query.pop("seite", None)
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    base = query.urlencode()
    return {
        "page": page,
        "numbers": numbers,
        "base": f"?{base}&seite=" if base else "?seite=",
        "label": label,
    }


@register.inclusion_tag("kern/progress.html")
def kern_progress(*, step: int, total: int, label: str = "") -> Context:
    """Where somebody is: step x of y."""
    return {"step": step, "total": total, "label": label}


@register.inclusion_tag("kern/timeline.html")
def kern_timeline(items: Iterable[Mapping[str, Any]]) -> Context:
    """What happened, happens and will: ``{title, at, text, state}``, state done, now or next; ``at`` date or time."""
    return {"rows": list(items)}


@register.inclusion_tag("kern/empty.html")
def kern_empty(
    *, title: str, text: str = "", action_label: str = "", action_href: str = "", level: int = 2
) -> Context:
    """An empty list: what happened, what now."""
    return {
        "title": title,
        "text": text,
        "action_label": action_label,
        "action_href": action_href,
        "level": level,
    }


@register.inclusion_tag("kern/kbd.html")
def kern_kbd(*, key: str, label: str) -> Context:
    """A keyboard hint: the key and what it does."""
    return {"keys": [key] if key == "/" else key.split("/"), "label": label}


@register.inclusion_tag("kern/checks.html")
def kern_checks(items: Iterable[Mapping[str, Any]]) -> Context:
    """Results of checks: ``{label, note, kind, word}``; ``word`` says the kind for screen readers."""
    return {"rows": list(items)}
