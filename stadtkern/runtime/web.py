"""The web server process (gunicorn with threads), started by the supervisor or by systemd.

gunicorn and granian were measured with the same load on two cores: equal within the noise. gunicorn can
serve a socket
that the supervisor opened: while the web server restarts, connections wait in it and none is refused.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from stadtkern.runtime import boot, environment
from stadtkern.runtime.logs import configure
from stadtkern.runtime.postgres_keeper import die_with_parent
from stadtkern.runtime.warmup import warm_up

SOCKET_VARIABLE = "STADTKERN_SOCKET"  # file descriptor of the supervisor's listening socket
SUPERVISOR_VARIABLE = "STADTKERN_SUPERVISOR"  # its process id


class WebServer(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured in code; no file or command line of its own is read."""

    def __init__(self, settings: environment.Environment) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        inherited = os.environ.get(SOCKET_VARIABLE)
        options: dict[str, Any] = {
            "bind": f"fd://{inherited}" if inherited else f"{self.settings.bind}:{self.settings.port}",
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "worker_class": "gthread",
            "preload_app": True,  # loaded and warmed up once, shared by all workers, ready again at once
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "stadtkern-web",
            "limit_request_line": 8190,
            "post_fork": _after_fork,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        boot.set_up_django()
        from django.core.wsgi import get_wsgi_application

        application = get_wsgi_application()
        warm_up()
        return application


def _after_fork(server: Any, worker: Any) -> None:
    """A worker ends with its master, however that ends."""
    die_with_parent(server.pid, signal.SIGTERM)


def main() -> int:
    """Serve until SIGTERM."""
    end_with_supervisor()
    configure({"level": os.environ.get("LOG_LEVEL", "INFO")})
    WebServer(environment.read()).run()
    return 0


def end_with_supervisor() -> None:
    """Ask the kernel for SIGTERM when the supervisor dies, kill -9 included."""
    if supervisor := os.environ.get(SUPERVISOR_VARIABLE):
        die_with_parent(int(supervisor), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
