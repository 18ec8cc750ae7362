"""Addresses under /verwaltung/personal/."""

from django.urls import path

from stadtkern.foundation.access.desk import absence_views, import_views, staff_views

app_name = "staff"
urlpatterns = [
    path("", staff_views.people, name="list"),
    path("export.csv", staff_views.export, name="export"),
    path("neu/", staff_views.create, name="create"),
    path("import/", import_views.upload, name="import"),
    path("abwesenheiten/", absence_views.absences, name="absences"),
    path("abwesenheiten/<uuid:absence_id>/loeschen/", absence_views.delete, name="absence-delete"),
    path("<uuid:account_id>/", staff_views.person, name="person"),
    path("<uuid:account_id>/rolle/", staff_views.add_role, name="role-add"),
    path("<uuid:account_id>/rolle/<uuid:assignment_id>/beenden/", staff_views.end_role, name="role-end"),
    path("<uuid:account_id>/<slug:step>/", staff_views.confirm, name="confirm"),
]
