"""The worker process: runs the jobs of ``foundation.jobs``.

It ends itself when its connection to the database is lost or its heartbeat stops; whoever started it (supervisor,
systemd) starts it again.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import Final

from stadtkern.runtime import boot, environment, health
from stadtkern.runtime.web import end_with_supervisor

log = logging.getLogger("stadtkern.worker")

WATCH_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 75.0  # more than a heartbeat is late when the machine is busy


def main() -> int:
    """Work until SIGTERM or SIGINT."""
    end_with_supervisor()
    settings = environment.read()
    boot.set_up_django()
    os.nice(15)  # receipts and mail may wait a moment, somebody who fills a form should not
    _Watchdog().start()
    from stadtkern.foundation.jobs import worker

    worker.run(concurrency=settings.worker_concurrency)
    return 0


class _Watchdog(threading.Thread):
    """Ends a worker that hangs: the database answers, but no heartbeat has reached it for a while."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="watchdog")

    def run(self) -> None:
        last_good = time.monotonic()
        while True:
            time.sleep(WATCH_SECONDS)
            if health.check().checks["worker"] in {"ok", "unknown"}:
                last_good = time.monotonic()
            elif time.monotonic() - last_good > PATIENCE_SECONDS:
                log.error("no heartbeat, giving up", extra={"pid": os.getpid()})
                os._exit(70)


if __name__ == "__main__":
    sys.exit(main())
