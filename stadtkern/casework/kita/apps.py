from django.apps import AppConfig


class KitaConfig(AppConfig):
    name = "stadtkern.casework.kita"
    label = "kita"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from stadtkern.casework.cases import api as cases
        from stadtkern.casework.forms import api as forms
        from stadtkern.casework.kita import jobs, receivers, walls  # noqa: F401  (subscribes)
        from stadtkern.casework.kita.desk.history import TITLES
        from stadtkern.casework.kita.form import SLUG
        from stadtkern.casework.kita.policies import STAFF
        from stadtkern.casework.kita.rounds import jobs as round_jobs  # noqa: F401  (registers)
        from stadtkern.foundation.shell import api as shell

        connection_created.connect(walls.tell_new_connection)
        forms.register_own_pages(SLUG, public="kita:start", entry="kita-desk:entry")
        cases.register_titles(TITLES)
        shell.register_page_languages("/kita/", ("tr", "uk"))
        shell.register_desk_nav("Kita", "Nurseries", "kita-desk:today", STAFF, order=30)
