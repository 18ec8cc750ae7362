"""The checklist of a new municipality: what a step is, and the steps of other modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One line of the checklist."""

    title: str
    text: str
    href: str
    done: bool
    optional: bool = False

    @property
    def kind(self) -> str:
        return "success" if self.done else "neutral"


StepMaker = Callable[[], SetupStep]
registered: list[tuple[int, StepMaker]] = []


def register_setup_step(order: int, maker: StepMaker) -> None:
    """Add a step of another module (called in its ``AppConfig.ready``); ``maker`` runs in the tenant and language."""
    registered.append((order, maker))
