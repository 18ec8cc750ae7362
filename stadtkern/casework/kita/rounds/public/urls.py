"""Addresses below /kita/runden/ (everybody) and /kita/ergebnis/ (the family)."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.rounds.public import own, rounds

app_name = "kita-round"
urlpatterns = [
    path("runden/", rounds.overview, name="overview"),
    path("runden/<uuid:round_id>/", rounds.one, name="round"),
    path("runden/<uuid:round_id>/<slug:name>.json", rounds.file, name="file"),
    path("ergebnis/<uuid:registration_id>/", own.result, name="result"),
    path("ergebnis/<uuid:registration_id>/antwort/<uuid:offer_id>/", own.answer, name="answer"),
]
