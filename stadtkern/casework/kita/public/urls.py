"""Addresses below /kita/."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.public import own, register, search

app_name = "kita"
urlpatterns = [
    path("", search.start, name="start"),
    path("suche/", search.search, name="search"),
    path("merken/", search.remember, name="remember"),
    path("kitas/<slug:key>/", search.facility, name="facility"),
    path("anmeldung/", register.begin, name="begin"),
    path("anmeldung/<uuid:draft_id>/unterbrechen/", register.leave, name="leave"),
    path("anmeldung/<uuid:draft_id>/weiter/", register.resume, name="resume"),
    path("anmeldung/<uuid:draft_id>/<slug:step>/", register.step, name="step"),
    path("meine/", own.entry, name="mine"),
    path("meine/<uuid:registration_id>/", own.own, name="own"),
    path("meine/<uuid:registration_id>/angekommen/", own.done, name="done"),
    path("meine/<uuid:registration_id>/wuensche/", own.wishes, name="wishes"),
    path("meine/<uuid:registration_id>/nachweis/", own.proof, name="proof"),
    path("meine/<uuid:registration_id>/bestaetigen/", own.confirm, name="confirm"),
    path("meine/<uuid:registration_id>/zurueckziehen/", own.withdraw, name="withdraw"),
    path("meine/<uuid:registration_id>/geschwister/", own.sibling, name="sibling"),
    path("bestaetigen/<str:token>/", own.tap, name="tap"),
]
