from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "stadtkern.casework.processes"
    label = "processes"
