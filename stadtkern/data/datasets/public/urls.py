"""Public addresses: the page of a dataset, its versions, downloads, and the OGC API."""

from __future__ import annotations

from django.urls import path, re_path

from stadtkern.data.datasets.public import ogc_views, views

app_name = "datasets"
urlpatterns = [
    path("daten/datensatz/<slug:slug>/", views.dataset, name="dataset"),
    path("daten/datensatz/<slug:slug>/v<int:number>/", views.dataset, name="version"),
    re_path(
        r"^daten/datensatz/(?P<slug>[\w-]+)/v(?P<number>\d{1,8})\.(?P<format>csv|json|geojson|parquet)$",
        ogc_views.download,
        name="download",
    ),
    re_path(r"^ogc(?:/(?P<path>.*))?$", ogc_views.ogc, name="ogc"),
]
