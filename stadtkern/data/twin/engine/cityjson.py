"""CityJSON 1.0 to 2.0 and CityJSONSeq (one feature a line, streamed): for each building the highest level of detail, each face once.

Source: https://www.cityjson.org/specs/2.0.1/. A whole CityJSON is one JSON object and is read at once, up to 256 MiB; larger cities come as
CityJSONSeq or CityGML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import numpy as np

from stadtkern.data.twin.engine.problems import Problems, SourceRefused
from stadtkern.data.twin.engine.source import SURFACES, UNKNOWN, Building, Face, Part, Source
from stadtkern.kernel.strict_reading import MOST_BYTES, as_list, as_object, load_json

_SHELLS: Final = {"MultiSurface": 0, "CompositeSurface": 0, "Solid": 1, "MultiSolid": 2, "CompositeSolid": 2}
_HEIGHTS: Final = ("measuredHeight", "RelativeRidgeHeight", "h_dak_max", "height")
_LINE: Final = 64 << 20


def read_cityjson(file: BinaryIO, name: str, problems: Problems) -> Source:
    """The buildings of a CityJSON object. Raises SourceRefused or InputRefused with the place."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise SourceRefused(
            name, "Die Datei ist größer als 256 MiB; bitte als CityJSONSeq oder CityGML liefern"
        )
    document = as_object(load_json(data, name), name)
    head = _Head(document, name)
    objects = as_object(document.get("CityObjects", {}), f"{name}: /CityObjects")
    vertices = head.vertices(document.get("vertices", []), f"{name}: /vertices")
    found = _Objects(name, problems, head, objects, vertices).buildings()
    return Source(kind="cityjson", buildings=found, crs=head.crs)


def read_cityjson_lines(file: BinaryIO, name: str, problems: Problems) -> Source:
    """CityJSONSeq: the first line holds transform and metadata, every further line one CityJSONFeature with vertices of its own."""
    line = file.readline(_LINE)
    head = _Head(as_object(load_json(line, name), name), name)
    return Source(kind="cityjson-seq", buildings=_features(file, name, problems, head), crs=head.crs)


def _features(file: BinaryIO, name: str, problems: Problems, head: _Head) -> Iterator[Building]:
    number = 1
    while line := file.readline(_LINE):
        number += 1
        place = f"{name}:{number}"
        if len(line) >= _LINE:
            raise SourceRefused(place, "ein einzelnes Objekt ist größer als 64 MB")
        if not line.strip():
            continue
        feature = as_object(load_json(line, place), place)
        objects = as_object(feature.get("CityObjects", {}), f"{place}: /CityObjects")
        vertices = head.vertices(feature.get("vertices", []), f"{place}: /vertices")
        yield from _Objects(place, problems, head, objects, vertices).buildings()


