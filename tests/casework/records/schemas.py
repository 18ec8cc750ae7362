"""The official schemas of the shared data: to validate what we write, and to generate the richest message they allow."""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tests.shared import shared_data

XS = "{http://www.w3.org/2001/XMLSchema}"
PACKAGES = {
    "2.3.0": ("xdomea-2.3-2.4-3.0-xsd.zip", "xsd/2.3.0"),
    "2.4.0": ("xdomea-2.3-2.4-3.0-xsd.zip", "xsd/2.4.0"),
    "3.0.0": ("xdomea-2.3-2.4-3.0-xsd.zip", "xsd/3.0.0"),
    "3.1.0": ("xdomea-3.1.0-xsd.zip", "xsd/3.1.0"),
    "4.0.0": ("xdomea-4.0.0-aussonderung-xsd.zip", ""),
}
UUID = "0190A8F0-1C2D-7e3f-8a4b-5C6d{:08x}"

CODES = {
    "AnschriftstypCodeType": "002",
    "BeteiligungsstatusCodeType": "003",
    "BewertungsvorschlagCodeType": "V",
}


@functools.cache
def _files(version: str) -> tuple[dict[str, bytes], str]:
    package, folder = PACKAGES[version]
    with zipfile.ZipFile(shared_data(f"services/xdomea/{package}")) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".xsd")}, folder


class _Resolver(etree.Resolver):
    def __init__(self, files: dict[str, bytes]) -> None:
        self.by_base = files

    def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
        wanted = url.replace("\\", "/")
        best = [name for name in self.by_base if wanted.endswith(name)] or [
            name for name in self.by_base if name.rsplit("/", 1)[-1] == wanted.rsplit("/", 1)[-1]
        ]
        return self.resolve_string(self.by_base[best[0]], context, base_url=best[0]) if best else None


@functools.cache
def schema(version: str, group: str) -> etree.XMLSchema:
    """The compiled schema of ``Nachrichten-<group>``."""
    files, folder = _files(version)
    wanted = {
        name: data for name, data in files.items() if not folder or name.startswith((folder, "xsd/xoev"))
    }
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Resolver(wanted))
    name = f"{folder}/xdomea-Nachrichten-{group}.xsd".lstrip("/")
    return etree.XMLSchema(etree.fromstring(wanted[name], parser, base_url=name).getroottree())


def group_of(message: str) -> str:
    return "AbgabeDurchfuehren" if message.startswith("04") else "AussonderungDurchfuehren"


def errors(xml: bytes, version: str, message: str) -> list[str]:
    """What the official schema says against a message."""
    judge = schema(version, group_of(message))
    judge.validate(etree.fromstring(xml))
    return [f"{entry.line}: {entry.message}" for entry in judge.error_log]


