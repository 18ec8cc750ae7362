from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "stadtkern.data.datasets"
    label = "datasets"

    def ready(self) -> None:
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell import api as shell

        shell.register_desk_nav("Daten", "Data", "datasets-desk:list", (Role.DATA_EDITOR,), order=47)
