"""Addresses for service managers, below ``/arbeit/leistungen/``."""

from django.urls import path

from stadtkern.casework.services.desk import editing, views

app_name = "services-desk"
urlpatterns = [
    path("", views.service_list, name="list"),
    path("vorlagen/", editing.adopt, name="adopt"),
    path("einlesen/", editing.import_file, name="import"),
    path("export.xml", views.export_all, name="export-all"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/bearbeiten/", editing.edit, name="edit"),
    path("<slug:slug>/vorschau/", views.preview, name="preview"),
    path("<slug:slug>/unterschied/", views.difference, name="difference"),
    path("<slug:slug>/veroeffentlichen/", editing.publish, name="publish"),
    path("<slug:slug>/zurueckziehen/", editing.withdraw, name="withdraw"),
    path("<slug:slug>/vorlage/", editing.upstream, name="upstream"),
    path("<slug:slug>/export.<str:kind>", views.export_one, name="export"),
]
