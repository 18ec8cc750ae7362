from django.apps import AppConfig


class DesignerConfig(AppConfig):
    name = "stadtkern.casework.designer"
    label = "designer"

    def ready(self) -> None:
        from stadtkern.casework.designer import queries
        from stadtkern.casework.forms import api as forms
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell.api import register_desk_nav

        forms.register_parameters(queries.parameters_on_trial)
        register_desk_nav("Werkstatt", "Workshop", "designer:list", (Role.PROCESS_DESIGNER,), order=70)
