"""Addresses below /arbeit/akten/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.records.desk import views

app_name = "records-desk"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("<uuid:uid>/", views.record, name="record"),
    path("dokument/<uuid:uid>/<uuid:format_id>/", views.content, name="content"),
    path("dokument/<uuid:uid>/<uuid:format_id>/seite/<int:page>.png", views.page_image, name="page"),
]
