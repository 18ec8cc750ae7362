from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "stadtkern.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        # Every module's ``jobs.py``: a worker must know all jobs, whoever enqueued them.
        autodiscover_modules("jobs")
        from stadtkern.foundation.jobs import housekeeping  # noqa: F401
        from stadtkern.foundation.jobs.desk import navigation  # noqa: F401
