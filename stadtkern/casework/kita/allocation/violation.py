"""What the checkers raise."""

from __future__ import annotations


class Violation(Exception):
    """The first promise that does not hold."""
