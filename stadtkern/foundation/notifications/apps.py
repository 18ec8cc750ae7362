from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "stadtkern.foundation.notifications"
    label = "notifications"
