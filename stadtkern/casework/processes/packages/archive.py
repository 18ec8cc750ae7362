"""Packages as zip and as folder. A hostile archive is refused before anything of it is unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from stadtkern.casework.processes.packages.model import Package, PackageRefused, allowed_name, make_package

MAX_ARCHIVE_BYTES = 20 * 1024 * 1024
MAX_TOTAL_BYTES = 40 * 1024 * 1024
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES = 400
#: the same bytes for the same content, whenever and wherever it is written
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def read_zip(data: bytes) -> Package:
    """The package in a zip; raises ``PackageRefused`` for anything else, including bombs and paths that leave the folder."""
    if len(data) > MAX_ARCHIVE_BYTES:
        raise PackageRefused("", f"Das Paket ist größer als {MAX_ARCHIVE_BYTES // 1024**2} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return make_package(_entries(archive))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise PackageRefused("", "Das ist kein lesbares Zip-Archiv.") from error


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_FILES:
        raise PackageRefused("", f"Mehr als {MAX_FILES} Dateien.")
    if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise PackageRefused("", f"Entpackt mehr als {MAX_TOTAL_BYTES // 1024**2} MB.")
    prefix = _common_folder([info.filename for info in infos])
    files: dict[str, bytes] = {}
    for info in infos:
        name = info.filename.removeprefix(prefix)
        if not allowed_name(name):
            raise PackageRefused(info.filename[:200], "Diese Datei gehört nicht in ein Paket.")
        if name in files:
            raise PackageRefused(name, "Die Datei steht zweimal im Archiv.")
        if info.flag_bits & 1:
            raise PackageRefused(name, "Die Datei ist verschlüsselt.")
        files[name] = _content(archive, info, name)
    return files


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(info) as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise PackageRefused(name, f"Die Datei ist größer als {MAX_FILE_BYTES // 1024**2} MB.")
    return data


def _common_folder(names: list[str]) -> str:
    """Some tools put everything into one folder of the package's name; that is fine."""
    first = {name.split("/", 1)[0] for name in names if "/" in name}
    lonely = len(first) == 1 and all("/" in name for name in names)
    folder = f"{first.pop()}/" if lonely else ""
    return folder if any(name == f"{folder}package.json" for name in names) else ""


def write_zip(package: Package) -> bytes:
    """The package as a zip; equal packages give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(package.files):
            info = zipfile.ZipInfo(name, _TIMESTAMP)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, package.files[name])
    return target.getvalue()


def read_folder(folder: Path) -> Package:
    """The package in a folder; hidden files are passed over. Raises ``PackageRefused``."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise PackageRefused(name, "Verweise auf andere Dateien sind nicht erlaubt.")
        if not path.is_file() or any(part.startswith(".") for part in name.split("/")):
            continue
        if path.stat().st_size > MAX_FILE_BYTES or len(files) >= MAX_FILES:
            raise PackageRefused(name, "Das Paket ist zu groß.")
        files[name] = path.read_bytes()
    return make_package(files)


def write_folder(package: Package, folder: Path) -> None:
    """Write the package's files below ``folder``, which is made where it is missing."""
    for name, content in package.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def read(path: Path) -> Package:
    """The package in a zip file or a folder. Raises ``PackageRefused``."""
    if path.is_dir():
        return read_folder(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PackageRefused("", f"Die Datei lässt sich nicht lesen ({error.strerror}).") from error
    return read_zip(data)
