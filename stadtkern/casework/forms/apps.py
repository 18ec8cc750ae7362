from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "stadtkern.casework.forms"
    label = "forms"
