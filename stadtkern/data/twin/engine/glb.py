"""Buildings as one GLB (glTF 2.0): a primitive per class of faces, and for each building an id with its facts.

Frame: metres, x east, y up, z south of the cell's origin; true north, so the projection's scale and convergence are taken out. Every point
carries ``_FEATURE_ID_0``, the row of its building in the property table (EXT_mesh_features, EXT_structural_metadata; Cesium, 3D Tiles 1.1).
Faces of class *closure* close a part towards its neighbour; they are in the file, so that every part is whole, but not drawn.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stadtkern.data.twin.engine.mesh import Joined
from stadtkern.data.twin.engine.source import (
    CLASS_NAMES,
    CLOSURE,
    GROUND,
    OUTER_CEILING,
    OUTER_FLOOR,
    ROOF,
    WALL,
)

_COLOURS: Final[dict[int, tuple[float, float, float]]] = {
    ROOF: (0.56, 0.22, 0.17),
    WALL: (0.86, 0.83, 0.77),
    GROUND: (0.45, 0.45, 0.43),
    CLOSURE: (0.8, 0.8, 0.8),
    OUTER_CEILING: (0.75, 0.72, 0.67),
    OUTER_FLOOR: (0.62, 0.60, 0.56),
}
_FLOAT, _UINT32 = 5126, 5125
_TYPES: Final = {"<f4": "FLOAT32", "<i4": "INT32", "<u4": "UINT32"}
NO_NUMBER: Final = -9999.0


@dataclass(frozen=True, slots=True)
class Column:
    """A fact of each building: texts, or numbers (None: not known)."""

    name: str
    values: Sequence[str | None] | Sequence[float | None]
    kind: str = "text"
    description: str = ""


def glb(joined: Joined, columns: Sequence[Column], extras: Mapping[str, Any]) -> bytes:
    """The bytes of a GLB. ``joined``: metres east, north, up from the origin that ``extras`` names."""
    writer = _Writer()
    mesh = joined.mesh
    points = np.empty_like(mesh.points)
    points[:, 0], points[:, 1], points[:, 2] = mesh.points[:, 0], mesh.points[:, 2], -mesh.points[:, 1]
    normals = mesh.normals[:, (0, 2, 1)] * np.array((1, 1, -1), np.float32)
    attributes = {
        "POSITION": writer.accessor(points, "VEC3", bounds=True),
        "NORMAL": writer.accessor(np.repeat(normals, mesh.face_points, axis=0), "VEC3"),
        "_FEATURE_ID_0": writer.accessor(joined.of_point.astype("<f4"), "SCALAR"),
    }
    count = len(columns[0].values) if columns else 0
    features = {
        "EXT_mesh_features": {
            "featureIds": [{"featureCount": count, "attribute": 0, "propertyTable": 0, "label": "building"}]
        }
    }
    kinds = np.repeat(mesh.kinds, mesh.face_triangles)
    primitives: list[dict[str, Any]] = []
    materials: list[dict[str, Any]] = []
    for kind in np.unique(kinds).tolist():
        indices = mesh.triangles[kinds == kind].ravel()
        primitives.append(
            {
                "attributes": attributes,
                "indices": writer.accessor(indices, "SCALAR", target=34963),
                "material": len(materials),
                "mode": 4,
                "extensions": features,
            }
        )
        materials.append(_material(kind))
    document = {
        "asset": {"version": "2.0", "generator": "Stadtkern", "extras": dict(extras)},
        "extensionsUsed": ["EXT_mesh_features", "EXT_structural_metadata"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": primitives}],
        "materials": materials,
        "extensions": {"EXT_structural_metadata": writer.metadata(columns, count)},
    }
    return writer.finish(document)


def _material(kind: int) -> dict[str, Any]:
    colour = [*_COLOURS[kind], 0.0 if kind == CLOSURE else 1.0]
    found: dict[str, Any] = {
        "name": CLASS_NAMES[kind],
        "pbrMetallicRoughness": {"baseColorFactor": colour, "metallicFactor": 0.0, "roughnessFactor": 0.95},
    }
    if kind == CLOSURE:
        found.update(alphaMode="MASK", alphaCutoff=0.5)
    return found


class _Writer:
    """Puts arrays behind each other, each at a multiple of eight bytes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def view(self, data: bytes, target: int | None = None) -> int:
        view: dict[str, Any] = {"buffer": 0, "byteOffset": self.length, "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self.views.append(view)
        padding = -len(data) % 8
        self.parts.append(data + b"\0" * padding)
        self.length += len(data) + padding
        return len(self.views) - 1

    def accessor(self, values: NDArray[Any], shape: str, *, bounds: bool = False, target: int = 34962) -> int:
        found: dict[str, Any] = {
            "bufferView": self.view(np.ascontiguousarray(values).tobytes(), target),
            "componentType": _UINT32 if values.dtype.kind == "u" else _FLOAT,
            "count": len(values),
            "type": shape,
        }
        if bounds:
            found.update(min=values.min(axis=0).tolist(), max=values.max(axis=0).tolist())
        self.accessors.append(found)
        return len(self.accessors) - 1

    def metadata(self, columns: Sequence[Column], count: int) -> dict[str, Any]:
        properties, table = {}, {}
        for column in columns:
            described: dict[str, Any] = {"description": column.description} if column.description else {}
            if column.kind == "text":
                described["type"] = "STRING"
                table[column.name] = self.texts([str(value or "") for value in column.values])
            else:
                described.update(type="SCALAR", componentType="FLOAT32", noData=NO_NUMBER)
                numbers = [NO_NUMBER if value is None else value for value in column.values]
                table[column.name] = {"values": self.view(np.array(numbers, "<f4").tobytes())}
            properties[column.name] = described
        return {
            "schema": {"id": "stadtkern_twin", "classes": {"building": {"properties": properties}}},
            "propertyTables": [
                {"name": "buildings", "class": "building", "count": count, "properties": table}
            ],
        }

    def texts(self, values: Sequence[str]) -> dict[str, Any]:
        encoded = [value.encode() for value in values]
        offsets = np.concatenate([[0], np.cumsum([len(value) for value in encoded])]).astype("<u4")
        # A view must not be empty, even where no building has such a text.
        return {
            "values": self.view(b"".join(encoded) or b"\0"),
            "stringOffsets": self.view(offsets.tobytes()),
            "stringOffsetType": "UINT32",
        }

    def finish(self, document: dict[str, Any]) -> bytes:
        binary = b"".join(self.parts)
        document.update(
            accessors=self.accessors, bufferViews=self.views, buffers=[{"byteLength": len(binary)}]
        )
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        head = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(binary))
        return b"".join(
            (
                head,
                struct.pack("<I4s", len(text), b"JSON"),
                text,
                struct.pack("<I4s", len(binary), b"BIN\0"),
                binary,
            )
        )
