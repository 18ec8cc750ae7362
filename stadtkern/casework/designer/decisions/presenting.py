"""A decision and what is said about it, as templates want it: every field with id, label, value and marked mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from stadtkern.casework.designer.contents import Mistake, marked
from stadtkern.casework.designer.decisions.trial import Trial, shown
from stadtkern.casework.designer.desk.common import language
from stadtkern.casework.processes.decisions_check import CellTrouble, Report
from stadtkern.casework.processes.decisions_cover import Coverage
from stadtkern.casework.processes.decisions_table import annotation_columns
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.layout import layout

TYPES = ("", "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration")  # fmt: skip


def mistake(found: CellTrouble | None, text: str) -> Mistake | None:
    """The mistake with its place in the text."""
    if found is None:
        return None
    return marked(found.text(language()), text, found.offset, found.length, found.suggestion, found.severity)


def policies() -> list[tuple[str, str, str]]:
    """The hit policies: code, name, what it means in plain words."""
    return [
        ("U", _("Genau eine"), _("In jedem Fall darf nur eine Regel zutreffen. Treffen zwei zu, ist die Tabelle falsch.")),
        ("A", _("Mehrere, die sich einig sind"), _("Mehrere Regeln dürfen zutreffen, wenn alle dasselbe Ergebnis haben.")),
        ("F", _("Die erste von oben"), _("Die Regeln werden von oben nach unten gelesen. Die erste, die zutrifft, entscheidet.")),
        ("P", _("Die wichtigste"), _("Treffen mehrere zu, gilt das Ergebnis, das in der Liste der Ergebnisse am weitesten vorn steht.")),
        ("C:SUM", _("Alle, zusammengezählt"), _("Die Ergebnisse aller zutreffenden Regeln werden addiert, zum Beispiel Gebührenteile.")),
        ("C:MAX", _("Alle, das größte"), _("Von allen zutreffenden Regeln gilt das größte Ergebnis.")),
        ("C:MIN", _("Alle, das kleinste"), _("Von allen zutreffenden Regeln gilt das kleinste Ergebnis.")),
        ("C:COUNT", _("Alle, gezählt"), _("Es zählt, wie viele verschiedene Ergebnisse zutreffen.")),
        ("C", _("Alle, als Liste"), _("Das Ergebnis ist eine Liste aus allen zutreffenden Regeln, ohne Reihenfolge.")),
        ("R", _("Alle, von oben nach unten"), _("Das Ergebnis ist eine Liste in der Reihenfolge der Regeln.")),
        ("O", _("Alle, nach Wichtigkeit"), _("Das Ergebnis ist eine Liste, geordnet wie die Liste der Ergebnisse.")),
    ]  # fmt: skip


def type_options() -> list[tuple[str, str]]:
    """The types of values in plain words."""
    words = (_("beliebig"), _("Zahl"), _("Text"), _("ja oder nein"), _("Datum"), _("Uhrzeit"), _("Datum mit Uhrzeit"), _("Dauer in Tagen und Stunden"), _("Dauer in Jahren und Monaten"))  # fmt: skip
    return list(zip(TYPES, words, strict=True))


def options_with(options: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """The options, with a value of the file's own if it is none of them."""
    return options if any(value == known for known, _label in options) else [*options, (value, value)]


def grid(table: m.DecisionTable, report: Report, trial: Trial | None, decision: str) -> dict[str, Any]:
    """The table as columns and rows of fields."""
    width = len(table.inputs)
    hits = trial.hits.get(decision, frozenset()) if trial is not None and trial.result is not None else None
    names = [c.label or _("Bedingung %(n)s") % {"n": n} for n, c in enumerate(table.inputs, 1)]
    names += [c.label or _("Ergebnis %(n)s") % {"n": n} for n, c in enumerate(table.outputs, 1)]
    names += [_("Anmerkung")] * annotation_columns(table)
    rows = []
    for r, rule in enumerate(table.rules):
        texts = (*rule.tests, *rule.outputs, *rule.annotations)
        cells = [
            {
                "id": f"r-{r}-{c}",
                "label": _("Regel %(row)s, %(column)s") % {"row": r + 1, "column": names[c]},
                "value": text,
                "rows": _height(text, 14 if c < width else 22),
                "mistake": mistake(report.at("rule", r, c), text),
                "kind": "test" if c < width else "result" if c < width + len(table.outputs) else "note",
            }
            for c, text in enumerate(texts)
        ]
        rows.append(
            {
                "number": r + 1,
                "at": r,
                "id": rule.id,
                "cells": cells,
                "hit": None if hits is None else r in hits,
            }
        )
    return {
        "names": names,
        "inputs": width,
        "outputs": len(table.outputs),
        "notes": annotation_columns(table),
        "rows": rows,
        "in_columns": [_input(c, clause, report, table) for c, clause in enumerate(table.inputs)],
        "out_columns": [_output(c, clause, report, table) for c, clause in enumerate(table.outputs)],
        "policy": f"{table.hit_policy}:{table.aggregation}" if table.aggregation else table.hit_policy,
    }


