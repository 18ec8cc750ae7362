"""Which front or module answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stadtkern.foundation.accounts.public.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("stadtkern.foundation.shell.urls")),
    path("", include("stadtkern.fronts.site.urls")),
    path("api/", include((api.urls(), "api"))),
    path("arbeit/leistungen/", include("stadtkern.casework.services.desk.urls")),
    path("arbeit/werkstatt/", include("stadtkern.casework.designer.desk.urls")),
    path("arbeit/aktuelles/", include("stadtkern.fronts.site.desk.urls")),
    path("demo-idp/", include("stadtkern.foundation.accounts.demo_idp.urls")),
    path("einrichten/", include("stadtkern.foundation.organizations.public.urls")),
    path("verwaltung/", include("stadtkern.foundation.organizations.desk.urls")),
    path("verwaltung/personal/", include("stadtkern.foundation.access.desk.urls")),
    path("verwaltung/anmeldung/", include("stadtkern.foundation.accounts.desk.urls")),
    path("arbeit/unternehmen/", include("stadtkern.foundation.businesses.desk.urls")),
    path("antrag/", include("stadtkern.casework.forms.public.urls")),
    path("kita/", include("stadtkern.casework.kita.rounds.public.urls")),
    path("kita/", include("stadtkern.casework.kita.contracts.public.urls")),
    path("kita/", include("stadtkern.casework.kita.public.urls")),
    path("arbeit/kita/runden/", include("stadtkern.casework.kita.rounds.desk.urls")),
    path("arbeit/kita/", include("stadtkern.casework.kita.contracts.desk.urls")),
    path("arbeit/kita/", include("stadtkern.casework.kita.desk.urls")),
    path("arbeit/akten/", include("stadtkern.casework.records.desk.urls")),
    path("arbeit/entlastung/", include("stadtkern.casework.relief.desk.urls")),
    path("arbeit/daten/", include("stadtkern.data.datasets.desk.urls")),
    path("", include("stadtkern.data.datasets.public.urls")),
    path("arbeit/datenquellen/", include("stadtkern.data.catalog.desk.urls")),
    path("arbeit/", include("stadtkern.casework.forms.desk.urls")),
    path("verwaltung/protokoll/", include("stadtkern.foundation.audit.desk.urls")),
    path("verwaltung/auftraege/", include("stadtkern.foundation.jobs.desk.urls")),
    path("verwaltung/aussensysteme/", include("stadtkern.casework.processes.desk.urls")),
    path("arbeit/post/", include("stadtkern.foundation.notifications.desk.urls")),
    path("arbeit/", include("stadtkern.casework.cases.desk.urls")),
    path("", include("stadtkern.foundation.businesses.public.urls")),
    path("", include("stadtkern.casework.cases.public.urls")),
    path("", include("stadtkern.casework.payments.public.urls")),
    path("", include("stadtkern.casework.relief.public.urls")),
    path("", include("stadtkern.data.catalog.public.urls")),
]
