"""Public addresses of the catalogue."""

from __future__ import annotations

from django.urls import path, re_path

from stadtkern.data.catalog.public import rdf, views

app_name = "catalog"
urlpatterns = [
    path("daten/", views.search_page, name="search"),
    path("daten/eintrag/<slug:slug>/", views.entry, name="entry"),
    re_path(r"^daten/eintrag/(?P<slug>[\w-]+)\.(?P<kind>rdf|ttl|jsonld)$", rdf.entry, name="entry-rdf"),
    path("catalog", rdf.negotiate, name="catalog"),
    re_path(r"^catalog\.(?P<kind>rdf|ttl|jsonld)$", rdf.catalog, name="rdf"),
]
