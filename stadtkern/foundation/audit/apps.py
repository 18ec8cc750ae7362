from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "stadtkern.foundation.audit"
    label = "audit"
