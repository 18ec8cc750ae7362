"""Addresses of the demo provider; the names are those allauth looks up (``idp:oidc:…``)."""

from django.urls import include, path

from stadtkern.foundation.accounts.demo_idp import views

_oidc = [
    path(".well-known/openid-configuration", views.configuration, name="configuration"),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path("authorize", views.authorization, name="authorization"),
    path("token", views.token, name="token"),
    path("userinfo", views.user_info, name="userinfo"),
    path("revoke", views.revoke, name="revoke"),
    path("device/code", views.device_code, name="device_code"),
    path("logout", views.logout, name="logout"),
]

urlpatterns = [
    path("personen/", views.choose_person, name="demo_idp_persons"),
    path("", include(([path("", include((_oidc, "oidc")))], "idp"))),
]
