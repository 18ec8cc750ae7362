"""KERN components as template tags (a builtin library: no ``load`` needed)."""

from stadtkern.foundation.shell.tags import controls, display, frame, register

__all__ = ["controls", "display", "frame", "register"]
