"""What keeps a source or a file from being read; ``code`` is stable, the message German for people."""

from __future__ import annotations

from stadtkern.kernel.errors import InvalidInput


class SourceRefused(InvalidInput):
    """A catalogue could not be taken in; ``reason`` is a short stable word, ``place`` an address or line."""

    code = "catalogue-source-refused"

    def __init__(self, reason: str, message: str, place: str = "") -> None:
        self.reason = reason
        self.place = place
        super().__init__(
            f"{place}: {message}" if place else message, extra={"reason": reason, "place": place}
        )
