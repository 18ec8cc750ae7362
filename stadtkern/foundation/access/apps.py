from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "stadtkern.foundation.access"
    label = "access"
