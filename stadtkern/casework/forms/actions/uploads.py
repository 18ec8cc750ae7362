"""Uploads: which a field takes, and storing those that come inside a submission."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from stadtkern.casework.forms.errors import SubmissionRefused, TooManyFiles
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.messages import Problem
from stadtkern.casework.forms.model import Datatype, Field
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.access.api import NotVisible
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import DomainError

MAX_FILES = 50
UPLOADS = frozenset({"application/pdf", "image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that comes with a submission; ``trusted`` ones we made ourselves (they are neither opened nor scanned)."""

    name: str
    content: bytes
    trusted: bool = False


Uploads = Mapping[str, Iterable[Upload]]


def upload_value(stored: files.FileInfo) -> dict[str, Any]:
    """A stored file as the value of a field."""
    return {
        "name": stored.name,
        "size": stored.size,
        "media_type": stored.media_type,
        "sha256": stored.sha256,
        "id": str(stored.id),
    }


def upload_field(loaded: LoadedForm, path: str) -> tuple[Field, bool]:
    """The file field at an instance path, and whether it takes several. Raises ``NotVisible``."""
    try:
        tree.steps(path)
    except tree.PathError:
        raise NotVisible() from None
    position = loaded.form.at(tree.static_path(path))
    element = position.element if position else None
    if position is None or not isinstance(element, Field) or element.datatype is not Datatype.FILE:
        raise NotVisible()
    return element, position.repeated


def allowed_types(field: Field) -> frozenset[str]:
    """Which kinds of files the field takes."""
    return frozenset(field.media_types) or UPLOADS


def max_bytes(field: Field) -> int:
    """How large one file may be."""
    own = field.max_size or settings.UPLOAD_MAX_BYTES
    return min(own, settings.UPLOAD_MAX_BYTES)


def store_uploads(
    loaded: LoadedForm,
    values: Mapping[str, Any],
    uploads: Uploads,
    *,
    now: datetime,
    keep: Iterable[str] = (),
) -> dict[str, Any]:
    """The answers with every upload stored. An object that claims to be stored already must be in ``keep``."""
    complete: dict[str, Any] = tree.storable(values)
    kept, count = frozenset(keep), 0
    for path, raw in _upload_objects(complete):
        if raw.get("id") in kept:
            continue
        count += 1
        complete = tree.put(complete, path, _stored(loaded, path, _decoded(path, raw), count, now))
    for path, items in uploads.items():
        for item in items:
            count += 1
            _, repeated = upload_field(loaded, path)
            entry = _stored(loaded, path, item, count, now)
            before = tree.get(complete, path)
            complete = tree.put(complete, path, [*(before or []), entry] if repeated else entry)
    return complete


def _upload_objects(raw: Any, path: str = "", depth: int = 0) -> list[tuple[str, dict[str, Any]]]:
    if depth > tree.MAX_DEPTH:
        return []
    if isinstance(raw, dict):
        if path and ("content" in raw or "sha256" in raw):
            return [(path, raw)]
        pairs = [(f"{path}/{key}" if path else key, value) for key, value in raw.items()]
        return [hit for at, value in pairs for hit in _upload_objects(value, at, depth + 1)]
    if isinstance(raw, list):
        pairs = [(f"{path}[{i}]", value) for i, value in enumerate(raw[:1000])]
        return [hit for at, value in pairs for hit in _upload_objects(value, at, depth + 1)]
    return []


def _decoded(path: str, raw: Mapping[str, Any]) -> Upload:
    name, content = raw.get("name"), raw.get("content")
    if not isinstance(name, str) or not isinstance(content, str) or not name:
        raise _refused(path, "not_file", "Hier wird eine Datei als {name, content} erwartet.")
    try:
        return Upload(name=name[:300], content=base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise _refused(path, "not_file", "„content“ ist kein gültiges Base64.") from None


def _stored(loaded: LoadedForm, path: str, item: Upload, count: int, now: datetime) -> dict[str, Any]:
    if count > MAX_FILES:
        raise TooManyFiles()
    try:
        field_, _ = upload_field(loaded, _without_last_index(path))
    except DomainError:
        raise _refused(path, "unknown_field", "Hier ist keine Datei vorgesehen.") from None
    try:
        stored = files.store(
            item.content,
            name=item.name,
            allowed=allowed_types(field_),
            max_bytes=max_bytes(field_),
            purpose="submission",
            now=now,
            trusted=item.trusted,
        )
    except DomainError as error:
        raise _refused(path, error.code, error.message, error.message_en) from error
    return upload_value(stored)


def _without_last_index(path: str) -> str:
    return path[: path.rindex("[")] if path.endswith("]") else path


def _refused(path: str, code: str, message: str, message_en: str = "") -> SubmissionRefused:
    return SubmissionRefused(
        [Problem(path=path, code=code, message=message, message_en=message_en or message)]
    )
