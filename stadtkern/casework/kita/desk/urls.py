"""Addresses below /arbeit/kita/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.desk import applicants, catalogues, imports, kitas, office, plan, start

app_name = "kita-desk"
_KITA = "kita/<uuid:facility_id>/"
urlpatterns = [
    path("", start.today, name="today"),
    path(_KITA, kitas.kita, name="kita"),
    path(_KITA + "bearbeiten/", kitas.edit, name="edit"),
    path(_KITA + "plaetze/", kitas.seats, name="new-seats"),
    path(_KITA + "plaetze/<uuid:seat_class_id>/", kitas.seats, name="seats"),
    path(_KITA + "sperren/", kitas.block, name="block"),
    path(_KITA + "sperre/<uuid:block_id>/aufheben/", kitas.lift, name="lift"),
    path(_KITA + "bewerbungen/", applicants.applicants, name="applicants"),
    path(_KITA + "bewerbungen/<uuid:registration_id>/", applicants.applicant, name="applicant"),
    path(_KITA + "bewerbungen/<uuid:registration_id>/pruefen/", applicants.review, name="review"),
    path(_KITA + "bewerbungen/<uuid:registration_id>/geschwister/", applicants.sibling, name="sibling"),
    path(_KITA + "nachweis/<uuid:claim_id>/<uuid:file_id>/", applicants.proof, name="proof"),
    path("traeger/", office.providers, name="providers"),
    path("traeger/neu/", office.provider, name="new-provider"),
    path("traeger/<uuid:provider_id>/", office.provider, name="provider"),
    path("traeger/<uuid:provider_id>/personal/", office.appoint, name="appoint"),
    path("traeger/<uuid:provider_id>/kita-neu/", kitas.edit, name="new-kita"),
    path("kriterien/", catalogues.overview, name="catalogues"),
    path("kriterien/<uuid:catalogue_id>/", catalogues.one, name="catalogue"),
    path("kriterien/<uuid:catalogue_id>/<slug:step>/", catalogues.step, name="catalogue-step"),
    path("einlesen/", imports.overview, name="imports"),
    path("einlesen/<uuid:import_id>/", imports.one, name="import"),
    path("einlesen/<uuid:import_id>/nicht-uebernommen.csv", imports.refused, name="import-refused"),
    path("bedarfsplan/", plan.plan, name="plan"),
    path("erfassen/", office.entry, name="entry"),
    path("erfassen/<uuid:registration_id>/", office.entered, name="entered"),
]
