from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "stadtkern.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from stadtkern.foundation.audit import receivers  # noqa: F401  (subscribes)
        from stadtkern.foundation.audit.desk import navigation  # noqa: F401
