"""Controls of forms. ``id`` is also the name of the field unless ``name`` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from stadtkern.foundation.shell.tags import register

Context = dict[str, Any]
Option = tuple[str, str] | tuple[str, str, str]


def _field(id: str, name: str, label: str, hint: str, error: str, required: bool, **more: Any) -> Context:
    described = " ".join(part for part in (hint and f"{id}-hint", error and f"{id}-error") if part)
    return {
        "id": id,
        "name": name or id,
        "label": label,
        "hint": hint,
        "error": error,
        "required": required,
        "described_by": described,
        **more,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


@register.inclusion_tag("kern/input.html")
def kern_input(
    *,
    id: str,
    label: str,
    value: object = "",
    name: str = "",
    type: str = "text",
    hint: str = "",
    error: str = "",
    required: bool = True,
    autocomplete: str = "",
    inputmode: str = "",
    maxlength: int | None = None,
    pattern: str = "",
    prefix: str = "",
    suffix: str = "",
    width: str = "",
    placeholder: str = "",
    readonly: bool = False,
    disabled: bool = False,
    key: str = "",
) -> Context:
    """One line of text; ``width`` 2, 4, 6, 10 or 20 characters, ``suffix`` such as a unit."""
    return _field(
        id,
        name,
        label,
        hint,
        error,
        required,
        value=_text(value),
        type=type,
        autocomplete=autocomplete,
        inputmode=inputmode,
        maxlength=maxlength,
        pattern=pattern,
        prefix=prefix,
        suffix=suffix,
        width=width,
        placeholder=placeholder,
        readonly=readonly,
        disabled=disabled,
        key=key,
    )


@register.inclusion_tag("kern/textarea.html")
def kern_textarea(
    *,
    id: str,
    label: str,
    value: object = "",
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    rows: int = 4,
    maxlength: int | None = None,
    readonly: bool = False,
    disabled: bool = False,
    lang: str = "",
) -> Context:
    """Several lines of text."""
    return _field(
        id,
        name,
        label,
        hint,
        error,
        required,
        value=_text(value),
        rows=rows,
        maxlength=maxlength,
        readonly=readonly,
        disabled=disabled,
        lang=lang,
    )


def _options(options: Iterable[Any], chosen: frozenset[str], id: str) -> list[Context]:
    rows = []
    for index, option in enumerate(options):
        value, label, *rest = option
        rows.append(
            {
                "id": id if index == 0 else f"{id}-{index}",
                "value": _text(value),
                "label": label,
                "hint": rest[0] if rest else "",
                "chosen": _text(value) in chosen,
            }
        )
    return rows


@register.inclusion_tag("kern/select.html")
def kern_select(
    *,
    id: str,
    label: str,
    options: Iterable[Any],
    value: object = "",
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    empty_label: str = "",
    disabled: bool = False,
) -> Context:
    """One of several options ``(value, label)`` in a closed list."""
    return _field(
        id,
        name,
        label,
        hint,
        error,
        required,
        options=_options(options, frozenset({_text(value)}), id),
        empty_label=empty_label,
        disabled=disabled,
    )


@register.inclusion_tag("kern/choices.html")
def kern_radios(
    *,
    id: str,
    legend: str,
    options: Iterable[Any],
    value: object = "",
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    inline: bool = False,
    disabled: bool = False,
    heading: bool = False,
) -> Context:
    """One of a few options ``(value, label[, hint])``; ``heading`` makes the legend the page's h1."""
    rows = _options(options, frozenset({_text(value)}), id)
    more: Context = {
        "kind": "radio",
        "options": rows,
        "inline": inline,
        "disabled": disabled,
        "heading": heading,
    }
    return _field(id, name, legend, hint, error, required, **more)


@register.inclusion_tag("kern/choices.html")
def kern_checkboxes(
    *,
    id: str,
    legend: str,
    options: Iterable[Any],
    values: Iterable[object] = (),
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    inline: bool = False,
    disabled: bool = False,
    heading: bool = False,
) -> Context:
    """Any number of options ``(value, label[, hint])``."""
    rows = _options(options, frozenset(_text(value) for value in values), id)
    more: Context = {
        "kind": "checkbox",
        "options": rows,
        "inline": inline,
        "disabled": disabled,
        "heading": heading,
    }
    return _field(id, name, legend, hint, error, required, **more)


@register.inclusion_tag("kern/checkbox.html")
def kern_checkbox(
    *,
    id: str,
    label: str,
    checked: bool = False,
    value: str = "1",
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = False,
    disabled: bool = False,
) -> Context:
    """One statement to agree to."""
    return _field(id, name, label, hint, error, required, checked=checked, value=value, disabled=disabled)


