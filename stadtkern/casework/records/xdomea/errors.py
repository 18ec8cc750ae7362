"""Why a message is refused, with the code that the sender gets (code list "Allgemeine Rückmeldung" 1.1)."""

from __future__ import annotations

from typing import Final

from stadtkern.kernel.strict_reading import InputRefused

DONE: Final = "0000000"
NO_RIGHTS: Final = "0000004"
BAD_STRUCTURE: Final = "0000008"
ALREADY_DONE: Final = "0000009"
TRANSMISSION: Final = "0000015"
FILE_MISSING: Final = "0000018"
UNKNOWN: Final = "0000499"


class MessageRefused(InputRefused):
    """A message or its package is not what xdomea prescribes; ``result_code`` goes back to the sender."""

    code = "message-refused"

    def __init__(self, place: str, message: str, result_code: str = BAD_STRUCTURE) -> None:
        self.result_code = result_code
        super().__init__(place, message)
