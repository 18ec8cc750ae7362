"""Applications for the demo: the samples of the packages, with small files of our own, sent at a moment in the past."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image

import stadtkern.content
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel import clock

PACKAGES = Path(next(iter(stadtkern.content.__path__))) / "services"
SAMPLE_DAY = date(2025, 10, 14)  # the day on which the samples of the packages are sent


@cache
def sample(slug: str) -> dict[str, Any]:
    """The valid application that a package brings along."""
    return dict(json.loads((PACKAGES / slug / "sample.json").read_text("utf-8")))


@cache
def aliases(slug: str) -> dict[str, str]:
    """Short names of the fields of a form."""
    return dict(json.loads((PACKAGES / slug / "rules.json").read_text("utf-8"))["aliases"])


def moved(value: Any, distance: timedelta) -> Any:
    """Dates of the sample as far from the day of sending as in the sample."""
    if isinstance(value, dict):
        return {key: moved(item, distance) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, distance) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) + distance).isoformat()
    return value


def with_files(value: Any) -> Any:
    """Uploads of the sample inside the values, as people's programs send them."""
    if isinstance(value, dict):
        if "sha256" in value and "media_type" in value:
            upload = _upload(value)
            return {"name": upload.name, "content": base64.b64encode(upload.content).decode()}
        return {key: with_files(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_files(item) for item in value]
    return value


def without_files(value: Any) -> Any:
    """The values without their uploads."""
    return _apart(value)[0]


def _apart(value: Any, path: str = "") -> tuple[Any, dict[str, list[forms.Upload]]]:
    """The values without uploads, and the uploads by the place of their field."""
    if isinstance(value, dict):
        pairs = {key: _apart(item, f"{path}/{key}" if path else key) for key, item in value.items()}
        rest = {key: item for key, (item, _) in pairs.items() if item is not None}
        return rest, {at: files for _, found in pairs.values() for at, files in found.items()}
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and "sha256" in value[0]:
            return None, {path: [_upload(item) for item in value]}
        rows = [_apart(item, f"{path}[{index}]") for index, item in enumerate(value)]
        return [row for row, _ in rows], {at: files for _, found in rows for at, files in found.items()}
    return value, {}


def _upload(described: Mapping[str, Any]) -> forms.Upload:
    """A small real picture, or a page where the form takes PDF only. Ours, so nobody has to check it 100 times."""
    kind = "PDF" if described["media_type"] == "application/pdf" else "PNG"
    name = str(described["name"]).rsplit(".", 1)[0] + f".{kind.lower()}"
    return forms.Upload(name=name, content=_picture(len(name), kind), trusted=True)


@cache
def _picture(seed: int, kind: str) -> bytes:
    color = (40 + seed * 7 % 160, 90, 120)
    buffer = io.BytesIO()
    Image.new("RGB", (640, 400), color).save(buffer, kind)
    return buffer.getvalue()


def send(
    actor: Actor,
    slug: str,
    values: Mapping[str, Any],
    *,
    at: datetime,
    key: str,
    party_id: UUID | None = None,
) -> Case:
    """Send an application as it would have been sent at that time; the case it became."""
    rest, uploads = _apart(moved(values, clock.local(at).date() - SAMPLE_DAY))
    submission = forms.create_submission(
        actor=actor, service_slug=slug, values=rest, files=uploads, now=at, channel="online", idempotency_key=key,
        party_id=party_id,
    )  # fmt: skip
    return Case.objects.get(root_submission_id=submission.id, parent=None)
