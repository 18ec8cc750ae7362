"""Addresses below ``/antrag/``."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.forms.public import views
from stadtkern.casework.forms.runner.doors import draft_urls
from stadtkern.casework.forms.runner.mode import PUBLIC
from stadtkern.foundation.access.api import guest_or_resident

app_name = "forms"

urlpatterns = [
    path("weitermachen/", views.resume, name="resume-any"),
    path("weitermachen/<uuid:draft_id>/", views.resume, name="resume"),
    path("eingang/<uuid:submission_id>/", views.received, name="received"),
    path("eingang/<uuid:submission_id>/eingang.pdf", views.receipt_pdf, name="receipt-pdf"),
    path("eingang/<uuid:submission_id>/antrag.json", views.payload_json, name="payload-json"),
    path("eingang/<uuid:submission_id>/antrag.xml", views.payload_xml, name="payload-xml"),
    path("<slug:slug>/", views.start, name="apply-start"),
    path("<slug:slug>/beginnen/", views.begin, name="begin"),
    *draft_urls(PUBLIC, guest_or_resident),
]
