"""Reading a backup: everything is unpacked and checked before the installation is touched."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from stadtkern.runtime.backup import BackupRefused
from stadtkern.runtime.backup.write import CHUNK, FORMAT

MANIFEST_LIMIT: Final = 512 * 1024 * 1024
_NAMES: Final = re.compile(
    r"tables/[a-z0-9_]+\.copy|(?:files|datasets)/[0-9a-f-]{36}(/[A-Za-z0-9._-]+)+|keys\.bin|manifest\.json"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """An unpacked backup whose every byte was checked."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def tenant(self) -> UUID | None:
        """The municipality it contains; None if it contains all."""
        return UUID(self.manifest["tenant"]["id"]) if self.manifest["tenant"] else None

    @property
    def tables(self) -> dict[str, list[str]]:
        """Table -> columns, in the order in which they are to be restored."""
        return {str(name): list(columns) for name, columns in self.manifest["tables"].items()}

    def table_file(self, name: str) -> Path:
        return self.folder / "tables" / f"{name}.copy"


def unpack(source: Path, folder: Path) -> Backup:
    """Unpack ``source`` into the empty ``folder`` and check it; raises ``BackupRefused`` with the reason."""
    try:
        found = _extract(source, folder)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError) and error.filename:
            raise
        raise BackupRefused(
            f"Die Sicherung {source.name} ist unvollständig oder beschädigt. Es wurde nichts verändert."
        ) from error
    manifest = _manifest(folder)
    expected = manifest["members"]
    if missing := sorted(set(expected) - set(found)):
        raise BackupRefused(f"In der Sicherung fehlt {missing[0]}. Es wurde nichts verändert.")
    if extra := sorted(set(found) - set(expected) - {"manifest.json"}):
        raise BackupRefused(f"Die Sicherung enthält {extra[0]}, das nicht verzeichnet ist.")
    for name, wanted in expected.items():
        if found[name] != wanted["sha256"]:
            raise BackupRefused(f"{name} in der Sicherung wurde verändert. Es wurde nichts eingespielt.")
    return Backup(folder=folder, manifest=manifest)


def _extract(source: Path, folder: Path) -> dict[str, str]:
    """Member -> SHA-256. Only plain files with names we write ourselves."""
    found: dict[str, str] = {}
    with gzip.open(source) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
        for member in archive:
            if not member.isreg() or not _NAMES.fullmatch(member.name) or ".." in member.name:
                raise BackupRefused("Die Sicherung enthält etwas, das nicht hineingehört.")
            if member.name in found:
                raise BackupRefused(f"{member.name} ist in der Sicherung doppelt.")
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = archive.extractfile(member)
            assert content is not None  # a regular file has content
            digest = hashlib.sha256()
            with path.open("xb") as file:
                while piece := content.read(CHUNK):
                    digest.update(piece)
                    file.write(piece)
            found[member.name] = digest.hexdigest()
        while plain.read(CHUNK):  # to the checksum at the very end
            pass
    if "manifest.json" not in found:
        raise EOFError
    return found


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        if path.stat().st_size > MANIFEST_LIMIT:
            raise ValueError
        manifest = json.loads(path.read_text(encoding="utf-8"))
        complete = isinstance(manifest["members"], dict) and isinstance(manifest["tables"], dict)
        known = manifest["format"] == FORMAT
        if manifest["tenant"]:
            UUID(manifest["tenant"]["id"])
        if not complete or not isinstance(manifest["schema"], list):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise BackupRefused("Das Verzeichnis der Sicherung (manifest.json) ist nicht lesbar.") from error
    if not known:
        raise BackupRefused(f"Das Format {manifest['format']!r} der Sicherung ist nicht bekannt.")
    return dict(manifest)
