"""Which jobs exist: filled by the decorators when the modules' ``jobs.py`` are imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A function that runs later. ``retry`` counts further attempts after the first."""

    name: str
    queue: str
    retry: int
    function: Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """A function that runs by the clock, once per active municipality."""

    name: str
    cron: str
    function: Callable[..., None]


JOBS: dict[str, Job] = {}
PERIODICS: dict[str, Periodic] = {}
NAMES: dict[Callable[..., None], str] = {}


def add_job(entry: Job) -> None:
    """Raises ``ValueError`` when the name is taken by another function."""
    known = JOBS.get(entry.name)
    if known is not None and _origin(known.function) != _origin(entry.function):
        raise ValueError(f"two jobs are called {entry.name}")
    JOBS[entry.name] = entry
    NAMES[entry.function] = entry.name


def _origin(function: Callable[..., Any]) -> tuple[str, str]:
    return (function.__module__, function.__qualname__)