class Richest:
    """Generates a message in which every element the schema knows stands at least once (``round`` picks branches of choices)."""

    def __init__(self, version: str, round: int, depth: int = 1) -> None:
        files, folder = _files(version)
        self.version, self.round, self.depth = version, round, depth
        self.types: dict[str, etree._Element] = {}
        self.elements: dict[str, etree._Element] = {}
        self.count = 0
        for name, data in files.items():
            if folder and not name.startswith((folder, "xsd/xoev")):
                continue
            root = etree.fromstring(data)
            target = root.get("targetNamespace")
            for each in root.iterchildren(f"{XS}complexType", f"{XS}simpleType", f"{XS}element"):
                box = self.elements if each.tag == f"{XS}element" else self.types
                box[f"{{{target}}}{each.get('name')}"] = each

    @property
    def namespace(self) -> str:
        return f"urn:xoev-de:xdomea:schema:{self.version}"

    def names(self) -> list[str]:
        return sorted(etree.QName(name).localname for name in self.elements if self.namespace in name)

    def message(self, element: str) -> etree._Element:
        declared = self.elements[f"{{{self.namespace}}}{element}"]
        root = etree.Element(f"{{{self.namespace}}}{element}", nsmap={"xdomea": self.namespace})
        self.code = element[-4:]
        self._type(root, declared, [])
        return root

    def _type(self, target: etree._Element, declared: etree._Element, stack: list[str]) -> None:
        reference = declared.get("type")
        if reference is None:
            inline = next(iter(declared.iterchildren(f"{XS}complexType", f"{XS}simpleType")), None)
            if inline is not None:
                self._complex(target, inline, stack)
            return
        name = self._resolve(declared, reference)
        if name.startswith(XS):
            kind = etree.QName(stack[-1]).localname if stack else ""
            known = CODES.get(kind) if declared.get("name") == "code" else None
            target.text = declared.get("fixed") or known or self._simple(name.removeprefix(XS))
            return
        self._complex(target, self.types[name], [*stack, name])

    def _resolve(self, at: etree._Element, reference: str) -> str:
        prefix, _, local = reference.rpartition(":")
        return f"{{{at.nsmap[prefix or None]}}}{local}"

    def _complex(self, target: etree._Element, declared: etree._Element, stack: list[str]) -> None:
        if declared.tag == f"{XS}simpleType":
            target.text = self._restricted(declared, target)
            return
        content = next(iter(declared.iterchildren(f"{XS}complexContent", f"{XS}simpleContent")), None)
        body = declared
        if content is not None:
            body = content[-1] if content[-1].tag != f"{XS}annotation" else content[0]
            base = self._resolve(body, body.get("base"))
            if body.tag == f"{XS}extension" and not base.startswith(XS):
                self._complex(target, self.types[base], stack)
            elif base.startswith(XS):
                target.text = self._simple(base.removeprefix(XS))
        for each in body.iterchildren(f"{XS}attribute"):
            fixed = each.get("fixed") or ("urn:list" if each.get("name") == "listURI" else "1.0")
            target.set(each.get("name"), fixed)
        for each in body.iterchildren(f"{XS}sequence", f"{XS}choice"):
            self._group(target, each, stack)

    def _group(self, target: etree._Element, group: etree._Element, stack: list[str]) -> None:
        children = list(group.iterchildren(f"{XS}element", f"{XS}choice", f"{XS}sequence"))
        if group.tag == f"{XS}choice" and children:
            children = [children[self.round % len(children)]]
        for each in children:
            if each.tag != f"{XS}element":
                self._group(target, each, stack)
                continue
            name = self._resolve(each, each.get("type")) if each.get("type") else ""
            if each.get("minOccurs") == "0" and stack.count(name) > self.depth - 1 and name in stack:
                continue
            times = 2 if each.get("maxOccurs") == "unbounded" and len(stack) < 2 else 1
            for _ in range(times):
                local = each.get("form") != "unqualified" and self._qualified(each)
                tag = f"{{{self._target(each)}}}{each.get('name')}" if local else each.get("name")
                self._type(etree.SubElement(target, tag), each, stack)

    def _target(self, at: etree._Element) -> str:
        return at.getroottree().getroot().get("targetNamespace")

    def _qualified(self, at: etree._Element) -> bool:
        return bool(at.getroottree().getroot().get("elementFormDefault") == "qualified")

    def _restricted(self, declared: etree._Element, target: etree._Element) -> str:
        values = [each.get("value") for each in declared.iter(f"{XS}enumeration")]
        if values:
            return self.code if self.code in values else values[self.round % len(values)]
        self.count += 1
        name = declared.get("name") or ""
        if "Dateiname" in name:
            return UUID.format(self.count) + "_Bescheid.pdf"
        if "UUID" in name:
            return UUID.format(self.count)
        return "Wert"

    def _simple(self, name: str) -> str:
        self.count += 1
        return {
            "date": "2021-03-04",
            "dateTime": "2021-03-04T05:06:07Z",
            "time": "05:06:07",
            "gYear": "2030",
            "boolean": "01"[self.count % 2],
            "integer": "3",
            "int": "3",
            "unsignedInt": "3",
            "unsignedShort": "3",
            "base64Binary": "AAAA",
            "NMTOKEN": "1.2.840",
        }.get(name, f"Ärger & Łódź {self.count}")


def messages() -> Iterator[tuple[str, str]]:
    """(version, message code) of everything we read."""
    for version in PACKAGES:
        for code in ("0401", "0402", "0403", "0501", "0502", "0503", "0504", "0505", "0506", "0507"):
            if version == "4.0.0" and code.startswith("04"):
                continue
            if version in ("2.3.0", "2.4.0") and code in ("0403", "0507"):
                continue
            yield version, code


SAMPLES = Path("services/xdomea/examples-3.0.0")
