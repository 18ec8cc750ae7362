from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "stadtkern.casework.forms"
    label = "forms"
    verbose_name = "Formulare"

    def ready(self) -> None:
        from stadtkern.casework.forms import jobs, receivers  # noqa: F401  the decorators register them
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell import api as shell

        shell.register_desk_nav("Formulare", "Forms", "forms_desk:forms", (Role.SERVICE_MANAGER,), order=60)
        shell.register_desk_nav("Erfassen", "Enter", "forms_desk:entry", (Role.COUNTER,), order=20)
