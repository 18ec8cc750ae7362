"""Rendering templates to tagged PDF, and joining PDF."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps

from stadtkern.foundation.documents.glyphs import printable
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel.canonical import JSON
from stadtkern.kernel.errors import DomainError

if TYPE_CHECKING:
    import typst

# typst and pikepdf are loaded when the first document is made: most processes and commands never make one.
logging.getLogger("pikepdf").setLevel(logging.WARNING)

ROOT = Path(__file__).resolve().parents[2]  # the package: templates import each other by "/foundation/…"
HERE = Path(__file__).resolve().parent
_NAME = re.compile(r"(?:([a-z][a-z0-9_]*)/)?([a-z][a-z0-9_-]*)")


class TemplateNotFound(LookupError):
    """No template of this name: a mistake in the program."""


class DocumentFailed(DomainError):
    """The PDF could not be made."""

    code = "document-failed"
    status = 500
    message = "Das Dokument konnte nicht erstellt werden. Wir wurden benachrichtigt; bitte versuchen Sie es später noch einmal."
    message_en = "The document could not be made. Please try again later."


def render_pdf(
    template: str,
    data: Mapping[str, JSON],
    *,
    title: str,
    language: str = "de",
    created: datetime | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1) from a template and its data.

    ``template``: "letter", "receipt", or "<module>/<name>" for ``<module>/documents/<name>.typ``. The current
    municipality is added to the data if they do not name one. The same input with ``created`` gives the same bytes.
    Raises ``TemplateNotFound``, ``DocumentFailed`` (the template does not fit the data).
    """
    import typst

    source = _source(template)
    municipality = organizations.current()
    known: dict[str, JSON] = {
        "municipality": {
            "name": municipality.name,
            "address": municipality.address,
            "phone": municipality.phone,
            "email": municipality.sender_email,
            "color": municipality.color_primary,
        }
    }
    inputs = {
        "data": json.dumps(_printable({**known, **data}), ensure_ascii=False),
        "title": printable(title),
        "language": "en" if language.startswith("en") else "de",
        "author": printable(municipality.name),
    }
    try:
        made = typst.Compiler(
            input=f'#include "/{source.relative_to(ROOT).as_posix()}"\n'.encode(),
            root=ROOT,
            font_paths=_fonts(),
            sys_inputs=inputs,
        ).compile(format="pdf", pdf_standards="ua-1", timestamp=created)
    except typst.TypstError as error:
        raise DocumentFailed(extra={"template": template}) from error
    assert isinstance(made, bytes)
    return made


def merge(parts: Iterable[bytes], *, title: str, language: str = "de") -> bytes:
    """One PDF of several, in order (for printing; tags of the parts are not joined)."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as joined:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as opened:
                joined.pages.extend(opened.pages)
        joined.Root.Lang = language
        with joined.open_metadata() as metadata:
            metadata["dc:title"] = title
        joined.save(out)
    return out.getvalue()


def page_count(content: bytes) -> int:
    """The number of pages."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as opened:
        return len(opened.pages)


def _source(template: str) -> Path:
    match = _NAME.fullmatch(template)
    if match is None:
        raise TemplateNotFound(template)
    module, name = match.groups()
    folder = Path(apps.get_app_config(module).path) / "documents" if module else HERE / "shared"
    path = folder / f"{name}.typ"
    if not path.is_file():
        raise TemplateNotFound(template)
    return path


def _printable(value: JSON) -> JSON:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_printable(item) for item in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(HERE / "fonts")]
    )
