"""Fixtures of the Django part of forms: published services, actors, uploads."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import stadtkern.content
from stadtkern.casework.forms import demo, loading
from stadtkern.casework.forms.runner import tree
from stadtkern.kernel import clock

PACKAGES = Path(stadtkern.content.__file__).parent / "services"
DOG_TAX = "hundesteuer-anmeldung"
PARKING = "bewohnerparkausweis"
TREE = "baumfaellgenehmigung"
RESIDENCE = "aufenthaltserlaubnis-verlaengern"


def sample(slug: str, name: str = "sample") -> dict[str, Any]:
    """A valid submission of a shipped package."""
    loaded = json.loads((PACKAGES / slug / f"{name}.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def picture(color: str = "#8c1d2c", size: tuple[int, int] = (60, 40)) -> bytes:
    """A small real PNG."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def pdf() -> bytes:
    """A small real PDF."""
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def with_uploads(values: dict[str, Any]) -> dict[str, Any]:
    """The sample with real files (as base64) where it only describes some."""
    for path, raw in list(tree.leaves(values)):
        if isinstance(raw, dict):
            is_pdf = raw["media_type"] == "application/pdf"
            content = base64.b64encode(pdf() if is_pdf else picture()).decode()
            values = tree.put(
                values, path, {"name": "Datei.pdf" if is_pdf else "Bild.png", "content": content}
            )
    return values


@pytest.fixture
def online(mainz: Any, now: datetime) -> Callable[[str], None]:
    """``online(slug)`` puts a shipped service with its form on line; the clock stands in the demo autumn."""
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations.models import Office

    loading.forget()
    clock.shift_to(now, real_start=clock.real_now())
    actor = system(mainz.pk)

    def put(slug: str) -> None:
        office = json.loads((PACKAGES / slug / "service.json").read_text("utf-8"))["office"]
        Office.objects.get_or_create(slug=office, defaults={"name": office.title()})
        service_id = services.adopt(actor=actor, slug=slug, now=now)
        services.publish(actor=actor, service_id=service_id, version=1, now=now)
        demo.load_package(slug)  # already there where the service brought it along

    return put


@pytest.fixture
def guest(mainz: Any) -> Any:
    """Somebody without an account."""
    from stadtkern.foundation.access.api import Actor

    return Actor(kind="guest", tenant_id=mainz.pk)
