"""Which front or module answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stadtkern.foundation.accounts.public.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("stadtkern.foundation.shell.urls")),
    path("", include("stadtkern.fronts.site.urls")),
    path("demo-idp/", include("stadtkern.foundation.accounts.demo_idp.urls")),
    path("arbeit/", include("stadtkern.casework.cases.desk.urls")),
    path("", include("stadtkern.casework.cases.public.urls")),
    path("", include("stadtkern.casework.payments.public.urls")),
]
