"""Addresses of the public site."""

from django.urls import path

from stadtkern.fronts.site import pages, views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("suche/", views.results, name="search"),
    path("suche/vorschlaege", views.suggestions, name="suggestions"),
    path("leistungen/", views.service_list, name="services"),
    path("leistungen/<slug:slug>/", views.service_page, name="service"),
    path("lebenslagen/", views.situations, name="situations"),
    path("lebenslagen/<slug:slug>/", views.situation, name="situation"),
    path("aemter/", views.offices, name="offices"),
    path("aemter/<slug:slug>/", views.office, name="office"),
    path("aktuelles/", views.news, name="news"),
    path("aktuelles/<slug:slug>/", views.news_item, name="news-item"),
    path("impressum/", pages.imprint, name="imprint"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("hilfe/", pages.help_index, name="help"),
    path("hilfe/<slug:slug>/", pages.help_page, name="help-page"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
