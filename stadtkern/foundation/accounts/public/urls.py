"""Addresses of the account pages. Those of allauth (/accounts/…) follow; the first match wins."""

from django.urls import path

from stadtkern.foundation.accounts.public import account_views, login_views

urlpatterns = [
    path("accounts/login/", login_views.login, name="account_login"),
    path("accounts/zweiter-faktor/", login_views.second_factor, name="second_factor"),
    path("accounts/vertrauensniveau/", login_views.assurance, name="assurance"),
    path("accounts/oidc/<str:provider_id>/login/", login_views.provider_login),
    path("accounts/oidc/<str:provider_id>/login/callback/", login_views.provider_callback),
    path("nach-anmeldung/", login_views.after_login, name="after_login"),
    path("konto/", account_views.overview, name="account_overview"),
    path("konto/app-passwoerter/", account_views.app_passwords, name="app_passwords"),
    path(
        "konto/app-passwoerter/<uuid:password_id>/sperren/",
        account_views.revoke_app_password,
        name="app_password_revoke",
    ),
    path("konto/loeschen/", account_views.delete_account, name="account_delete"),
]
