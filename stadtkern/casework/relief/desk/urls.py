"""Addresses below /arbeit/entlastung/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.relief.desk import views

app_name = "relief-desk"
urlpatterns = [
    path("", views.service_list, name="list"),
    path("<slug:slug>/", views.baseline, name="baseline"),
]
