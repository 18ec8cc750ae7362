"""Addresses below ``/unternehmen/`` and ``/vollmachten/``."""

from __future__ import annotations

from django.urls import path

from stadtkern.foundation.businesses.public import people_views, power_views, views

app_name = "businesses"

urlpatterns = [
    path("unternehmen/", views.overview, name="overview"),
    path("unternehmen/neu/", views.found, name="found"),
    path("unternehmen/einladung/<str:token>/", people_views.invitation, name="invitation"),
    path("unternehmen/<uuid:business_id>/", views.business, name="business"),
    path("unternehmen/<uuid:business_id>/bearbeiten/", views.change, name="change"),
    path("unternehmen/<uuid:business_id>/schliessen/", views.close, name="close"),
    path("unternehmen/<uuid:business_id>/einladen/", people_views.invite, name="invite"),
    path(
        "unternehmen/<uuid:business_id>/einladung/<uuid:invitation_id>/",
        people_views.take_back,
        name="take-invitation-back",
    ),
    path("unternehmen/<uuid:business_id>/person/<uuid:member_id>/", people_views.member, name="member"),
    path("unternehmen/<uuid:business_id>/vollmacht/", power_views.grant, name="grant-for-business"),
    path("vollmachten/neu/", power_views.grant, name="grant"),
    path("vollmachten/annehmen/<str:token>/", power_views.offer, name="power-offer"),
    path("vollmachten/<uuid:power_id>/", power_views.power, name="power"),
]
