"""The domain's time. Only the domain's ``now`` shifts in the demo; sessions, tokens and jobs use real time.

Views, jobs and commands call ``now()`` and hand it down; rules and actions receive it as an argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")

_offset = timedelta(0)
_standing: ContextVar[datetime | None] = ContextVar("stadtkern_moment", default=None)


def shift_to(start: datetime, *, real_start: datetime) -> None:
    """Let the domain's time run on from ``start``, which corresponds to ``real_start`` of the real clock."""
    global _offset
    _offset = start - real_start


def reset() -> None:
    """Run on real time again."""
    global _offset
    _offset = timedelta(0)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within the block the domain's time stands still, for whoever reads it far below (``today()`` in an expression): one step
    of a process has one moment, and so has a test case of a package."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def is_shifted() -> bool:
    """Whether the domain's time differs from the real one (then every page shows it)."""
    return _offset != timedelta(0)


def real_now() -> datetime:
    """The real time, with zone: for sessions, tokens, signatures and the second time stamp of the audit."""
    return datetime.now(UTC)


def now() -> datetime:
    """The domain's time, aware, in UTC."""
    moment = _standing.get()
    return datetime.now(UTC) + _offset if moment is None else moment


def today() -> date:
    """The domain's calendar day in Germany."""
    return now().astimezone(ZONE).date()


def local(moment: datetime) -> datetime:
    """``moment`` on the wall clock in Germany."""
    return moment.astimezone(ZONE)
