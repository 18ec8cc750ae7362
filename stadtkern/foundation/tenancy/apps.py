from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "stadtkern.foundation.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from stadtkern.foundation.tenancy.api import tell_new_connection

        connection_created.connect(tell_new_connection, dispatch_uid="stadtkern.tenancy")
