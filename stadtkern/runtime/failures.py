"""What a command does with an error: expected ones speak, unexpected ones get a reference number."""

from __future__ import annotations

import os
import secrets
import traceback
from datetime import UTC, datetime

from stadtkern.kernel.errors import DomainError
from stadtkern.runtime.output import say


def report(error: Exception) -> int:
    """Print what people need on stderr and return the exit code (2 refused input, 3 anything else).

    ``extra["place"]`` of a domain error (``FILE:LINE:COL`` or the path in the document) comes first on its
    line.
    """
    if isinstance(error, DomainError):
        place = error.extra.get("place")
        say(f"{place}: {error.message}" if place else error.message)
        return 2
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError) and error.filename:
        say(f"{os.fsdecode(error.filename)}: {error.strerror}")
        return 2
    reference = new_reference()
    say(
        f"stadtkern: Unerwarteter Fehler, Nummer {reference}. Bitte geben Sie diese Nummer bei Rückfragen an."
    )
    _keep(reference, error)
    return 3


def new_reference() -> str:
    """Short enough to be read out on the telephone; no letters that are mistaken for digits."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(2))


def _keep(reference: str, error: Exception) -> None:
    """The traceback goes to DATA_DIR/errors.log (mode 0600), or to stderr if that cannot be written."""
    from stadtkern.runtime.environment import data_dir

    text = f"{datetime.now(UTC).isoformat()} {reference}\n" + "".join(traceback.format_exception(error))
    try:
        folder = data_dir()
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        descriptor = os.open(folder / "errors.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError:
        say(text)
