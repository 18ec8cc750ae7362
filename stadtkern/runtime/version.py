"""The version of the installed program."""

from __future__ import annotations


def version() -> str:
    """As the package says; ``0+unknown`` when it is not installed (a bare checkout)."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stadtkern")
    except PackageNotFoundError:
        return "0+unknown"
