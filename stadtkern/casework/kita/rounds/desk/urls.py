"""Addresses below /arbeit/kita/runden/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.rounds.desk import after, findings, lists, rounds

app_name = "kita-rounds"
_R = "<uuid:round_id>/"
urlpatterns = [
    path("", rounds.overview, name="overview"),
    path("neu/", rounds.new, name="new"),
    path(_R, rounds.one, name="round"),
    path(_R + "schritt/<slug:step>/", rounds.step, name="step"),
    path(_R + "befunde/<slug:code>/", findings.of_kind, name="findings"),
    path(_R + "datei/<slug:name>/", rounds.file, name="file"),
    path(_R + "fairness/", after.fairness, name="fairness"),
    path(_R + "bericht.pdf", after.report, name="report"),
    path(_R + "danach/", after.afterwards, name="afterwards"),
    path(_R + "danach/<uuid:registration_id>/", after.place, name="place"),
    path(_R + "kita/<uuid:facility_id>/", lists.kita, name="list"),
    path(_R + "kita/<uuid:facility_id>/abweichen/<uuid:registration_id>/", lists.deviate, name="deviate"),
    path(_R + "abweichung/<uuid:deviation_id>/", lists.decide, name="decide"),
    path(_R + "bestaetigen/<uuid:provider_id>/", lists.confirm, name="confirm"),
    path("haertefall/<uuid:registration_id>/", after.hardship, name="hardship"),
    path("rangliste/<uuid:facility_id>/", lists.ranking, name="ranking"),
    path("anspruch/", after.claims, name="claims"),
]
