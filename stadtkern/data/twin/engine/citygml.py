"""CityGML 1.0 and 2.0, LoD1 and LoD2 (AdV profile), read as a stream: memory holds one city object, however large the file.

Hostile XML: a DOCTYPE is refused before anything of it is used (so there are no entities), nothing is fetched, depth and text are limited by
libxml2, one city object by ``LARGEST_OBJECT``. Keys stay text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from lxml import etree

from stadtkern.data.twin.engine.citygml_building import BuildingReader, local
from stadtkern.data.twin.engine.problems import Problems, SourceRefused
from stadtkern.data.twin.engine.source import Building, Source

CHUNK: Final = 1 << 18
LARGEST_OBJECT: Final = 64 << 20
_OBJECTS: Final = ("{*}cityObjectMember", "{*}featureMember", "{*}member", "{*}appearanceMember")


def read_citygml(file: BinaryIO, name: str, problems: Problems) -> Source:
    """The buildings of a file, one after the other. Raises SourceRefused with line and column, also while it is being read."""
    source = Source(kind="citygml", buildings=iter(()))
    source.buildings = _buildings(file, name, problems, source)
    return source


def _buildings(file: BinaryIO, name: str, problems: Problems, source: Source) -> Iterator[Building]:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=("{*}CityModel", "{*}FeatureCollection", "{*}Envelope", *_OBJECTS),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    reader = _Objects(name, problems, source)
    since = total = 0
    while True:
        chunk = file.read(CHUNK)
        total += len(chunk)
        since += len(chunk)
        try:
            parser.feed(chunk) if chunk else parser.close()
        except etree.XMLSyntaxError as error:
            yield from _passed(parser, reader)
            line, column = error.position
            text = "Entitäten werden nicht angenommen" if "ntit" in str(error) else "kein wohlgeformtes XML"
            raise SourceRefused(f"{name}:{line}:{column}", f"{text} ({error.msg})") from error
        for found in _passed(parser, reader):
            since = 0
            yield found
        if reader.ended:
            since, reader.ended = 0, False
        if since > LARGEST_OBJECT:
            raise SourceRefused(name, f"ein einzelnes Objekt ist größer als {LARGEST_OBJECT >> 20} MB")
        if not chunk:
            break
    if not reader.root:
        raise SourceRefused(f"{name}:1:1", "Die Datei enthält kein CityModel")


def _passed(parser: Any, reader: _Objects) -> Iterator[Building]:
    for event, element in parser.read_events():
        if event == "start":
            reader.started(element)
        else:
            yield from reader.end(element)


class _Objects:
    """Takes the city objects out of the growing tree and lets go of each when it is done."""

    def __init__(self, name: str, problems: Problems, source: Source) -> None:
        self.name = name
        self.problems = problems
        self.source = source
        self.root = ""
        self.ended = False

    def started(self, element: Any) -> None:
        if element.getparent() is not None or self.root:
            return
        if element.getroottree().docinfo.doctype:
            raise SourceRefused(
                f"{self.name}:1:1",
                "Die Datei enthält eine DOCTYPE-Angabe. Solche Angaben (Entitäten) werden aus Sicherheitsgründen nicht angenommen",
            )
        self.root = str(element.tag)
        if "opengis.net/citygml/3" in self.root:
            raise SourceRefused(
                f"{self.name}:{element.sourceline}:1", "CityGML 3.0 wird nicht gelesen, nur 1.0 und 2.0"
            )

    def end(self, element: Any) -> Iterator[Building]:
        tag = local(element)
        if tag == "Envelope":
            # Only that of the whole file: those of buildings are read with them.
            parent = element.getparent()
            if (
                parent is not None
                and parent.getparent() is not None
                and parent.getparent().getparent() is None
            ):
                self.source.crs = element.get("srsName") or self.source.crs
            return
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            return
        self.ended = True
        if tag != "appearanceMember":
            for child in element:
                if local(child) == "Building":
                    yield BuildingReader(self.name, self.problems).building(child)
                else:
                    self.problems.add(
                        "object-skipped",
                        f"{local(child)} ist kein Gebäude und wird nicht übernommen",
                        place=f"{self.name}:{child.sourceline}",
                    )
        element.clear()
        while element.getprevious() is not None:
            del parent[0]