class _Head:
    """Type, version, transform and reference system."""

    def __init__(self, document: Mapping[str, object], name: str) -> None:
        if document.get("type") != "CityJSON":
            raise SourceRefused(f"{name}: /type", "erwartet wird CityJSON")
        if str(document.get("version", "")) not in ("1.0", "1.1", "2.0", "2.0.0", "2.0.1"):
            raise SourceRefused(
                f"{name}: /version", f"Version {str(document.get('version'))[:20]} wird nicht gelesen"
            )
        metadata = document.get("metadata")
        crs = metadata.get("referenceSystem") if isinstance(metadata, dict) else None
        self.crs = crs if isinstance(crs, str) else None
        self.scale, self.shift = np.ones(3), np.zeros(3)
        if (transform := document.get("transform")) is not None:
            path = f"{name}: /transform"
            given = as_object(transform, path)
            self.scale = _triple(given.get("scale"), f"{path}/scale")
            self.shift = _triple(given.get("translate"), f"{path}/translate")

    def vertices(self, value: object, path: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        rows = as_list(value, path)
        if not rows:
            return np.zeros((0, 3))
        try:
            found = np.asarray(rows, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            found = np.zeros(0)
        if found.ndim != 2 or found.shape[1] != 3:
            raise SourceRefused(path, "erwartet werden Punkte mit drei Zahlen")
        return found * self.scale + self.shift


def _triple(value: object, path: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    items = as_list(value, path, 3)
    if not all(isinstance(item, int | float) and not isinstance(item, bool) for item in items):
        raise SourceRefused(path, "erwartet werden drei Zahlen")
    return np.asarray(items, dtype=np.float64)


class _Objects:
    """The city objects that share one list of vertices."""

    def __init__(
        self,
        name: str,
        problems: Problems,
        head: _Head,
        objects: Mapping[str, object],
        vertices: np.ndarray[Any, Any],
    ) -> None:
        self.name = name
        self.problems = problems
        self.crs = head.crs
        self.objects = {_plain(key): value for key, value in objects.items() if isinstance(value, dict)}
        self.points: list[list[float]] = vertices.tolist()
        self.id = ""
        self.taken: set[str] = set()

    def place(self, key: str) -> str:
        return f"{self.name}: /CityObjects/{key}"

    def say(self, code: str, message: str, key: str) -> None:
        self.problems.add(code, message, building=self.id, place=self.place(key))

    def buildings(self) -> Iterator[Building]:
        for key, item in self.objects.items():
            kind = item.get("type")
            self.id = key
            if kind == "Building":
                yield self.building(key, item)
            elif kind in ("BuildingPart", "BuildingInstallation"):
                parents = item.get("parents")
                if not any(parent in self.objects for parent in parents or () if isinstance(parent, str)):
                    self.say(
                        "part-without-building",
                        "Der Teil nennt kein Gebäude; er wird als eigenes geführt",
                        key,
                    )
                    yield self.building(key, item)
            elif isinstance(kind, str) and not kind.startswith("Building"):
                self.say("object-skipped", f"{kind[:60]} ist kein Gebäude und wird nicht übernommen", key)

    def building(self, key: str, item: dict[str, Any]) -> Building:
        found = Building(id=key[:200], place=self.place(key), parts=[], crs=self.crs)
        _facts(item, found)
        members = list(self.members(key, item))
        shapes = [self.highest(each) for _, each in members]
        top = max((lod for lod, _ in shapes), default=0.0)
        for (id_, each), (lod, geometries) in zip(members, shapes, strict=True):
            if each.get("type") == "BuildingInstallation" and found.parts and lod == top:
                self.take(geometries, found.parts[0], id_)
                continue
            part = Part(id=id_, lod=lod)
            found.parts.append(part)
            self.attributes(each, part)
            # A footprint of the whole beside bodies of the parts would be the same building twice.
            if int(lod) == int(top) and top >= 1:
                self.take(geometries, part, id_)
        return found

    def members(self, key: str, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The object and all below it; what two objects claim belongs to the first."""
        open_ = [(key, item)]
        while open_:
            id_, found = open_.pop(0)
            yield id_, found
            for child in found.get("children") or ():
                below = self.objects.get(child) if isinstance(child, str) else None
                if below is None:
                    self.say("reference-missing", f"Der Teil {str(child)[:80]} fehlt in der Datei", key)
                elif (
                    below.get("type") in ("BuildingPart", "BuildingInstallation") and child not in self.taken
                ):
                    self.taken.add(child)
                    open_.append((child, below))

    def highest(self, item: dict[str, Any]) -> tuple[float, list[dict[str, Any]]]:
        """The highest level of detail of an object and its geometries."""
        levels: dict[float, list[dict[str, Any]]] = {}
        for geometry in item.get("geometry") or ():
            if isinstance(geometry, dict):
                try:
                    lod = float(str(geometry.get("lod", "")))
                except ValueError:
                    lod = 1.0
                levels.setdefault(lod, []).append(geometry)
        return max(levels.items(), default=(0.0, []), key=lambda pair: pair[0])

    def take(self, geometries: list[dict[str, Any]], part: Part, key: str) -> None:
        for geometry in geometries:
            depth = _SHELLS.get(str(geometry.get("type")))
            if depth is None:
                self.say(
                    "geometry-skipped",
                    f"Geometrie {str(geometry.get('type'))[:40]} wird nicht übernommen",
                    key,
                )
                continue
            part.solid |= depth > 0
            semantics = geometry.get("semantics") or {}
            surfaces = semantics.get("surfaces") or () if isinstance(semantics, dict) else ()
            kinds = [
                SURFACES.get(str(s.get("type")), UNKNOWN) if isinstance(s, dict) else UNKNOWN
                for s in surfaces
            ]
            values = semantics.get("values") if isinstance(semantics, dict) else None
            self.shell(geometry.get("boundaries"), values, depth, kinds, part, key)

    def shell(
        self, value: object, values: object, depth: int, kinds: list[int], part: Part, key: str
    ) -> None:
        if not isinstance(value, list):
            return
        for at, item in enumerate(value):
            mark = values[at] if isinstance(values, list) and at < len(values) else None
            if depth == 0:
                known = isinstance(mark, int) and 0 <= mark < len(kinds)
                self.face(item, kinds[mark] if known else UNKNOWN, part, key)  # type: ignore[index]
            elif depth == 1 and at:
                continue  # inner shells are rooms without a skin to the outside
            else:
                self.shell(item, mark, depth - 1, kinds, part, key)

    def face(self, rings: object, kind: int, part: Part, key: str) -> None:
        points = self.points
        found = []
        try:
            for ring in rings:  # type: ignore[attr-defined]
                if min(ring) < 0:
                    raise IndexError
                found.append([value for index in ring for value in points[index]])
        except (IndexError, TypeError, ValueError):
            self.say("coordinates-unreadable", "Eine Fläche nennt Punkte, die es nicht gibt", key)
            return
        if found:
            part.faces.append(Face(kind, found))

    def attributes(self, item: dict[str, Any], part: Part) -> None:
        given = item.get("attributes")
        if not isinstance(given, dict):
            return
        part.roof_type = _text(given.get("roofType"))
        part.function = _text(given.get("function")) or _text(given.get("class"))
        for name in _HEIGHTS:
            value = given.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and -1000 < value < 10_000:
                part.measured_height_m = float(value)
                break
        for name, field in (("storeysAboveGround", "storeys"), ("storeysBelowGround", "storeys_below")):
            value = given.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1000:
                setattr(part, field, int(value))


def _facts(item: dict[str, Any], building: Building) -> None:
    given = item.get("attributes")
    if isinstance(given, dict):
        building.year_built = _text(given.get("yearOfConstruction"))
        building.created_on = _text(given.get("creationDate"))
        building.name = _text(given.get("name"))
        building.municipality_key = _text(given.get("Gemeindeschluessel"))
        for name, value in list(given.items())[:200]:
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                building.attributes[_plain(name[:100])] = _plain(str(value)[:1000])
    addresses = item.get("address")
    if isinstance(addresses, list) and addresses and isinstance(addresses[0], dict):
        first = addresses[0]
        building.street = _text(first.get("ThoroughfareName")) or _text(first.get("thoroughfareName"))
        building.house_number = _text(first.get("ThoroughfareNumber")) or _text(
            first.get("thoroughfareNumber")
        )
        building.town = _text(first.get("LocalityName")) or _text(first.get("locality"))
        building.postcode = _text(first.get("PostalCodeNumber")) or _text(first.get("postcode"))


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _plain(str(value).strip()[:300]) or None


def _plain(text: str) -> str:
    """JSON may hold halves of characters that no file can."""
    return text.encode("utf-8", "replace").decode()
