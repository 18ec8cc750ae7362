from django.apps import AppConfig


class BusinessesConfig(AppConfig):
    name = "stadtkern.foundation.businesses"
    label = "businesses"

    def ready(self) -> None:
        from stadtkern.foundation.access.api import register_mandates
        from stadtkern.foundation.businesses import receivers  # noqa: F401  (subscribes)
        from stadtkern.foundation.businesses.desk import navigation  # noqa: F401
        from stadtkern.foundation.businesses.queries import mandates

        register_mandates(mandates)
