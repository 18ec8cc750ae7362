"""Parts of the frame: breadcrumb, language, theme, amounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template import Context as TemplateContext
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.foundation.shell import languages
from stadtkern.foundation.shell.tags import register

Context = dict[str, Any]


@register.inclusion_tag("kern/breadcrumb.html")
def kern_breadcrumb(items: Iterable[tuple[str, str]]) -> Context:
    """The way from the start page: [(label, address)], the last one is the page itself (address empty)."""
    return {"rows": list(items)}


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for key, value in changes.items():
        query[key] = value
    return f"{request.path}?{query.urlencode()}"


@register.inclusion_tag("kern/switch.html", takes_context=True)
def kern_language_switch(context: TemplateContext) -> Context:
    """The other languages of the same page."""
    request = context.get("request")
    if request is None:
        return {"rows": []}
    others = [key for key in languages.offered(request.path) if key != get_language()]
    return {
        "rows": [
            {"href": _with(request, lang=key), "label": languages.NAMES[key], "lang": key} for key in others
        ],
        "title": "",
    }


@register.inclusion_tag("kern/switch.html", takes_context=True)
def kern_theme_switch(context: TemplateContext) -> Context:
    """Light or dark; without a choice the device decides."""
    request = context.get("request")
    if request is None:
        return {"rows": []}
    chosen = context.get("theme", "")
    names = (("light", _("Hell")), ("dark", _("Dunkel")), ("auto", _("Wie Gerät")))
    rows = [
        {"href": _with(request, thema=key), "label": label, "current": key == (chosen or "auto")}
        for key, label in names
    ]
    return {"rows": rows, "title": _("Darstellung")}


@register.filter
def euro(cents: int | None) -> str:
    """An amount of cents as people write it: 12000 → ``120,00 €`` (English ``€120.00``)."""
    if cents is None:
        return ""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(int(cents)), 100)
    if get_language() == "en":
        return f"{sign}€{whole:,}.{rest:02d}"
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}\u00a0€"


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text (separated by blank lines)."""
    return [part.strip() for part in (text or "").split("\n\n") if part.strip()]


@register.filter
def filesize_de(size: int | None) -> str:
    """A size in bytes as people write it, with comma or point by language."""
    amount, unit = float(size or 0), "Byte"
    for unit in ("Byte", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    text = f"{amount:.0f}" if unit == "Byte" or amount >= 100 else f"{amount:.1f}"
    return f"{text if get_language() == 'en' else text.replace('.', ',')}\u00a0{unit}"
