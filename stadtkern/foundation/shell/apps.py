from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "stadtkern.foundation.shell"
    label = "shell"
