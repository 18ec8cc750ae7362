"""Addresses of the workshop, below ``/arbeit/werkstatt/``."""

from django.urls import path

from stadtkern.casework.designer.desk import drafts

app_name = "designer"
urlpatterns = [
    path("", drafts.draft_list, name="list"),
]
