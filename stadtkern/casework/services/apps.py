from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "stadtkern.casework.services"
    label = "services"

    def ready(self) -> None:
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell.api import register_desk_nav

        register_desk_nav("Leistungen", "Services", "services-desk:list", (Role.SERVICE_MANAGER,), order=60)

        register_desk_nav(
            "Zuständigkeiten",
            "Responsibilities",
            "services-desk:responsibilities",
            (Role.SERVICE_MANAGER, Role.ADMINISTRATOR),
            order=61,
        )

        from stadtkern.casework.services.desk import setup  # noqa: F401  (its line in the set-up checklist)
