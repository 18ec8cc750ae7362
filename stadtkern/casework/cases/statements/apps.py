from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "stadtkern.casework.cases.statements"
    label = "statements"

    def ready(self) -> None:
        from stadtkern.casework.cases import policies
        from stadtkern.casework.cases.statements import connector, jobs, receivers  # noqa: F401  (subscribes)
        from stadtkern.casework.cases.statements.directory import KEEPERS
        from stadtkern.foundation.shell import api as shell

        connector.register()
        shell.register_desk_nav(
            "Stellungnahmen", "Statements", "desk:asked-statements", tuple(policies.WORK), order=15
        )
        shell.register_desk_nav("Träger", "Public bodies", "desk:contacts", KEEPERS, order=47)
