"""Addresses for editors of news, below ``/arbeit/aktuelles/``."""

from django.urls import path, re_path

from stadtkern.fronts.site.desk import news

app_name = "site-desk"
urlpatterns = [
    path("", news.news_list, name="news"),
    path("neu/", news.edit, name="news-new"),
    path("<uuid:news_id>/", news.edit, name="news-edit"),
    path("<uuid:news_id>/vorschau/", news.preview, name="news-preview"),
    re_path(
        r"^(?P<news_id>[0-9a-f-]{36})/(?P<step>veroeffentlichen|zurueckziehen|loeschen)/$",
        news.change_state,
        name="news-state",
    ),
]
