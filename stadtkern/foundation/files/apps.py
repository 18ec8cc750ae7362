from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "stadtkern.foundation.files"
    label = "files"
