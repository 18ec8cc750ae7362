from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "stadtkern.fronts.site"
    label = "site"

    def ready(self) -> None:
        from stadtkern.foundation.access.api import Role
        from stadtkern.foundation.shell import api as shell
        from stadtkern.fronts.site import receivers  # noqa: F401  (subscribes)

        shell.register_public_nav("Leistungen", "Services", "site:services", order=10)
        shell.register_public_nav("Lebenslagen", "Life situations", "site:situations", order=20)
        shell.register_public_nav("Ämter", "Offices", "site:offices", order=30)
        shell.register_public_nav("Aktuelles", "News", "site:news", order=40)
        shell.register_public_nav("Hilfe", "Help", "site:help", order=90)
        shell.register_desk_nav("Aktuelles", "News", "site-desk:news", (Role.SERVICE_MANAGER,), order=65)
        shell.register_footer_nav("Impressum", "Legal notice", "site:imprint", order=10)
        shell.register_footer_nav("Datenschutz", "Privacy", "site:privacy", order=20)
        shell.register_footer_nav("Barrierefreiheit", "Accessibility", "site:accessibility", order=30)
        shell.register_footer_nav("Hilfe", "Help", "site:help", order=40)
