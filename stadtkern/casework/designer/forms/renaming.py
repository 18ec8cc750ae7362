"""Says what followed a new name: which elements, decisions, texts and test cases, and what a person must look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from stadtkern.casework.designer.contents import part_of
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.bpmn import BpmnError, read_bpmn
from stadtkern.casework.processes.packages.model import PROCESS
from stadtkern.casework.processes.packages.renaming import Renaming

SHOWN = 12


def tell(request: HttpRequest, row: ProcedureDraft, old: str, new: str, found: Renaming) -> None:
    """The messages of the page after the name of a field changed."""
    names = _drawn_names(row.files)
    if found.followed:
        places = _listed(
            (
                each.path,
                names.get(each.element, each.element) + (f" ({each.count})" if each.count > 1 else ""),
            )
            for each in found.followed
        )
        text = _(
            "„%(old)s“ heißt jetzt überall „%(new)s“. Mitgeändert: %(places)s. „Rückgängig“ nimmt alles zusammen zurück."
        )
        messages.success(request, text % {"old": old, "new": new, "places": places})
    if found.left:
        places = _listed((path, names.get(element, element)) for path, element in dict.fromkeys(found.left))
        text = _("Hier steht noch „%(old)s“, bitte sehen Sie selbst nach: %(places)s.")
        messages.warning(request, text % {"old": old, "places": places})


def _listed(rows: Iterable[tuple[str, str]]) -> str:
    """The places by part of the package: "Ablauf: Antrag prüfen (2), Gebühr?; Entscheidungen: fee"."""
    words = {
        "process": _("Ablauf"),
        "decisions": _("Entscheidungen"),
        "texts": _("Texte"),
        "tests": _("Testfälle"),
    }
    parts: dict[str, list[str]] = {}
    for path, name in rows:
        parts.setdefault(words.get(part_of(path), path), []).append(name)
    return "; ".join(
        f"{part}: {', '.join(found[:SHOWN])}{' …' if len(found) > SHOWN else ''}"
        for part, found in parts.items()
    )


def _drawn_names(files: Mapping[str, str]) -> dict[str, str]:
    """How the drawing calls its elements; an arrow without a name is called after its two ends."""
    try:
        document = read_bpmn(files[PROCESS].encode("utf-8"))
    except (BpmnError, KeyError):
        return {}
    names = {
        key: " ".join(each.attributes.get("name", "").split()) or key for key, each in document.by_id.items()
    }
    for key, each in document.by_id.items():
        if names[key] == key and each.name == "sequenceFlow":
            ends = (each.attributes.get(end, "") for end in ("sourceRef", "targetRef"))
            names[key] = " → ".join(names.get(end, end) for end in ends)
    return names
