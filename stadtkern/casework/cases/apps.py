from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "stadtkern.casework.cases"
    label = "cases"

    def ready(self) -> None:
        pass
