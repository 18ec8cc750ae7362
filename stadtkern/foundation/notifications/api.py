"""What other modules use of notifications."""

from stadtkern.foundation.notifications.letters import (
    BatchInfo,
    LetterInfo,
    LetterNotFound,
    NothingToPrint,
    letter,
    letters_of,
    make_batch,
    mark_printed,
    print_batches,
    queue_letter,
    reprint,
    waiting_letters,
)
from stadtkern.foundation.notifications.mail import BadAddress, send_mail

__all__ = [
    "BadAddress",
    "BatchInfo",
    "LetterInfo",
    "LetterNotFound",
    "NothingToPrint",
    "letter",
    "letters_of",
    "make_batch",
    "mark_printed",
    "print_batches",
    "queue_letter",
    "reprint",
    "send_mail",
    "waiting_letters",
]
