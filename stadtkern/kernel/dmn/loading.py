"""Loads a model from a file or from bytes, with the models it imports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.engine import Model
from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.reader import read
from stadtkern.kernel.dmn.xml import MAX_BYTES
from stadtkern.kernel.feel import Limits

MAX_NEIGHBOURS = 200


def load(
    source: str | Path | bytes, imports: Mapping[str, bytes] | None = None, limits: Limits | None = None
) -> Model:
    """The model in a file (path) or in bytes. Imports are looked for in `imports` (namespace to bytes), and for a path
    also among the `.dmn` files of its folder; nothing is ever fetched. Raises DmnError."""
    known = dict(imports or {})
    if isinstance(source, bytes):
        return _build(read(source), known, (), limits)
    path = Path(source)
    definitions = read(_bytes(path))
    missing = {i.namespace for i in definitions.imports} - set(known)
    if missing:
        known = {**_neighbours(path), **known}
    return _build(definitions, known, (), limits)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DmnError(
                "dmn-too-large",
                "Die Datei ist zu groß (höchstens 10 MB).",
                "The file is too large (at most 10 MB).",
            )
        return path.read_bytes()
    except OSError as error:
        raise DmnError(
            "dmn-unreadable",
            f"Die Datei {path.name} ist nicht lesbar.",
            f"Cannot read {path.name}: {error.strerror}.",
        ) from None


def _neighbours(path: Path) -> dict[str, bytes]:
    """The other models of the folder by namespace."""
    found: dict[str, bytes] = {}
    for other in sorted(path.parent.glob("*.dmn"))[:MAX_NEIGHBOURS]:
        if other.name != path.name:
            try:
                data = _bytes(other)
                found[read(data).namespace] = data
            except DmnError:
                continue
    return found


def _build(
    definitions: m.Definitions, known: Mapping[str, bytes], above: tuple[str, ...], limits: Limits | None
) -> Model:
    if definitions.namespace in above:
        raise DmnError(
            "dmn-import-cycle", "Die Modelle binden sich gegenseitig ein.", "The models import each other."
        )
    imported: dict[str, Model] = {}
    for wanted in definitions.imports:
        if wanted.namespace in known:
            imported[wanted.namespace] = _build(
                read(known[wanted.namespace]), known, (*above, definitions.namespace), limits
            )
    model = Model(definitions, imported, limits)
    for wanted in definitions.imports:
        if wanted.namespace not in known:
            model.report(
                "dmn-missing-import",
                wanted.name,
                f"Das Modell {wanted.namespace} fehlt.",
                f"Model {wanted.namespace} is missing.",
            )
    return model
