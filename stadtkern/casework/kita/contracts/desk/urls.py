"""Addresses below /arbeit/kita/: children and contracts of a Kita, the scale of fees."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.contracts.desk import contracts, export, scales

app_name = "kita-contracts"
_K = "kita/<uuid:facility_id>/vertraege/"
urlpatterns = [
    path(_K, contracts.overview, name="list"),
    path(_K + "<uuid:contract_id>/", contracts.one, name="one"),
    path(_K + "<uuid:contract_id>/vorlegen/", contracts.present, name="present"),
    path(_K + "<uuid:contract_id>/beenden/", contracts.end, name="end"),
    path(_K + "<uuid:contract_id>/vertrag.pdf", contracts.file, name="file"),
    path(_K + "wunsch/<uuid:change_id>/", contracts.decide, name="decide"),
    path("traeger/<uuid:provider_id>/daten.zip", export.export, name="export"),
    path("beitraege/", scales.scales, name="scales"),
    path("beitraege/beispiel.json", scales.example, name="example"),
]
