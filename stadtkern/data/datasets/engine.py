"""The only place that owns DuckDB: one connection per process, a cursor per request, a deadline by interrupt, the sandbox.

SQL is built from fixed text, names that went through ``name`` and parameters; nothing else. Inside the sandbox a query reads files
below the opened folders and nothing more: no network, no other file, no extension, no change of these settings.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import duckdb

from stadtkern.data.datasets.errors import QueryRefused, QueryTooSlow

SECONDS: Final = 10.0
MEMORY: Final = "1GB"
GEOMETRY: Final = "geom"
ROW: Final = (
    "_row"  # number of a row inside its version, in the order of the file: feature id and key of pages
)
RESERVED: Final = frozenset({GEOMETRY, ROW})
LONGEST_NAME: Final = 120


class NotAName(ValueError):
    """A name that no column of ours can have."""


def name(column: str) -> str:
    """``column`` as a quoted identifier. Raises ``NotAName`` for what ingest never lets through."""
    if not column or len(column) > LONGEST_NAME or '"' in column or not column.isprintable():
        raise NotAName(column[:60])
    return f'"{column}"'


def file(path: Path) -> str:
    """``path`` as a table of SQL. Raises ``NotAName`` for a path that is not one of ours."""
    text = str(path)
    if "'" in text or not text.isprintable() or "*" in text or "?" in text or "[" in text:
        raise NotAName(text[-60:])
    return f"read_parquet('{text}')"


def extension() -> Path:
    """The signed spatial extension of the wheel, of exactly this version of DuckDB. No network is used."""
    spec = find_spec("duckdb_extension_spatial")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("duckdb_extension_spatial", name="duckdb_extension_spatial")
    return Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}" / "spatial.duckdb_extension"


def opened(
    *folders: Path, threads: int = 1, memory: str = MEMORY, scratch: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection in memory that may read and write below ``folders`` only."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(scratch) if scratch else "",
    }
    connection = duckdb.connect(config=config)
    connection.execute(f"LOAD '{extension()}'")
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET allowed_directories = ?", [[f"{folder.resolve()}/" for folder in folders]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


# --- one connection per process -------------------------------------------------------------------------------------------

_lock = threading.Lock()
_connections: dict[tuple[int, Path], duckdb.DuckDBPyConnection] = {}


def _connection(folder: Path) -> duckdb.DuckDBPyConnection:
    key = (os.getpid(), folder)  # after a fork the parent's connection is not ours
    with _lock:
        if key not in _connections:
            _connections[key] = opened(folder)
        return _connections[key]


@contextmanager
def cursor(folder: Path, *, seconds: float = SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for one request over the files below ``folder``. Raises ``QueryTooSlow`` when the time is over."""
    own = _connection(folder).cursor()
    over = threading.Event()

    def stop() -> None:
        over.set()
        own.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield own
    except duckdb.InterruptException:
        raise QueryTooSlow() from None
    except duckdb.OutOfMemoryException:
        raise QueryTooSlow(
            "Die Anfrage braucht zu viel Speicher und wurde beendet. Bitte schränken Sie sie ein.",
            message_en="The query needs too much memory and was stopped. Please narrow it.",
        ) from None
    except (duckdb.OutOfRangeException, duckdb.ConversionException, duckdb.InvalidInputException):
        raise QueryRefused(
            "Ein Wert der Anfrage liegt außerhalb dessen, womit sich rechnen lässt.",
            message_en="A value of the request is outside of what can be computed.",
        ) from None
    finally:
        timer.cancel()
        own.close()


def rows(
    folder: Path, sql: str, parameters: Sequence[Any] = (), *, seconds: float = SECONDS
) -> list[tuple[Any, ...]]:
    """All rows of one query."""
    with cursor(folder, seconds=seconds) as own:
        return own.execute(sql, list(parameters)).fetchall()


def columns(folder: Path, path: Path) -> dict[str, str]:
    """Names and DuckDB types of the columns of a file."""
    return {str(row[0]): str(row[1]) for row in rows(folder, f"DESCRIBE SELECT * FROM {file(path)}")}
