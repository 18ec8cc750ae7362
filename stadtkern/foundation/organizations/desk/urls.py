"""Addresses under /verwaltung/."""

from django.urls import path

from stadtkern.foundation.organizations.desk import municipality_views, office_views, places_views

app_name = "administration"
urlpatterns = [
    path("", municipality_views.overview, name="overview"),
    path("kommunen/", municipality_views.municipalities, name="municipalities"),
    path("kommunen/neu/", municipality_views.create, name="municipality-create"),
    path("kommunen/<uuid:municipality_id>/", municipality_views.edit, name="municipality"),
    path("kommunen/<uuid:municipality_id>/logo/", municipality_views.logo, name="municipality-logo"),
    path("kommunen/<uuid:municipality_id>/testmail/", municipality_views.mail_test, name="mail-test"),
    path("aemter/", office_views.offices, name="offices"),
    path("aemter/neu/", office_views.edit_office, name="office-create"),
    path("aemter/<uuid:office_id>/", office_views.edit_office, name="office"),
    path("aemter/<uuid:office_id>/team/neu/", office_views.edit_team, name="team-create"),
    path("aemter/<uuid:office_id>/team/<uuid:team_id>/", office_views.edit_team, name="team"),
    path("orte/", places_views.overview, name="places"),
]
