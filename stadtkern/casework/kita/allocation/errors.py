"""What the engine refuses beside a document that is not what it should be (``InputRefused`` of the kernel)."""

from __future__ import annotations

from stadtkern.kernel.strict_reading import InputRefused


class ExactUnavailable(InputRefused):
    """The exact search covers seats by age group; this round has flexible seats and families."""

    code = "kita-exact-unavailable"
    status = 409
    message = "Die exakte Suche gilt für Plätze je Altersgruppe. Diese Runde hat flexible Plätze und gemeinsame Wünsche."
    message_en = "The exact search covers seats by age group. This round has flexible seats and joint wishes."

    def __init__(self) -> None:
        super().__init__("/", self.message)
