"""Addresses of the caseworkers' pages, below /arbeit/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.cases.desk import automatic, deciding, incidents, process, steps, tasks, views
from stadtkern.casework.cases.statements import desk as statements
from stadtkern.casework.cases.statements import directory

app_name = "desk"

urlpatterns = [
    path("", views.work_list, name="list"),
    path("vorgaenge.csv", views.work_list_csv, name="list-csv"),
    path("vorgang/<uuid:case_id>/", views.case_page, name="case"),
    path("vorgang/<uuid:case_id>/ablauf/", process.process_page, name="process"),
    path("vorgang/<uuid:case_id>/aufgabe/<uuid:task_id>/", tasks.task, name="task"),
    path("vorgang/<uuid:case_id>/druck/", views.case_print, name="print"),
    path("vorgang/<uuid:case_id>/aenderungen/", views.differences, name="differences"),
    path("vorgang/<uuid:case_id>/datei/<uuid:file_id>/", views.file, name="file"),
    path("vorgang/<uuid:case_id>/vorschau/<uuid:file_id>/<int:page>/", views.preview, name="preview"),
    path("vorgang/<uuid:case_id>/uebernehmen/", steps.take, name="take"),
    path("vorgang/<uuid:case_id>/schritt/<slug:step>/", steps.step, name="step"),
    path("vorgang/<uuid:case_id>/entscheiden/", deciding.decide, name="decide"),
    path("vorgang/<uuid:case_id>/entscheiden/vorschau/", deciding.preview_letter, name="decide-preview"),
    path("vorgang/<uuid:case_id>/freigabe/<uuid:decision_id>/", deciding.release, name="release"),
    path("automatik/", automatic.overview, name="automatic"),
    path("automatik/<slug:slug>/", automatic.change, name="automatic-change"),
    path("stoerungen/", incidents.incident_list, name="incidents"),
    path("stoerungen/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("vorgang/<uuid:case_id>/stellungnahmen/", statements.of_case, name="statements"),
    path("vorgang/<uuid:case_id>/stellungnahmen/erbitten/", statements.ask, name="statement-ask"),
    path("stellungnahmen/", statements.asked, name="asked-statements"),
    path("stellungnahmen/verzeichnis/", directory.contacts, name="contacts"),
    path("stellungnahmen/verzeichnis/neu/", directory.contact, name="contact-new"),
    path("stellungnahmen/verzeichnis/<uuid:contact_id>/", directory.contact, name="contact"),
    path("stellungnahmen/<uuid:statement_id>/", statements.one_asked, name="asked-statement"),
    path(
        "stellungnahmen/<uuid:statement_id>/datei/<uuid:file_id>/",
        statements.asked_file,
        name="asked-statement-file",
    ),
    path("stellungnahme/<uuid:statement_id>/", statements.one_of_case, name="statement"),
    path(
        "stellungnahme/<uuid:statement_id>/datei/<uuid:file_id>/",
        statements.case_file,
        name="statement-file",
    ),
]
