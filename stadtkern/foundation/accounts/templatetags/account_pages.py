"""Forms of the login library, drawn with the controls of the house."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import strip_tags

register = template.Library()


@register.inclusion_tag("accounts/fields.html")
def account_fields(form: forms.BaseForm, skip: str = "") -> dict[str, Any]:
    """Error summary and all fields of ``form`` but those named in ``skip`` (separated by blanks)."""
    fields = [_control(field) for field in form.visible_fields() if field.name not in skip.split()]
    general = [("", text) for text in form.non_field_errors()]
    errors = general + [(control["id"], control["error"]) for control in fields if control["error"]]
    return {"fields": fields, "hidden": form.hidden_fields(), "errors": errors}


def _control(field: BoundField) -> dict[str, Any]:
    widget = field.field.widget
    choices = getattr(widget, "choices", None)
    kind = "input"
    if isinstance(widget, forms.CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, forms.CheckboxSelectMultiple):
        kind = "checkboxes"
    elif isinstance(widget, forms.Textarea):
        kind = "textarea"
    elif choices is not None:
        kind = "select"
    return {
        "kind": kind,
        "type": widget.attrs.get("type") or getattr(widget, "input_type", "text"),
        "id": field.id_for_label or field.auto_id,
        "name": field.html_name,
        "label": str(field.label or "").rstrip(":"),
        "value": field.value() if field.value() is not None else "",
        "options": list(choices or []),
        "hint": strip_tags(str(field.help_text or "")),
        "error": " ".join(str(text) for text in field.errors),
        "required": field.field.required,
        "autocomplete": widget.attrs.get("autocomplete", ""),
    }
