"""The ZIP around a message: one xdomea XML and its primary documents, read and written as streams, with hard limits.

File names of primary documents begin with a UUID; that, not the name's encoding, identifies them, because packers write names in
UTF-8, in code page 437 or in something else. Upper and lower case make no difference.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final, Protocol

from stadtkern.casework.records.xdomea import reading, writing
from stadtkern.casework.records.xdomea.errors import FILE_MISSING, TRANSMISSION, MessageRefused
from stadtkern.casework.records.xdomea.messages import Message
from stadtkern.casework.records.xdomea.values import UUID_SHAPE, FileName
from stadtkern.casework.records.xdomea.walking import file_names

_UTF8_FLAG: Final = 0x800
_ENCRYPTED: Final = 0x1
_SNIFF: Final = 4096
_STARTS_WITH_UUID: Final = re.compile(UUID_SHAPE)
_MARK: Final = re.compile(rb"urn:xoev-de:xdomea:schema:|<[^>]{0,80}(?:Abgabe|Aussonderung)\.")
_CHUNK: Final = 1 << 20
_PACKED: Final = frozenset(
    ["pdf", "jpg", "jpeg", "png", "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "mp4"]
)  # nothing left to squeeze


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a package may be at most; ``ratio`` applies to members above ``ratio_from`` bytes."""

    members: int = 100_000
    total: int = 64 * 1024**3
    member: int = 4 * 1024**3
    ratio: int = 300
    ratio_from: int = 4 * 1024**2


LIMITS: Final = Limits()


class Source(Protocol):
    """Where the primary documents of a message are."""

    def open(self, name: FileName) -> IO[bytes]:
        """The content of a primary document; raises ``MessageRefused`` (0000018) when it is not there."""

    def size(self, name: FileName) -> int:
        """Its size in bytes."""

    def extra(self) -> list[str]:
        """Names of files that no document of the message claims."""


@dataclass(slots=True)
class Opened:
    """A message with its primary documents."""

    message: Message
    source: Source
    xml_name: str
    xml: bytes = field(repr=False)


@contextmanager
def open_package(path: Path, limits: Limits = LIMITS) -> Iterator[Opened]:
    """The message in ``path`` (XML or ZIP), with every primary document it names present; raises ``MessageRefused``."""
    try:
        head = path.open("rb")
    except OSError as error:
        raise MessageRefused(str(path), "Die Datei ist nicht lesbar.", FILE_MISSING) from error
    with head as stream:
        is_zip = stream.read(4) == b"PK\x03\x04"
        stream.seek(0)
        if not is_zip:
            xml = stream.read(reading.MOST_BYTES + 1)
            yield _checked(xml, path.name, _Folder(path))
            return
        try:
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive, path.name, limits)
                name = _message_member(archive, members, path)
                with archive.open(members.pop(_key(name))) as inner:
                    xml = _at_most(inner, reading.MOST_BYTES, name)
                yield _checked(xml, name, _Archive(archive, members, limits, path.name))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
            raise MessageRefused(path.name, "kein lesbares ZIP-Paket", TRANSMISSION) from error


def _checked(xml: bytes, name: str, source: Source) -> Opened:
    message = reading.read(xml, name)
    if message.type.content:
        for each in file_names(message):
            source.size(each)
    return Opened(message=message, source=source, xml_name=name, xml=xml)


