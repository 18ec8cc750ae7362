"""Addresses of the applicants' pages."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.cases.public import own_data, steps, views
from stadtkern.casework.cases.statements import outside

app_name = "cases"

urlpatterns = [
    path("vorgaenge/", views.own_cases, name="list"),
    path("vorgaenge/einreichung/<uuid:submission_id>/", views.after_submit, name="after_submit"),
    path("vorgaenge/zugang/", steps.guest_entry, name="guest-entry"),
    path("vorgaenge/<uuid:case_id>/", views.case_page, name="case"),
    path("vorgaenge/<uuid:case_id>/eingang/", views.receipt, name="receipt"),
    path("vorgaenge/<uuid:case_id>/eingang.pdf", views.receipt_pdf, name="receipt-pdf"),
    path("vorgaenge/<uuid:case_id>/antrag.json", views.payload_json, name="payload-json"),
    path("vorgaenge/<uuid:case_id>/antrag.xml", views.payload_xml, name="payload-xml"),
    path("vorgaenge/<uuid:case_id>/aenderungen/", views.differences, name="differences"),
    path("vorgaenge/<uuid:case_id>/datei/<uuid:file_id>/", views.file, name="file"),
    path("vorgaenge/<uuid:case_id>/antworten/", steps.answer, name="answer"),
    path("vorgaenge/<uuid:case_id>/berichtigen/", steps.amend, name="amend"),
    path("vorgaenge/<uuid:case_id>/nachricht/", steps.message, name="message"),
    path("vorgaenge/<uuid:case_id>/zuruecknehmen/", steps.withdraw, name="withdraw"),
    path("vorgaenge/<uuid:case_id>/widerspruch/", steps.object_to_decision, name="object"),
    path("vorgaenge/<uuid:case_id>/termin/", steps.appointment, name="appointment"),
    path("vorgaenge/<uuid:case_id>/zahlen/<uuid:charge_id>/", steps.pay, name="pay"),
    path("vorgaenge/<uuid:case_id>/gezahlt/<uuid:charge_id>/", steps.paid, name="paid"),
    path("postfach/", views.post_box, name="post-box"),
    path("postfach/<uuid:case_id>/<uuid:item_id>/", steps.open_item, name="post-item"),
    path("stellungnahme/<uuid:statement_id>/", outside.statement, name="statement"),
    path("stellungnahme/<uuid:statement_id>/datei/<uuid:file_id>/", outside.file, name="statement-file"),
    path("meine-daten/", own_data.page, name="own-data"),
    path("meine-daten/export.zip", own_data.export, name="own-data-export"),
]
