from django.apps import AppConfig


class WorkplaceConfig(AppConfig):
    name = "stadtkern.fronts.workplace"
    label = "workplace"
