"""Addresses under /verwaltung/protokoll/."""

from django.urls import path

from stadtkern.foundation.audit.desk import views

app_name = "audit"
urlpatterns = [
    path("", views.entries, name="list"),
    path("export.csv", views.export, name="export"),
    path("pruefpunkt.txt", views.checkpoint, name="checkpoint"),
    path("<uuid:entry_id>/", views.entry, name="entry"),
    path("<uuid:entry_id>/nachweis.json", views.proof, name="proof"),
]
