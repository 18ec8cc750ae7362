"""The public address of relief."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.relief.public import views

app_name = "relief"
urlpatterns = [path("was-es-bringt/", views.page, name="page")]
