from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "stadtkern.casework.processes"
    label = "processes"

    def ready(self) -> None:
        from stadtkern.casework.processes import builtin

        builtin.register()
