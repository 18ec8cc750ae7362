"""Addresses for service managers, below ``/arbeit/leistungen/``."""

from django.urls import path

from stadtkern.casework.services.desk import creating, editing, routing, views

app_name = "services-desk"
urlpatterns = [
    path("", views.service_list, name="list"),
    path("vorlagen/", editing.adopt, name="adopt"),
    path("einlesen/", editing.import_file, name="import"),
    path("neu/", creating.new, name="new"),
    path("zustaendigkeiten/", routing.overview, name="responsibilities"),
    path("export.xml", views.export_all, name="export-all"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/bearbeiten/", editing.edit, name="edit"),
    path("<slug:slug>/vorschau/", views.preview, name="preview"),
    path("<slug:slug>/unterschied/", views.difference, name="difference"),
    path("<slug:slug>/veroeffentlichen/", editing.publish, name="publish"),
    path("<slug:slug>/zurueckziehen/", editing.withdraw, name="withdraw"),
    path("<slug:slug>/kopieren/", creating.copy, name="copy"),
    path("<slug:slug>/zustaendigkeit/", routing.responsibility, name="responsibility"),
    path("<slug:slug>/zustaendigkeit/<uuid:rule_id>/", routing.edit_rule, name="responsibility-edit"),
    path("<slug:slug>/zustaendigkeit/<uuid:rule_id>/beenden/", routing.end_rule, name="responsibility-end"),
    path("<slug:slug>/vorlage/", editing.upstream, name="upstream"),
    path("<slug:slug>/export.<str:kind>", views.export_one, name="export"),
]
