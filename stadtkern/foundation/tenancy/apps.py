from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "stadtkern.foundation.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from stadtkern.foundation.tenancy.api import tell_new_connection

        connection_created.connect(tell_new_connection, dispatch_uid="stadtkern.tenancy")
        post_migrate.connect(keep_keys_inside_tenants, dispatch_uid="stadtkern.tenancy.keys")


def keep_keys_inside_tenants(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """After the last migration: every foreign key between tenant tables gets its check (``same_tenant.sql``)."""
    from django.db import connections

    if sender.label != _last_app():
        return
    sql = (Path(__file__).parent / "same_tenant.sql").read_text(encoding="utf-8")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.access_roleassignment') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(sql)


def _last_app() -> str:
    """``post_migrate`` is sent once per app; the schema is complete at the last one."""
    from django.apps import apps

    return [config.label for config in apps.get_app_configs() if config.models_module is not None][-1]
