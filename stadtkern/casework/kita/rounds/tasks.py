"""Long work of a round: one task at a time, progress on the page, resumed after a kill, told when it failed for good.

A task is named in the round before its job is queued. A process that dies leaves the name; the job runs again. What a person can put right
(``DomainError``) is told at once; what nobody expected is tried again, and told when the attempts are used up. ``retry`` begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from stadtkern.casework.kita.models import Round
from stadtkern.foundation.jobs import api as jobs
from stadtkern.kernel.errors import DomainError

Tick = Callable[[int], None]
ATTEMPTS: Final = {"preview": 2, "freeze": 3, "shadow": 2, "run": 3, "send": 5}
"""How often each task is tried when something unexpected happens; the jobs retry as often."""
KILLS: Final = 5
"""So many more starts without an answer mean that the process is killed each time (memory): then it stops."""


def begin(row: Round, task: str, now: datetime) -> None:
    """Name the task and queue its job; the caller has locked the round."""
    from stadtkern.casework.kita.rounds import jobs as work

    row.task, row.task_at, row.attempts, row.progress, row.problem = task, now, 0, 1, ""
    row.save(update_fields=["task", "task_at", "attempts", "progress", "problem"])
    function = {
        "preview": work.preview_round,
        "freeze": work.freeze_round,
        "shadow": work.shadow_round,
        "run": work.run_round,
        "send": work.send_offers,
    }[task]
    jobs.enqueue(function, round_id=row.pk, lock=f"kita-round-{row.pk}")


def work(round_id: UUID, task: str, do: Callable[[Round, Tick], object]) -> None:
    """Do the task if it is still wanted. Sending is done whatever is named: an offer that is ready must leave."""
    mine = Round.objects.filter(pk=round_id, task=task)
    wanted = mine.filter(problem="").update(attempts=F("attempts") + 1)
    if not wanted and task != "send":
        return
    row = Round.objects.get(pk=round_id)
    if wanted and row.attempts > ATTEMPTS[task] + KILLS:
        mine.update(problem="killed")
        return

    def tick(percent: int) -> None:
        mine.update(progress=percent)

    try:
        do(row, tick)
    except DomainError as error:
        mine.update(problem=error.message[:300])
    except Exception:
        if row.attempts >= ATTEMPTS[task]:
            mine.update(problem="failed")
        raise
    else:
        mine.update(task="", attempts=0)
