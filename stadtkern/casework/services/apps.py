from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "stadtkern.casework.services"
    label = "services"
