"""Addresses of the caseworkers' pages, below /arbeit/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.cases.desk import deciding, steps, views

app_name = "desk"

urlpatterns = [
    path("", views.work_list, name="list"),
    path("vorgaenge.csv", views.work_list_csv, name="list-csv"),
    path("vorgang/<uuid:case_id>/", views.case_page, name="case"),
    path("vorgang/<uuid:case_id>/druck/", views.case_print, name="print"),
    path("vorgang/<uuid:case_id>/aenderungen/", views.differences, name="differences"),
    path("vorgang/<uuid:case_id>/datei/<uuid:file_id>/", views.file, name="file"),
    path("vorgang/<uuid:case_id>/vorschau/<uuid:file_id>/<int:page>/", views.preview, name="preview"),
    path("vorgang/<uuid:case_id>/uebernehmen/", steps.take, name="take"),
    path("vorgang/<uuid:case_id>/schritt/<slug:step>/", steps.step, name="step"),
    path("vorgang/<uuid:case_id>/entscheiden/", deciding.decide, name="decide"),
    path("vorgang/<uuid:case_id>/entscheiden/vorschau/", deciding.preview_letter, name="decide-preview"),
    path("vorgang/<uuid:case_id>/freigabe/<uuid:decision_id>/", deciding.release, name="release"),
]
