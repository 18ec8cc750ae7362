from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "stadtkern.foundation.jobs"
    label = "jobs"
