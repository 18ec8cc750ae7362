from django.apps import AppConfig


class DesignerConfig(AppConfig):
    name = "stadtkern.casework.designer"
    label = "designer"

    def ready(self) -> None:
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell.api import register_desk_nav

        register_desk_nav("Werkstatt", "Workshop", "designer:list", (Role.PROCESS_DESIGNER,), order=70)
