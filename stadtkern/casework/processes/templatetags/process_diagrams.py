"""The drawing of a process with the way taken, and beside it the same as a list.

    {% load process_diagrams %}
    {% process_diagram xml=version.bpmn done=way current=waiting title=service.title %}

The page draws with bpmn-js (`static/build/bpmn-viewer.js`), whose watermark must stay visible. Without scripts, and for
everyone who does not see the drawing, the list says the same."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from django import template
from django.utils.translation import get_language

from stadtkern.casework.processes.bpmn.document import read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError
from stadtkern.casework.processes.bpmn.outline import outline

register = template.Library()
_DECLARATION: Final = re.compile(r"^\s*<\?xml [^>]*\?>")
"""A text has no encoding any more, whatever its declaration says."""


@register.inclusion_tag("processes/diagram.html")
def process_diagram(
    *,
    xml: str | bytes,
    title: str,
    done: Collection[str] = (),
    current: Collection[str] = (),
    process_id: str | None = None,
    key: str = "ablauf",
) -> dict[str, Any]:
    """`done`: ids of nodes and flows already passed; `current`: nodes where it stands. `key`: unique on the page."""
    data = xml if isinstance(xml, bytes) else _DECLARATION.sub("", xml).encode()
    try:
        document = read_bpmn(data)
    except BpmnError as error:
        return {"problem": error.text(get_language() or "de"), "title": title, "key": key}
    outlines = outline(
        document, process_id=process_id, done=done, current=current, language=get_language() or "de"
    )
    return {
        "title": title,
        "key": key,
        "key_of_data": f"{key}-daten",
        "outlines": outlines,
        "way": bool(done or current),
        "data": {
            "xml": write_bpmn(document).decode(),
            "done": sorted(set(done) - set(current)),
            "current": sorted(current),
        },
    }
