"""File plans between xdomea and the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from stadtkern.casework.records.actions.storing import Tree, new_ids
from stadtkern.casework.records.models import FilePlan, FilePlanUnit
from stadtkern.casework.records.xdomea import model
from stadtkern.casework.records.xdomea.codec import from_plain, to_plain

_UNITS: Final = frozenset({"units"})


def keep_plan(given: model.FilePlan, tree: Tree) -> FilePlan:
    """Keep a file plan and its files; one with the same title and version is known already and stays as it is."""
    plan, made = FilePlan.objects.get_or_create(
        title=given.title, version=given.version, defaults={"details": to_plain(given, _UNITS)}
    )
    if made:
        stored = {each.primary.file_name: tree.store(each.primary.file_name, None) for each in given.files}
        plan.details["stored"] = {name: str(info.id) for name, info in stored.items() if info}
        plan.save(update_fields=["details"])
    level: list[tuple[model.FilePlanUnit, FilePlanUnit | None, int]] = (
        [(unit, None, at) for at, unit in enumerate(given.units)] if made else []
    )
    while level:
        rows = [_unit(plan, *each) for each in level]
        for row, identifier in zip(rows, new_ids(len(rows)), strict=True):
            row.pk = identifier
        FilePlanUnit.objects.bulk_create(rows)
        level = [
            (inner, row, at)
            for (unit, _, _), row in zip(level, rows, strict=True)
            for at, inner in enumerate(unit.units)
        ]
    return plan


def _unit(plan: FilePlan, given: model.FilePlanUnit, parent: FilePlanUnit | None, at: int) -> FilePlanUnit:
    kind = given.kind.code.code if given.kind.code else given.kind.configured
    return FilePlanUnit(
        plan=plan,
        parent=parent,
        position=at,
        number=given.number or "",
        content=given.content or "",
        disposal_kind=(kind or "")[:20],
        retention_years=given.retention.years,
        retention_unlimited=bool(given.retention.unlimited),
        abandoned=bool(given.abandoned),
        details=to_plain(given, _UNITS),
    )


def load_plan(plan: FilePlan) -> model.FilePlan:
    """A kept file plan as xdomea's."""
    rows = list(FilePlanUnit.objects.filter(plan=plan).order_by("position", "id"))
    children: dict[Any, list[FilePlanUnit]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)

    def units(found: Iterable[FilePlanUnit]) -> tuple[model.FilePlanUnit, ...]:
        return tuple(
            from_plain(model.FilePlanUnit, row.details, units=units(children.get(row.pk, [])))
            for row in found
        )

    return from_plain(model.FilePlan, plan.details, units=units(children.get(None, [])))
