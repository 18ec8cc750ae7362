from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "stadtkern.casework.processes"
    label = "processes"

    def ready(self) -> None:
        from stadtkern.casework.processes import builtin
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell.api import register_desk_nav

        builtin.register()
        register_desk_nav("Außensysteme", "Outside systems", "outside:list", (Role.ADMINISTRATOR,), order=86)
