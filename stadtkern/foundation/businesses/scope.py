"""Which services a power of attorney may be narrowed to; the catalogue above says it."""

from __future__ import annotations

from collections.abc import Callable

ServiceNames = Callable[[str], list[tuple[str, str]]]
_names: list[ServiceNames] = []


def register_services(names: ServiceNames) -> None:
    """``names(language)`` gives (slug, title) of the services one can apply for online. The last one registered wins."""
    _names[:] = [names]


def services(language: str) -> list[tuple[str, str]]:
    """Services to choose from, by title."""
    return sorted(_names[0](language), key=lambda pair: pair[1]) if _names else []
