"""Addresses under /verwaltung/aussensysteme/."""

from django.urls import path

from stadtkern.casework.processes.desk import views

app_name = "outside"
urlpatterns = [
    path("", views.host_list, name="list"),
    path("<uuid:host_id>/entfernen/", views.forbid, name="forbid"),
]
