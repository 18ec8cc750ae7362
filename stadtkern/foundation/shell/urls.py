"""Addresses of the frame."""

from django.urls import path

from stadtkern.foundation.shell import problem_types, views

app_name = "shell"
urlpatterns = [
    path("marke.css", views.brand_css, name="brand-css"),
    path("marke.svg", views.brand_icon, name="brand-icon"),
    path("marke/logo", views.brand_logo, name="brand-logo"),
    path("docs/errors/", problem_types.problem_types, name="problem-types"),
    path("docs/errors/<slug:code>", problem_types.problem_type, name="problem-type"),
    path("gallery", views.gallery, name="gallery"),
]
