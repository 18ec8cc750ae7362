"""Fixtures of this room."""

from tests.foundation.businesses.fixtures import _its_day, again, data, empower, found, join

__all__ = ["_its_day", "again", "data", "empower", "found", "join"]