def _members(archive: zipfile.ZipFile, package: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The files of the archive by comparable name; everything suspicious is refused before a byte is unpacked."""
    infos = [each for each in archive.infolist() if not each.is_dir()]
    if len(infos) > limits.members:
        raise MessageRefused(package, f"Das Paket enthält mehr als {limits.members} Dateien.", TRANSMISSION)
    found: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for each in infos:
        name = decoded_name(each)
        place = f"{package}!{name[:120]}"
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name:
            raise MessageRefused(place, "Der Dateiname führt aus dem Paket hinaus.", TRANSMISSION)
        if each.flag_bits & _ENCRYPTED:
            raise MessageRefused(place, "Die Datei ist verschlüsselt.", TRANSMISSION)
        total += each.file_size
        if each.file_size > limits.member or total > limits.total:
            raise MessageRefused(place, "Das Paket ist ausgepackt zu groß.", TRANSMISSION)
        if each.file_size > limits.ratio_from and each.file_size > limits.ratio * max(each.compress_size, 1):
            raise MessageRefused(
                place, "Die Datei ist verdächtig stark komprimiert (ZIP-Bombe).", TRANSMISSION
            )
        key = _key(name)
        if key in found:
            raise MessageRefused(place, "Die Datei ist doppelt im Paket.", TRANSMISSION)
        found[key] = each
    return found


def decoded_name(member: zipfile.ZipInfo) -> str:
    """A member's name. Without the UTF-8 flag Python decodes as code page 437; most packers meant UTF-8 all the same."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    raw = member.filename.encode("cp437", "surrogateescape")
    for encoding in ("utf-8", "cp850"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _key(name: str) -> str:
    """Names compare without folder, case and composition; one that begins with a UUID by that and its ending only."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1]).casefold()
    if not _STARTS_WITH_UUID.match(base):
        return base
    if base.endswith(".xml") and re.search(r"[._]\d{4}(?:_\d+)*\.xml$|[a-z]\.\d{4}\.xml$", base):
        return base  # the message itself is called <ProzessID>_….0503.xml
    rest = base[36:]
    return base[:36] + (rest if rest.isascii() else "." + rest.rsplit(".", 1)[-1] if "." in rest else "")


def _message_member(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], path: Path) -> str:
    """Which member is the message: the only XML that says it is xdomea; the one called like the package wins."""
    candidates = []
    for each in members.values():
        name = decoded_name(each)
        if not name.casefold().endswith(".xml"):
            continue
        with archive.open(each) as stream:
            if _MARK.search(_plain(stream.read(_SNIFF))):
                candidates.append(name)
    same = [each for each in candidates if PurePosixPath(each).stem.casefold() == path.stem.casefold()]
    chosen = same if len(same) == 1 else candidates
    if len(chosen) != 1:
        found = "keine" if not chosen else f"{len(chosen)}"
        raise MessageRefused(path.name, f"Im Paket liegt {found} xdomea-Nachricht statt genau einer.")
    return chosen[0]


def _plain(head: bytes) -> bytes:
    """The beginning of an XML file as ASCII, also when it is UTF-16."""
    return head.replace(b"\x00", b"")


def _at_most(stream: IO[bytes], most: int, name: str) -> bytes:
    data = stream.read(most + 1)
    if len(data) > most:
        raise MessageRefused(name, f"Die Nachricht ist größer als {most >> 20} MiB.")
    return data


def _missing(name: str) -> MessageRefused:
    return MessageRefused(name, "Das Primärdokument fehlt im Paket.", FILE_MISSING)


class _Archive:
    """Primary documents inside a ZIP."""

    def __init__(
        self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], limits: Limits, package: str
    ) -> None:
        self._archive, self._members, self._limits, self._package = archive, members, limits, package
        self._claimed: set[str] = set()

    def _find(self, name: str) -> zipfile.ZipInfo:
        key = _key(name)
        member = self._members.get(key)
        if member is None and _STARTS_WITH_UUID.match(key):
            same = [each for each in self._members if each.startswith(key[:36])]
            if len(same) == 1:
                key, member = same[0], self._members[same[0]]
        if member is None:
            raise _missing(f"{self._package}!{name}")
        self._claimed.add(key)
        return member

    def open(self, name: FileName) -> IO[bytes]:
        """See ``Source``; the ZIP's own check sum is verified while reading."""
        return self._archive.open(self._find(name))

    def size(self, name: FileName) -> int:
        """See ``Source``."""
        return self._find(name).file_size

    def extra(self) -> list[str]:
        """See ``Source``."""
        return [decoded_name(each) for key, each in self._members.items() if key not in self._claimed]


class _Folder:
    """Primary documents beside a single XML file."""

    def __init__(self, message: Path) -> None:
        self._files: dict[str, Path] | None = None
        self._message = message

    def _find(self, name: str) -> Path:
        if self._files is None:
            beside = (each for each in self._message.parent.iterdir() if each != self._message)
            self._files = {
                _key(each.name): each for each in beside if each.is_file() and not each.is_symlink()
            }
        found = self._files.get(_key(name))
        if found is None:
            raise _missing(name)
        return found

    def open(self, name: FileName) -> IO[bytes]:
        """See ``Source``."""
        return self._find(name).open("rb")

    def size(self, name: FileName) -> int:
        """See ``Source``."""
        return self._find(name).stat().st_size

    def extra(self) -> list[str]:
        """A folder may hold anything else."""
        return []


def package_name(message: Message) -> str:
    """``<ProzessID>_<element>`` (3.1) or ``<ProzessID>_<type>_<number>`` (4.0), without ending."""
    if message.version.dialect == 4:
        number = getattr(message.body, "number", None) or 1
        return f"{message.header.process_id}_{message.type.code}_{number}"
    return f"{message.header.process_id}_{message.type.element}"


def write_package(target: BinaryIO, message: Message, contents: Iterator[tuple[FileName, IO[bytes]]]) -> None:
    """The ZIP with the message and the contents that the caller yields one after the other (none is held in memory)."""
    stamp = _zip_time(message.header.created_at)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.writestr(_entry(f"{package_name(message)}.xml", stamp), writing.write(message))
        for name, stream in contents:
            with archive.open(_entry(name, stamp), "w", force_zip64=True) as member:
                while part := stream.read(_CHUNK):
                    member.write(part)


def _entry(name: str, stamp: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, stamp)
    packed = name.rpartition(".")[2].lower() in _PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _zip_time(moment: str) -> tuple[int, int, int, int, int, int]:
    year, month, day = (int(part) for part in moment[:10].split("-"))
    hour, minute, second = (int(part) for part in moment[11:19].split(":"))
    return (max(year, 1980), month, day, hour, minute, second)
