"""Addresses of the set-up."""

from django.urls import path

from stadtkern.foundation.organizations.public import setup_views

urlpatterns = [path("", setup_views.setup, name="setup")]
