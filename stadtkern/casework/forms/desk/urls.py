"""Addresses below ``/arbeit/``: ``formulare/`` and ``erfassen/``."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.forms.desk import entry, layout, lists, rules, versions
from stadtkern.casework.forms.runner.doors import draft_urls
from stadtkern.casework.forms.runner.mode import ENTRY, PREVIEW
from stadtkern.foundation.access.api import Role, staff

app_name = "forms_desk"

_F = "formulare/"
_V = "formulare/fassung/<uuid:version_id>/"


urlpatterns = [
    path(_F, versions.forms, name="forms"),
    path(_F + "einlesen/", versions.import_form, name="import"),
    path(_F + "codelisten/", lists.code_lists, name="code-lists"),
    path(_F + "codelisten/<uuid:list_id>/", lists.code_list, name="code-list"),
    path(_F + "bausteine/", layout.blocks, name="blocks"),
    path(_F + "bausteine/<uuid:block_id>/", layout.block, name="block"),
    path(_F + "vergleich/<uuid:old_id>/<uuid:new_id>/", versions.compare, name="compare"),
    path(_V, versions.version, name="version"),
    path(_V + "kopieren/", versions.copy, name="copy"),
    path(_V + "veroeffentlichen/", versions.publish, name="publish"),
    path(_V + "abloesen/", versions.retire, name="retire"),
    path(_V + "loeschen/", versions.delete, name="delete"),
    path(_V + "vorschau/", versions.preview, name="preview"),
    path(_V + "formular.<str:kind>", versions.export, name="export"),
    path(_V + "seiten/", layout.pages, name="pages"),
    path(_V + "bausteine/", layout.parts, name="parts"),
    path(_V + "regeln/", rules.rules, name="rules"),
    path(_V + "regeln/datei/", rules.rules_file, name="rules-file"),
    path(_V + "regeln/neu/", rules.rule, name="rule-new"),
    path(_V + "regeln/namen/", rules.aliases, name="aliases"),
    path(_V + "regeln/regel/<str:rule_id>/", rules.rule, name="rule"),
    path(_F + "vorschau/<slug:slug>/", versions.preview_home, name="preview-start"),
    *draft_urls(PREVIEW, staff(Role.SERVICE_MANAGER, Role.PROCESS_DESIGNER), _F + "vorschau/"),
    path("erfassen/", entry.services, name="entry"),
    path("erfassen/person/", entry.search, name="entry-search"),
    path("erfassen/uebergeben/<uuid:draft_id>/", entry.hand_over, name="entry-hand-over"),
    path("erfassen/fertig/<uuid:submission_id>/", entry.done, name="entry-done"),
    path("erfassen/<slug:slug>/", entry.start, name="entry-start"),
    *draft_urls(ENTRY, staff(Role.COUNTER), "erfassen/"),
]
