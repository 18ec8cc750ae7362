from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "stadtkern.casework.forms"
    label = "forms"
    verbose_name = "Formulare"

    def ready(self) -> None:
        from stadtkern.casework.forms import jobs, receivers  # noqa: F401  the decorators register them
        from stadtkern.casework.forms.parties import online_services
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.businesses.api import register_services
        from stadtkern.foundation.shell import api as shell

        register_services(online_services)
        shell.register_desk_nav("Formulare", "Forms", "forms_desk:forms", (Role.SERVICE_MANAGER,), order=60)
        shell.register_desk_nav("Erfassen", "Enter", "forms_desk:entry", (Role.COUNTER,), order=20)