def _height(text: str, columns: int) -> int:
    """How many lines of a field a text takes; browsers that can, measure for themselves."""
    return min(12, sum(-(-max(1, len(line)) // columns) for line in (text or " ").split("\n")))


def _field(name: str, value: str, found: CellTrouble | None) -> dict[str, Any]:
    wrong = mistake(found, value)
    return {"id": name, "value": value, "mistake": wrong, "error": wrong.text if wrong else ""}


def _input(c: int, clause: m.InputClause, report: Report, table: m.DecisionTable) -> dict[str, Any]:
    label = "" if clause.label == clause.text.strip() else clause.label
    return {
        "at": c,
        "number": c + 1,
        "name": clause.label or _("Bedingung %(n)s") % {"n": c + 1},
        "label": _field(f"in-{c}-label", label, None),
        "text": _field(f"in-{c}-text", clause.text, report.at("input", -1, c)),
        "type": _field(f"in-{c}-type", clause.type_ref, None),
        "types": options_with(type_options(), clause.type_ref),
        "values": _field(f"in-{c}-values", clause.values, report.at("values", -1, c)),
        "last": c + 1 == len(table.inputs),
    }


def _output(c: int, clause: m.OutputClause, report: Report, table: m.DecisionTable) -> dict[str, Any]:
    at = len(table.inputs) + c
    label = "" if clause.label == clause.name else clause.label
    return {
        "at": c,
        "number": c + 1,
        "title": clause.label or _("Ergebnis %(n)s") % {"n": c + 1},
        "name": _field(f"out-{c}-name", clause.name, report.at("output", -1, at)),
        "label": _field(f"out-{c}-label", label, None),
        "type": _field(f"out-{c}-type", clause.type_ref, None),
        "types": options_with(type_options(), clause.type_ref),
        "values": _field(f"out-{c}-values", clause.values, report.at("values", -1, at)),
        "default": _field(f"out-{c}-default", clause.default, report.at("default", -1, at)),
        "last": c + 1 == len(table.outputs),
        "only": len(table.outputs) == 1,
    }


def field_of(cell: CellTrouble, inputs: int) -> str:
    """The id of the field in which a trouble stands."""
    if cell.part == "rule":
        return f"r-{cell.row}-{cell.column}"
    if cell.part == "literal":
        return "literal"
    if cell.column < inputs:
        return f"in-{cell.column}-{'values' if cell.part == 'values' else 'text'}"
    part = {"output": "name", "values": "values", "default": "default"}.get(cell.part, "name")
    return f"out-{cell.column - inputs}-{part}"


def analysis(coverage: Coverage, table: m.DecisionTable) -> dict[str, Any]:
    """Gaps, overlaps and unreachable rules as sentences with their example."""
    labels = [clause.label or clause.text for clause in table.inputs]
    return {
        "gaps": [
            {"at": n, "when": _conditions(zip(labels, gap.cells, strict=True)), "example": _case(gap.example)}
            for n, gap in enumerate(coverage.gaps)
        ],
        "overlaps": [
            {"first": o.first + 1, "second": o.second + 1, "agree": o.agree, "example": _case(o.example)}
            for o in coverage.overlaps
        ],
        "unreachable": [
            {"rule": u.rule + 1, "behind": ", ".join(str(n + 1) for n in u.behind)}
            for u in coverage.unreachable
        ],
        "unclear": ", ".join(labels[n] for n in coverage.unclear),
        "complete": coverage.complete,
        "clean": coverage.is_clean,
    }


def _conditions(pairs: Iterable[tuple[str, str]]) -> str:
    found = [f"{label} {text}" for label, text in pairs if text != "-"]
    return "; ".join(found) or _("in jedem Fall")


def _case(pairs: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{label} = {_('beliebig') if text == '-' else text}" for label, text in pairs)


def trace(trial: Trial) -> list[dict[str, Any]]:
    """The tables that were read on the way, with values and rules."""
    if trial.result is None:
        return []
    return [
        {
            "decision": table.decision,
            "inputs": [(label, shown(value)) for label, value in table.inputs],
            "rules": [{"number": hit.number, "when": "; ".join(hit.conditions), "notes": "; ".join(n for n in hit.annotations if n)} for hit in table.hits],
            "result": shown(table.result),
        }
        for table in trial.result.trace
    ]  # fmt: skip


def problems(trial: Trial) -> list[str]:
    """What went wrong in a trial, in the language of the page."""
    at = 0 if language() == "de" else 1
    found = [pair[at] for pair in trial.errors.values()]
    if trial.result is not None:
        found += [each.message if at == 0 else each.message_en for each in trial.result.errors]
    return list(dict.fromkeys(found))


def picture(d: m.Definitions) -> dict[str, Any]:
    """The requirement diagram as numbers for an SVG; the list of decisions says the same in words."""
    drawn = layout(d)
    names = {e.id: e for e in d.elements}
    boxes = []
    for box in drawn.boxes:
        element = names[box.id]
        text = element.name if len(element.name) <= 24 else element.name[:23] + "…"
        x, y = box.x + box.width // 2, box.y + box.height // 2 + 5
        boxes.append(
            {"box": box, "text": text, "x": x, "y": y, "round": 25 if isinstance(element, m.InputData) else 3}
        )
    lines = [(line.points[0], line.points[1]) for line in drawn.lines]
    return {"boxes": boxes, "lines": lines, "width": drawn.width, "height": drawn.height}
