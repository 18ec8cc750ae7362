"""Addresses for data editors, below ``/arbeit/daten/``."""

from __future__ import annotations

from django.urls import path

from stadtkern.data.datasets.desk import editing, views

app_name = "datasets-desk"
urlpatterns = [
    path("", views.dataset_list, name="list"),
    path("neu/", editing.new, name="new"),
    path("<uuid:dataset_id>/", views.detail, name="detail"),
    path("<uuid:dataset_id>/pass/", editing.passport, name="passport"),
    path("<uuid:dataset_id>/version/", editing.next_version, name="next"),
    path("<uuid:dataset_id>/v<int:number>/schritt/", editing.step, name="step"),
    path("<uuid:dataset_id>/zuruecknehmen/", editing.withdraw, name="withdraw"),
]
