from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "stadtkern.casework.records"
    label = "records"

    def ready(self) -> None:
        from stadtkern.casework.records.policies import ALL
        from stadtkern.foundation.shell import api as shell

        shell.register_desk_nav("Akten", "Records", "records-desk:list", ALL, order=20)
