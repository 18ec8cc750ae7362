from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "stadtkern.casework.records"
    label = "records"