@register.inclusion_tag("kern/date.html")
def kern_date(
    *,
    id: str,
    legend: str,
    value: date | str | Mapping[str, object] | None = None,
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    birthday: bool = False,
    heading: bool = False,
) -> Context:
    """A date as three inputs ``<name>_day``, ``<name>_month``, ``<name>_year`` (read by ``shell.api.read_date``)."""
    parts = _date_parts(value)
    autocomplete = ("bday-day", "bday-month", "bday-year") if birthday else ("", "", "")
    more: Context = {"parts": parts, "autocomplete": autocomplete, "heading": heading}
    return _field(id, name, legend, hint, error, required, **more)


def _date_parts(value: date | str | Mapping[str, object] | None) -> dict[str, str]:
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    if isinstance(value, Mapping):
        return {part: _text(value.get(part)) for part in ("day", "month", "year")}
    pieces = (value or "").split("-")
    if len(pieces) == 3 and all(piece.isdigit() for piece in pieces):
        return {"day": str(int(pieces[2])), "month": str(int(pieces[1])), "year": pieces[0]}
    return {"day": "", "month": "", "year": ""}


@register.inclusion_tag("kern/file.html")
def kern_file(
    *,
    id: str,
    label: str,
    name: str = "",
    hint: str = "",
    error: str = "",
    required: bool = True,
    accept: str = "",
    multiple: bool = False,
    max_bytes: int | None = None,
    files: Iterable[Mapping[str, Any]] = (),
    disabled: bool = False,
) -> Context:
    """A file to choose; ``files`` are those already there: ``{name, size, href, preview, remove_name, remove_value}``."""
    return _field(
        id,
        name,
        label,
        hint,
        error,
        required,
        accept=accept,
        multiple=multiple,
        max_bytes=max_bytes,
        files=list(files),
        disabled=disabled,
    )


@register.simple_block_tag(end_name="endkern_fieldset")
def kern_fieldset(content: str, *, legend: str, id: str = "", hint: str = "", error: str = "") -> SafeString:
    """Controls that belong together under one legend."""
    from django.template.loader import render_to_string

    return render_to_string(
        "kern/fieldset.html", {"content": content, "legend": legend, "id": id, "hint": hint, "error": error}
    )


@register.inclusion_tag("kern/button.html")
def kern_button(
    *,
    label: str,
    variant: str = "primary",
    type: str = "submit",
    name: str = "",
    value: str = "",
    id: str = "",
    key: str = "",
    form: str = "",
    formaction: str = "",
    describe: str = "",
    block: bool = False,
    disabled: bool = False,
    novalidate: bool = False,
) -> Context:
    """A button in the words of the person. ``describe`` adds words for screen readers, ``key`` a keyboard shortcut."""
    return {
        "label": label,
        "variant": variant,
        "type": type,
        "name": name,
        "value": value,
        "id": id,
        "key": key,
        "form": form,
        "formaction": formaction,
        "describe": describe,
        "block": block,
        "disabled": disabled,
        "novalidate": novalidate,
    }


@register.inclusion_tag("kern/link_button.html")
def kern_link_button(
    *,
    label: str,
    href: str,
    variant: str = "secondary",
    key: str = "",
    describe: str = "",
    block: bool = False,
) -> Context:
    """A link that looks like a button: it goes somewhere and changes nothing."""
    return {
        "label": label,
        "href": href,
        "variant": variant,
        "key": key,
        "describe": describe,
        "block": block,
    }


@register.inclusion_tag("kern/error_summary.html")
def kern_error_summary(errors: Iterable[tuple[str, str]]) -> Context:
    """All errors of a page with links to their fields; ``errors`` = [(field id, text)]; nothing when empty."""
    return {"errors": list(errors)}


@register.inclusion_tag("kern/search.html")
def kern_search(
    *,
    action: str,
    label: str,
    value: str = "",
    name: str = "q",
    button: str = "",
    suggest: str = "",
    id: str = "q",
) -> Context:
    """One search field with its button; ``suggest`` is the address that answers type-ahead (enhancement)."""
    return {
        "action": action,
        "label": label,
        "value": value,
        "name": name,
        "button": button,
        "suggest": suggest,
        "id": id,
    }


@register.simple_block_tag(end_name="endkern_filter_form")
def kern_filter_form(
    content: str, *, label: str, button: str = "", reset: str = "", action: str = ""
) -> SafeString:
    """Filters above a list, sent by GET; ``reset`` is the address without filters."""
    from django.template.loader import render_to_string

    return render_to_string(
        "kern/filter_form.html",
        {"content": content, "label": label, "button": button, "reset": reset, "action": action},
    )
