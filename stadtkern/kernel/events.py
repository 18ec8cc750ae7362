"""Facts that modules tell each other: events go up the floors, calls go down.

``publish`` runs the subscribers at once, in the transaction of the cause, in the order of subscription.
Subscribers are quick; anything slow, external or allowed to fail becomes a job.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call the function for every published event of exactly this type."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        if function not in _subscribers[event_type]:
            _subscribers[event_type].append(function)
        return function

    return register


def publish(event: object) -> None:
    """Tell everybody who subscribed to the type of ``event``."""
    for function in tuple(_subscribers[type(event)]):
        function(event)
