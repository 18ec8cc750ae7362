from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "stadtkern.foundation.organizations"
    label = "organizations"

    def ready(self) -> None:
        from stadtkern.foundation.organizations.desk import navigation  # noqa: F401
