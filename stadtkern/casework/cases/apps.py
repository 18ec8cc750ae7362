from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "stadtkern.casework.cases"
    label = "cases"

    def ready(self) -> None:
        from stadtkern.casework.cases import connectors, hooks, receivers  # noqa: F401  (subscribes)
        from stadtkern.casework.forms import api as forms
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell import api as shell

        connectors.register()
        forms.register_case_lookup(hooks.case_of)
        forms.register_submission_gate(hooks.reaches)
        forms.register_parameters(hooks.parameters_of)
        shell.register_desk_nav("Vorgänge", "Cases", "desk:list", order=10)
        shell.register_desk_nav(
            "Störungen", "Failures", "desk:incidents", (Role.SERVICE_MANAGER, "process_designer"), order=45
        )
        shell.register_desk_nav(
            "Automatik",
            "Automation",
            "desk:automatic",
            (Role.SERVICE_MANAGER, Role.PROCESS_DESIGNER),
            order=46,
        )
        shell.register_desk_search("desk:list")
