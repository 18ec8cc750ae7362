"""Addresses under /verwaltung/auftraege/."""

from django.urls import path

from stadtkern.foundation.jobs.desk import views

app_name = "jobs"
urlpatterns = [
    path("", views.failed, name="list"),
    path("<int:number>/wiederholen/", views.retry, name="retry"),
]
