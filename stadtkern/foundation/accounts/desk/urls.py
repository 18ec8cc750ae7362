"""Addresses under /verwaltung/anmeldung/."""

from django.urls import path

from stadtkern.foundation.accounts.desk import views

app_name = "sign_on"
urlpatterns = [
    path("", views.providers, name="list"),
    path("neu/", views.edit, name="create"),
    path("<uuid:provider_id>/", views.edit, name="edit"),
    path("<uuid:provider_id>/loeschen/", views.delete, name="delete"),
]
