"""Every write to cases. One action is one transaction and one audit entry."""

from stadtkern.casework.cases.actions.deadlines import pause_deadline, resume_deadline
from stadtkern.casework.cases.actions.deciding import (
    close_case,
    propose_decision,
    release_decision,
    reopen_case,
    send_back,
)
from stadtkern.casework.cases.actions.dialogue import (
    answer_request,
    ask_applicant,
    mark_read,
    object_to_decision,
    send_message,
    take_amendment,
    withdraw,
)
from stadtkern.casework.cases.actions.disposal import erase_case, hold, lift_hold
from stadtkern.casework.cases.actions.opening import open_case
from stadtkern.casework.cases.actions.tasks import complete_task, save_task
from stadtkern.casework.cases.actions.visits import book_appointment, settle_online_payment
from stadtkern.casework.cases.actions.work import (
    add_note,
    ask_colleague,
    assign,
    give_statement,
    hand_over,
    judge_check,
    settle_payment,
    take,
)

__all__ = [
    "add_note",
    "answer_request",
    "ask_applicant",
    "ask_colleague",
    "assign",
    "book_appointment",
    "close_case",
    "complete_task",
    "erase_case",
    "give_statement",
    "hand_over",
    "hold",
    "judge_check",
    "lift_hold",
    "mark_read",
    "object_to_decision",
    "open_case",
    "pause_deadline",
    "propose_decision",
    "release_decision",
    "reopen_case",
    "resume_deadline",
    "save_task",
    "send_back",
    "send_message",
    "settle_online_payment",
    "settle_payment",
    "take",
    "take_amendment",
    "withdraw",
]
