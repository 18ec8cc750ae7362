"""Addresses below /kita/: what a place costs, the family's contract, the second guardian."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.kita.contracts.public import calendar, costs, own, second
from stadtkern.casework.kita.interfaces import calendars

app_name = "kita-contract"
_M = "meine/<uuid:registration_id>/"
_C = _M + "vertrag/<uuid:contract_id>/"
urlpatterns = [
    path("kalender/", calendar.manage, name="calendar"),
    path("kalender/<slug:secret>.ics", calendars.feed, name="feed"),
    path("kosten/", costs.calculator, name="costs"),
    path(_M + "vertrag/", own.contracts, name="contracts"),
    path(_C + "bestaetigen/", own.sign, name="sign"),
    path(_C + "stunden/", own.hours, name="hours"),
    path(_C + "ende/", own.end, name="end"),
    path(_C + "abwesend/", own.absent, name="absent"),
    path(_C + "mittagessen/", own.lunch, name="lunch"),
    path(_C + "vertrag.pdf", own.file, name="file"),
    path(_M + "aenderung/<uuid:change_id>/zurueck/", own.take_back, name="take-back"),
    path(_M + "abwesenheit/<uuid:absence_id>/ende/", own.back_again, name="back-again"),
    path(_M + "haushalt/", own.household, name="household"),
    path(_M + "zweite-person/", second.manage, name="second"),
    path("zweite-person/<str:token>/", second.enter, name="enter"),
]
