from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "stadtkern.data.catalog"
    label = "catalog"

    def ready(self) -> None:
        from stadtkern.data.catalog import jobs, receivers  # noqa: F401  (subscribes)
        from stadtkern.data.catalog.policies import DESK
        from stadtkern.foundation.shell import api as shell

        shell.register_footer_nav("Offene Daten", "Open data", "catalog:search", order=40)
        shell.register_desk_nav("Datenquellen", "Data sources", "catalog-desk:sources", DESK, order=61)
