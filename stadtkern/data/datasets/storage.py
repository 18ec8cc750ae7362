"""Where the files of versions lie, by scheme of their address: ``dir:`` is a path below ``DATA_DIR/datasets``; nothing else exists yet.

A file is named by its content and its version, appears complete or not at all, and is never changed. Only this module and ``engine`` open files.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from stadtkern.foundation.tenancy import api as tenancy

SCHEME: Final = "dir:"
ADDRESS: Final = re.compile(r"dir:([0-9a-f\-]{36})/([0-9a-f\-]{36})/(\d+-[0-9a-f]{16})\.parquet")


class NoSuchFile(LookupError):
    """An address that is not one of this municipality, or whose file is gone."""


def root() -> Path:
    """The folder of all files; made when it is missing."""
    folder: Path = settings.DATA_DIR / "datasets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def scratch() -> Path:
    """Where uploads are read; on the same disk, so that nothing is copied twice."""
    folder: Path = settings.DATA_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keep(made: Path, *, dataset_id: UUID, number: int, sha256: str) -> str:
    """Move a finished file to its place; returns its address."""
    address = f"{SCHEME}{tenancy.current_id()}/{dataset_id}/{number}-{sha256[:16]}.parquet"
    place = root() / address.removeprefix(SCHEME)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_name(f".{place.name}.{os.getpid()}.part")
    shutil.move(made, beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(place)
    return address


def path_of(address: str) -> Path:
    """The file of an address of the current municipality. Raises ``NoSuchFile``."""
    found = ADDRESS.fullmatch(address)
    if found is None or found[1] != str(tenancy.current_id()):
        raise NoSuchFile(address)
    place = root() / address.removeprefix(SCHEME)
    if not place.is_file():
        raise NoSuchFile(address)
    return place


def remove(address: str) -> None:
    """Delete the file of a version that was never published."""
    try:
        path_of(address).unlink(missing_ok=True)
    except NoSuchFile:
        return
