"""Refusals of the pure rooms: a sentence in German and in English. No Django, so no catalogue."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(ValueError):
    """What cannot be, for people; ``str`` is German. ``possible``: what would be possible instead."""

    def __init__(self, message: str, message_en: str = "", possible: Iterable[str] = ()) -> None:
        names = ", ".join(dict.fromkeys(possible))
        self.message = f"{message} Möglich: {names}." if names else message
        self.message_en = f"{message_en} Possible: {names}." if names and message_en else message_en
        super().__init__(self.message)

    def text(self, language: str) -> str:
        """The sentence in ``language`` (``de`` or ``en``)."""
        return self.message if language.startswith("de") else self.message_en or self.message
