from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "stadtkern.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from stadtkern.foundation.audit import receivers  # noqa: F401
