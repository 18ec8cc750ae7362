"""One building of CityGML 1.0 or 2.0 from its element: parts, faces, facts.

Keys stay text. The skin of a building is what its thematic surfaces hold; where a solid holds polygons itself, or refers to some that are
elsewhere in the building, those are added once.
"""

from __future__ import annotations

from array import array
from typing import Any, Final

from stadtkern.data.twin.engine.problems import Problems
from stadtkern.data.twin.engine.source import SURFACES, UNKNOWN, Building, Face, Part

_POLYGONS: Final = frozenset({"Polygon", "Triangle", "Rectangle", "PolygonPatch"})
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_LOCAL: Final[dict[Any, str]] = {}
_LODS: Final = {
    f"lod{level}{shape}": float(level)
    for level in (1, 2, 3)
    for shape in ("Solid", "MultiSurface", "Geometry")
}


def local(element: Any) -> str:
    """The name without its namespace."""
    tag = element.tag
    name = _LOCAL.get(tag)
    if name is None:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        if len(_LOCAL) < 1000:
            _LOCAL[tag] = name
    return name


class BuildingReader:
    """One building with its parts."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name = name
        self.problems = problems
        self.id = ""
        self.faces: dict[str, Face] = {}  # by gml:id, over all parts
        self.wanted: list[tuple[Part, str, bool]] = []

    def say(self, code: str, message: str, element: Any) -> None:
        self.problems.add(code, message, building=self.id, place=f"{self.name}:{element.sourceline}")

    def building(self, element: Any) -> Building:
        self.id = _id(element)
        found = Building(id=self.id, place=f"{self.name}:{element.sourceline}", parts=[])
        if not self.id:
            self.say(
                "id-missing",
                "Das Gebäude hat keine gml:id; es wird nach seiner Stelle in der Datei benannt",
                element,
            )
            found.id = self.id = f"zeile-{element.sourceline}"
        for envelope in element.iterchildren("{*}boundedBy"):
            for child in envelope.iterchildren("{*}Envelope"):
                found.crs = child.get("srsName")
        self.part(element, found, self.id)
        self.resolve(element)
        if found.parts[0].lod < max(part.lod for part in found.parts):
            # A coarse block of the whole beside finer parts would be the same building twice.
            found.parts[0].faces = []
        return found

    def part(self, element: Any, building: Building, id_: str) -> None:
        part = Part(id=id_)
        building.parts.append(part)
        geometries: dict[float, list[tuple[int, Any]]] = {}
        for child in element:
            tag = local(child)
            if tag in _LODS:
                geometries.setdefault(_LODS[tag], []).append((UNKNOWN, child))
                part.solid |= tag.endswith("Solid")
            elif tag == "boundedBy":
                self.bounded(child, geometries)
            elif tag in ("consistsOfBuildingPart", "outerBuildingInstallation"):
                self.nested(child, building, geometries)
            else:
                self.fact(tag, child, part, building)
        if geometries:
            part.lod = max(geometries)
            if building.crs is None:
                shape = next(iter(geometries[part.lod][0][1]), None)
                building.crs = None if shape is None else shape.get("srsName")
            # Thematic surfaces first: they give polygons their class, solids only refer to them.
            for kind, geometry in sorted(geometries[part.lod], key=lambda item: item[0]):
                self.polygons(geometry, kind, part)

    def nested(
        self, element: Any, building: Building, geometries: dict[float, list[tuple[int, Any]]]
    ) -> None:
        for child in element:
            if local(child) == "BuildingPart":
                self.part(child, building, _id(child) or f"{self.id}-{len(building.parts)}")
            else:
                for shape in child:
                    if local(shape) in _LODS:
                        geometries.setdefault(_LODS[local(shape)], []).append((UNKNOWN, shape))
                    elif local(shape) == "boundedBy":
                        self.bounded(shape, geometries)

    def bounded(self, element: Any, geometries: dict[float, list[tuple[int, Any]]]) -> None:
        for surface in element:
            if (kind := SURFACES.get(local(surface))) is not None:
                for shape in surface:
                    if lod := _LODS.get(local(shape)):
                        geometries.setdefault(lod, []).append((kind, shape))

    def polygons(self, geometry: Any, kind: int, part: Part) -> None:
        """Every polygon below; those that are only named by a reference are looked up when the building is complete."""
        for element in geometry.iter():  # several names here would be slower than looking at each
            tag = local(element)
            if tag in _POLYGONS:
                self.polygon(element, kind, part)
            elif tag in ("surfaceMember", "baseSurface") and (reference := element.get(_HREF)) is not None:
                turned = tag == "baseSurface" and element.getparent().get("orientation") == "-"
                self.wanted.append((part, reference.removeprefix("#"), turned))

    def polygon(self, element: Any, kind: int, part: Part) -> None:
        id_ = _id(element)
        if id_ and id_ in self.faces:
            return
        rings: list[list[float]] = []
        for side in element:
            if local(side) in ("exterior", "interior"):
                ring = self.ring(side)
                if ring is None:
                    return
                if local(side) == "exterior":
                    rings.insert(0, ring)
                else:
                    rings.append(ring)
        if not rings:
            self.say("face-without-area", "Eine Fläche hat keinen Rand", element)
            return
        parent = element.getparent()
        turned = (
            parent is not None
            and local(parent) == "baseSurface"
            and parent.getparent().get("orientation") == "-"
        )
        face = Face(kind, rings, turned)
        part.faces.append(face)
        if id_:
            self.faces[id_] = face

    def ring(self, side: Any) -> list[float] | None:
        values: list[float] = []
        dimension = 3
        for element in side.iter():
            tag = local(element)
            if tag not in ("posList", "pos", "coordinates"):
                continue
            text = element.text or ""
            if tag == "coordinates":
                text = text.replace(",", " ")
            dimension = 2 if element.get("srsDimension") == "2" else dimension
            try:
                values.extend(array("d", map(float, text.split())))
            except ValueError:
                self.say("coordinates-unreadable", f"»{text.strip()[:60]}« sind keine Koordinaten", element)
                return None
        if dimension == 2:
            self.say("face-two-dimensional", "Eine Fläche hat keine Höhen (srsDimension 2)", side)
            return None
        if len(values) % 3:
            self.say(
                "coordinates-unreadable",
                f"{len(values)} Zahlen ergeben keine Punkte mit drei Koordinaten",
                side,
            )
            return None
        return values

    def resolve(self, element: Any) -> None:
        """References to polygons: known in this part already, shared with another part, or nowhere."""
        missing = 0
        own: dict[int, set[int]] = {}
        for part, reference, turned in self.wanted:
            face = self.faces.get(reference)
            if face is None:
                missing += 1
                continue
            known = own.get(id(part))
            if known is None:
                known = own[id(part)] = {id(item) for item in part.faces}
            if id(face) not in known:
                part.faces.append(Face(face.kind, face.rings, turned != face.turned))
                known.add(id(face))
        if missing:
            self.say("reference-missing", f"{missing} Verweise auf Flächen führen ins Leere", element)

    def fact(self, tag: str, element: Any, part: Part, building: Building) -> None:
        text = (element.text or "").strip()
        if tag == "function":
            part.function = part.function or text or None
        elif tag == "roofType":
            part.roof_type = text or None
        elif tag == "measuredHeight":
            part.measured_height_m = self.number(element, text)
        elif tag in ("storeysAboveGround", "storeysBelowGround"):
            number = self.number(element, text)
            if number is not None:
                setattr(part, "storeys" if tag.endswith("AboveGround") else "storeys_below", int(number))
        elif tag == "yearOfConstruction":
            building.year_built = text or None
        elif tag == "creationDate":
            building.created_on = building.created_on or text or None
        elif tag == "name":
            building.name = text or None
        elif tag == "address":
            _address(element, building)
        elif tag.endswith("Attribute"):
            self.attribute(element, building)

    def number(self, element: Any, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        unit = (element.get("uom") or "m").rpartition(":")[2]
        if not -1000 < value < 10_000 or unit not in ("m", "metre", "meter", "#m", "9001"):
            self.say(
                "number-unreadable",
                f"{local(element)}: »{text[:40]}« ({unit}) wird nicht übernommen",
                element,
            )
            return None
        return value

    def attribute(self, element: Any, building: Building) -> None:
        name = (element.get("name") or "")[:100]
        value = next((child.text for child in element if local(child) == "value"), None)
        if not name or value is None or len(building.attributes) >= 200:
            return
        value = value.strip()[:1000]
        if name == "Gemeindeschluessel":
            building.municipality_key = value
        building.attributes.setdefault(name, value)


def _id(element: Any) -> str:
    for key in ("{http://www.opengis.net/gml}id", "{http://www.opengis.net/gml/3.2}id"):
        if value := element.get(key):
            return str(value).strip()[:200]
    return ""


def _address(element: Any, building: Building) -> None:
    """xAL 2.0: the first address of a building."""
    if building.street:
        return
    for item in element.iter(
        "{*}LocalityName", "{*}ThoroughfareName", "{*}ThoroughfareNumber", "{*}PostalCodeNumber"
    ):
        text, tag = (item.text or "").strip() or None, local(item)
        if tag == "LocalityName":
            building.town = text
        elif tag == "ThoroughfareName":
            building.street = text
        elif tag == "ThoroughfareNumber":
            building.house_number = text
        else:
            building.postcode = text
