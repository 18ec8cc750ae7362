"""Tables and sentences about sources and runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from stadtkern.data.catalog.engine.repairs import REPAIRS
from stadtkern.data.catalog.models import HarvestRun, HarvestSource
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock

KINDS = {"rdf": "DCAT (RDF)", "ckan": "CKAN", "ogc": "OGC API", "wfs": "WFS"}
COLOURS = {"running": "info", "done": "success", "incomplete": "warning", "refused": "danger"}


def rhythms() -> dict[str, str]:
    """How often a source may be read."""
    return {
        "day": _("täglich"),
        "week": _("wöchentlich"),
        "month": _("monatlich"),
        "manual": _("nur von Hand"),
    }


def state_label(state: str) -> str:
    """How a run ended, in words."""
    return {
        "running": _("läuft"),
        "done": _("vollständig"),
        "incomplete": _("abgebrochen"),
        "refused": _("nicht lesbar"),
    }.get(state, state)


def reason_text(reason: str) -> str:
    """Why a run is not complete or removed nothing."""
    known = {
        "too-slow": _("Die Quelle brauchte zu lange."),
        "too-many-pages": _("Die Quelle hatte zu viele Seiten; vielleicht endet sie nie."),
        "too-many-datasets": _("Die Quelle hatte zu viele Datensätze."),
        "too-large": _("Die Quelle war zu groß."),
        "repeats-itself": _(
            "Die Quelle lieferte eine Seite zum zweiten Mal; weiter haben wir nicht gelesen."
        ),
        "broken-off": _("Das Lesen brach ab. Es wurde nichts entfernt."),
        "empty": _("Die Quelle war leer. Es wurde vorsorglich nichts entfernt."),
        "more-than-half-gone": _(
            "Mehr als die Hälfte der Einträge fehlte. Es wurde vorsorglich nichts entfernt."
        ),
        "unreachable": _("Eine Seite der Quelle war nicht zu erreichen."),
    }
    return known.get(reason, reason)


def source_table(rows: Iterable[Any]) -> Table:
    """The sources with their last run."""
    columns = [
        Column(label=_("Quelle")),
        Column(label=_("Abstand")),
        Column(label=_("Einträge"), numeric=True),
        Column(label=_("Zuletzt gelesen")),
        Column(label=_("Stand")),
    ]
    lines = []
    for row in rows:
        state = state_label(row.last_state) if row.last_state else _("noch nie")
        lines.append(
            Row(
                cells=[
                    Cell(text=row.name, href=reverse("catalog-desk:source", args=[row.pk])),
                    Cell(text=rhythms()[row.rhythm] if row.active else _("ruht")),
                    Cell(text=number_format(row.datasets, force_grouping=True)),
                    Cell(text=moment(row.last_at)),
                    Cell(text=state, kind=COLOURS.get(row.last_state or "", "neutral")),
                ]
            )
        )
    return Table(caption=_("Datenquellen"), caption_hidden=True, columns=columns, rows=lines)


def source_facts(row: HarvestSource) -> list[tuple[str, str]]:
    """What is set."""
    pairs = [
        (_("Adresse"), row.address.removeprefix("file:") if row.address.startswith("file:") else row.address),
        (_("Abstand"), rhythms()[row.rhythm] if row.active else _("ruht")),
        (_("Herausgeber, wenn die Quelle keinen nennt"), row.publisher_name),
        (_("Einträge im Katalog"), number_format(row.entries.count(), force_grouping=True)),
        (_("Angelegt"), f"{moment(row.created_at)}, {row.created_by_name}"),
    ]
    return [(name, value) for name, value in pairs if value]


def alert(run: HarvestRun) -> dict[str, str] | None:
    """What the reader must know of a run; None if all went well."""
    if run.state == HarvestRun.State.REFUSED:
        return {
            "kind": "danger",
            "title": _("Die Quelle war beim letzten Mal nicht lesbar"),
            "text": run.message,
        }
    if run.state == HarvestRun.State.INCOMPLETE or run.reason:
        return {
            "kind": "warning",
            "title": _("Nicht alles wurde übernommen"),
            "text": reason_text(run.reason),
        }
    return None


def run_table(rows: Iterable[HarvestRun]) -> Table:
    """The runs of a source."""
    names = (
        _("Neu"),
        _("Geändert"),
        _("Gleich"),
        _("Entfernt"),
        _("Doppelt"),
        _("Abgelehnt"),
        _("Reparaturen"),
    )
    columns = [
        Column(label=_("Begonnen")),
        Column(label=_("Stand")),
        *(Column(label=name, numeric=True) for name in names),
    ]
    lines = []
    for run in rows:
        figures = (
            run.taken,
            run.changed,
            run.unchanged,
            run.removed,
            run.doubled,
            run.refused,
            sum(run.repairs.values()),
        )
        lines.append(
            Row(
                cells=[
                    Cell(
                        text=moment(run.started_at),
                        href=reverse("catalog-desk:run", args=[run.source_id, run.pk]),
                    ),
                    Cell(text=state_label(run.state), kind=COLOURS[run.state]),
                    *(Cell(text=number_format(figure, force_grouping=True)) for figure in figures),
                ]
            )
        )
    return Table(caption=_("Läufe"), caption_hidden=True, columns=columns, rows=lines)


def run_facts(run: HarvestRun) -> list[tuple[str, str]]:
    """The figures of a run."""
    pairs: list[tuple[str, Any]] = [
        (_("Stand"), state_label(run.state)),
        (_("Art der Quelle"), KINDS.get(run.kind, run.kind)),
        (_("Beendet"), moment(run.finished_at)),
        (_("Seiten"), run.pages),
        (_("Neu"), run.taken),
        (_("Geändert"), run.changed),
        (_("Gleich geblieben"), run.unchanged),
        (_("Entfernt"), run.removed),
        (_("Vorsorglich behalten"), run.kept),
        (_("Doppelt, nicht übernommen"), run.doubled),
        (_("Abgelehnt"), run.refused),
    ]
    return [
        (name, number_format(value, force_grouping=True) if isinstance(value, int) else value)
        for name, value in pairs
        if value != ""
    ]


def repair_table(run: HarvestRun, language: str) -> Table:
    """Which repair was needed how often."""
    at = 0 if language.startswith("de") else 1
    ordered = sorted(run.repairs.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [
        Row(
            cells=[
                Cell(text=REPAIRS[code][at] if code in REPAIRS else code),
                Cell(text=number_format(count, force_grouping=True)),
            ]
        )
        for code, count in ordered
    ]
    columns = [Column(label=_("Was berichtigt wurde")), Column(label=_("Wie oft"), numeric=True)]
    return Table(caption=_("Reparaturen"), caption_hidden=True, columns=columns, rows=rows)


def lists(run: HarvestRun) -> list[dict[str, Any]]:
    """The first datasets of each kind."""
    titles = {
        "taken": _("Neu"),
        "changed": _("Geändert"),
        "removed": _("Entfernt"),
        "kept": _("Vorsorglich behalten"),
        "doubled": _("Doppelt: schon vorhanden als"),
        "refused": _("Abgelehnt"),
    }
    shown = []
    for name, title in titles.items():
        stored = run.details.get(name, [])
        rows = [
            (one, "") if isinstance(one, str) else (one[0] or _("ohne Adresse"), one[1]) for one in stored
        ]
        if rows:
            total = getattr(run, name)
            shown.append({"title": title, "rows": rows[:50], "count": total, "more": max(0, total - 50)})
    return shown


def moment(at: datetime | None) -> str:
    """Day and time in Mainz."""
    return f"{clock.local(at):%d.%m.%Y %H:%M}" if at else "–"
