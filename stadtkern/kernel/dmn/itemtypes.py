"""Item definitions as FEEL types with their allowed values (DMN 1.5, 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel import FeelError
from stadtkern.kernel.feel.engine import compile_unary_tests
from stadtkern.kernel.feel.types import ALIASES, ANY, BUILTIN, FeelType

Report = Callable[[str, str, FeelError], None]


class ItemTypes(Mapping[str, FeelType]):
    """The types of a model by name, with those of imported models as `import.name`."""

    def __init__(
        self, items: tuple[m.ItemDefinition, ...], imported: Mapping[str, FeelType], report: Report
    ) -> None:
        self._items = {i.name: i for i in items}
        self._types: dict[str, FeelType] = dict(imported)
        self._building: set[str] = set()
        self._report = report
        for name in self._items:
            self._build(name)

    def __getitem__(self, name: str) -> FeelType:
        return self._types[name]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def of(self, ref: str) -> FeelType:
        """The type a reference names; Any if empty or unknown."""
        return self.find(ref) or ANY

    def find(self, ref: str) -> FeelType | None:
        """The type a reference names, None if there is none."""
        return self._types.get(ref) or BUILTIN.get(ref) or ALIASES.get(ref)

    def component_names(self) -> set[str]:
        """The names of all parts of all types (they may hold signs that the parser has to know)."""
        found: set[str] = set()
        stack = list(self._items.values())
        while stack:
            item = stack.pop()
            found |= {c.name for c in item.components}
            stack.extend(item.components)
        return found

    def _build(self, name: str) -> FeelType:
        if name in self._types:
            return self._types[name]
        if name in self._building:
            return ANY
        self._building.add(name)
        built = self._make(self._items[name])
        self._types[name] = built
        return built

    def _make(self, item: m.ItemDefinition) -> FeelType:
        base = self._base(item)
        allows = self._tests(item.allowed, item.name)
        if allows is not None:
            base = FeelType(
                base.kind,
                base.item,
                base.fields,
                base.params,
                base.name,
                _both(base.allows, allows),
                base.optional_fields,
                base.target,
            )
        if item.collection:
            base = FeelType("list", item=base)
        constraint = self._tests(item.constraint, item.name)
        if constraint is not None:
            base = FeelType(
                base.kind,
                base.item,
                base.fields,
                base.params,
                base.name,
                _both(base.allows, constraint),
                base.optional_fields,
                base.target,
            )
        return base

    def _base(self, item: m.ItemDefinition) -> FeelType:
        if item.components:
            fields = tuple((c.name, self._make(c)) for c in item.components)
            return FeelType("context", fields=fields, optional_fields=True)
        if item.function is not None:
            params, result = item.function
            return FeelType(
                "function", item=self._later(result), params=tuple(self._later(p.type_ref) for p in params)
            )
        return self._later(item.type_ref)

    def _later(self, ref: str) -> FeelType:
        """A type that may still be under construction (a tree of nodes of the same type)."""
        if not ref:
            return ANY
        if ref in self._building and ref not in self._types:
            return FeelType("named", name=ref, target=lambda: self.of(ref))
        return self._build(ref) if ref in self._items else self.of(ref)

    def _tests(self, text: str, name: str) -> Callable[[object], bool] | None:
        if not text.strip():
            return None
        try:
            test = compile_unary_tests(text)
        except FeelError as error:
            self._report(name, text, error)
            return None
        return lambda value: test(value) is True


def _both(a: Callable[[object], bool] | None, b: Callable[[object], bool]) -> Callable[[object], bool]:
    return b if a is None else lambda value: a(value) and b(value)
