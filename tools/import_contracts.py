"""Our own import contract: a module uses another one only through ``api`` or ``events``."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyThroughApi(Contract):
    """``stadtkern.<floor>.<module>`` imports of another module only its ``api`` and ``events`` (or what is ``open``)."""

    floors = fields.ListField(subfield=fields.StringField())
    open = fields.ListField(subfield=fields.StringField(), required=False)
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import that reaches inside another module."""
        allowed = set(self.open or ())  # type: ignore[call-overload]
        wrong = []
        for importer in sorted(graph.modules):
            source = self._module(importer)
            if source is None:
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                target = self._module(imported)
                if target is None or target == source or imported in allowed:
                    continue
                if (
                    imported.removeprefix(f"{target}.").split(".")[0] not in ("api", "events")
                    and imported != target
                ):
                    wrong.append((importer, imported))
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line per import."""
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} -> {imported}")

    def _module(self, name: str) -> str | None:
        for floor in self.floors:  # type: ignore[attr-defined]
            if name.startswith(f"{floor}."):
                return ".".join(name.split(".")[:3])
        return None
