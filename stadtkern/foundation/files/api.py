"""What other modules use of files."""

from stadtkern.foundation.files.actions import delete, rotate_key, store
from stadtkern.foundation.files.errors import (
    BrokenFile,
    DamagedBlob,
    FileNotFound,
    FileTooLarge,
    InfectedFile,
    ScanUnavailable,
    WrongFileType,
)
from stadtkern.foundation.files.housekeeping import Damage, check_all, sweep
from stadtkern.foundation.files.http import as_response
from stadtkern.foundation.files.media import DEFAULT, DOCUMENTS, IMAGES, OFFICE, PDF, TEXTS
from stadtkern.foundation.files.names import safe_name, visible_name
from stadtkern.foundation.files.queries import FileInfo, info, infos, open_stream, preview, read

__all__ = [
    "DEFAULT",
    "DOCUMENTS",
    "IMAGES",
    "OFFICE",
    "PDF",
    "TEXTS",
    "BrokenFile",
    "Damage",
    "DamagedBlob",
    "FileInfo",
    "FileNotFound",
    "FileTooLarge",
    "InfectedFile",
    "ScanUnavailable",
    "WrongFileType",
    "as_response",
    "check_all",
    "delete",
    "info",
    "infos",
    "open_stream",
    "preview",
    "read",
    "rotate_key",
    "safe_name",
    "store",
    "sweep",
    "visible_name",
]
