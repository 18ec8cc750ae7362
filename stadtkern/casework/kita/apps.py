from django.apps import AppConfig


class KitaConfig(AppConfig):
    name = "stadtkern.casework.kita"
    label = "kita"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from stadtkern.casework.kita import walls

        connection_created.connect(walls.tell_new_connection)
