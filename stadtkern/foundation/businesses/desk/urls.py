"""Addresses under ``/arbeit/unternehmen/``."""

from __future__ import annotations

from django.urls import path

from stadtkern.foundation.businesses.desk import views

app_name = "businesses_desk"
urlpatterns = [
    path("", views.businesses, name="list"),
    path("<uuid:business_id>/", views.business, name="business"),
]
