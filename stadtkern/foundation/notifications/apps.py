from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "stadtkern.foundation.notifications"
    label = "notifications"

    def ready(self) -> None:
        from stadtkern.foundation.notifications.desk import navigation  # noqa: F401
