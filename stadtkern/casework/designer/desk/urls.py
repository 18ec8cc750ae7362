"""Addresses of the workshop, below ``/arbeit/werkstatt/``."""

from django.urls import include, path

from stadtkern.casework.designer.desk import drafts, handover, parameters, process, testing, texts, transfer
from stadtkern.casework.designer.migrating import views as migrating

app_name = "designer"
_D = "<uuid:draft_id>/"
urlpatterns = [
    path("", drafts.draft_list, name="list"),
    path("neu/", drafts.new, name="new"),
    path("einlesen/", transfer.import_package, name="import"),
    path("werte/<slug:slug>/", parameters.own_values, name="own-values"),
    path("<slug:slug>/umstellen/", migrating.migrate, name="migrate"),
    path("paket/<slug:slug>.zip", transfer.export_installed, name="export-installed"),
    path(_D, drafts.overview, name="overview"),
    path(_D + "name/", drafts.rename, name="rename"),
    path(_D + "verwerfen/", drafts.withdraw, name="withdraw"),
    path(_D + "ablauf/", process.process, name="process"),
    path(_D + "ablauf/pruefen/", process.process_check, name="process-check"),
    path(_D + "ablauf/datei/", process.process_file, name="process-file"),
    path(_D + "ablauf/ablauf.bpmn", process.process_download, name="process-download"),
    path(_D + "ablauf/element/<str:element_id>/", process.element, name="element"),
    path(_D + "entscheidungen/", include("stadtkern.casework.designer.decisions.urls")),
    path(_D + "texte/", texts.texts, name="texts"),
    path(_D + "texte/<slug:name>/", texts.section, name="text-section"),
    path(_D + "parameter/", parameters.parameters, name="parameters"),
    path(_D + "formular/", include("stadtkern.casework.designer.forms.urls")),
    path(_D + "tests/", testing.tests, name="tests"),
    path(_D + "tests/spielen/", testing.play, name="play"),
    path(_D + "tests/fall/<slug:name>/", testing.test, name="test"),
    path(_D + "unterschied/", handover.difference, name="difference"),
    path(_D + "uebergeben/", handover.submit, name="submit"),
    path(_D + "zuruecknehmen/", handover.take_back, name="take-back"),
    path(_D + "veroeffentlichen/", handover.review, name="review"),
    path(_D + "paket.zip", transfer.export, name="export"),
]
