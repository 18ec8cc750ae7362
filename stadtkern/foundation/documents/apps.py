from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "stadtkern.foundation.documents"
    label = "documents"
