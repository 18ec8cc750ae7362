"""Addresses of the decisions, below those of a draft."""

from django.urls import path

from stadtkern.casework.designer.decisions import views

_D = "<str:file>/<str:decision_id>/"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path(_D, views.decision, name="decision"),
    path(_D + "pruefen/", views.check, name="decision-check"),
]
