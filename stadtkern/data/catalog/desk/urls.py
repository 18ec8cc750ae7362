"""Addresses below /arbeit/datenquellen/."""

from __future__ import annotations

from django.urls import path

from stadtkern.data.catalog.desk import views

app_name = "catalog-desk"
urlpatterns = [
    path("", views.sources, name="sources"),
    path("neu/", views.new, name="new"),
    path("<uuid:source_id>/", views.source, name="source"),
    path("<uuid:source_id>/aendern/", views.change, name="change"),
    path("<uuid:source_id>/lauf/<uuid:run_id>/", views.run, name="run"),
]
