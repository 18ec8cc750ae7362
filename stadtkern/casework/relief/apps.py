from django.apps import AppConfig


class ReliefConfig(AppConfig):
    name = "stadtkern.casework.relief"
    label = "relief"

    def ready(self) -> None:
        from stadtkern.casework.relief import jobs, receivers  # noqa: F401  (subscribes)
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell import api as shell

        shell.register_footer_nav("Was es bringt", "What it brings", "relief:page", order=45)
        shell.register_desk_nav(
            "Entlastung", "Relief", "relief-desk:list", (Role.SERVICE_MANAGER, Role.TEAM_LEAD), order=46
        )
