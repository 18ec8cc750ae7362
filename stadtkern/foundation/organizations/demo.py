"""The demo's municipalities with their offices and teams, from ``content/demo/offices.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from django.db import transaction

from stadtkern.foundation.organizations.middleware import forget
from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.foundation.organizations.rules import slug_of
from stadtkern.foundation.tenancy import api as tenancy

MUNICIPALITIES: tuple[dict[str, Any], ...] = (
    {"slug": "mainz", "name": "Landeshauptstadt Mainz", "ags": "07315000", "brand": "Mainz", "operator": True,
     "color_primary": "#16233b", "color_accent": "#8c1d2c"},
    {"slug": "bodenheim", "name": "Verbandsgemeinde Bodenheim", "ags": "07339006", "brand": "Bodenheim",
     "color_primary": "#2f4a1f", "color_accent": "#7a3b0c"},
    {"slug": "nieder-olm", "name": "Verbandsgemeinde Nieder-Olm", "ags": "07339042", "brand": "Nieder-Olm",
     "color_primary": "#1d3f5e", "color_accent": "#6b2d5c"},
    {"slug": "ingelheim", "name": "Stadt Ingelheim am Rhein", "ags": "07339030", "brand": "Ingelheim",
     "color_primary": "#5b1e3a", "color_accent": "#2d5a3d"},
)  # fmt: skip


def load() -> None:
    """Create or refresh municipalities, offices and teams; safe to repeat."""
    with transaction.atomic():
        for values in _municipalities():
            municipality = _keep_municipality(values)
            with tenancy.act_for(municipality.pk):
                for office in _offices(municipality.slug):
                    _keep_office(office, None)
    forget()


def _content(name: str) -> Any:
    path = resources.files("stadtkern.content") / "demo" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _municipalities() -> list[dict[str, Any]]:
    delivered = {row["slug"]: row for row in _content("municipalities.json") or []}
    return [{**values, **delivered.get(values["slug"], {})} for values in MUNICIPALITIES]


def _keep_municipality(values: Mapping[str, Any]) -> Municipality:
    fields = {field.name for field in Municipality._meta.fields}
    known = {key: value for key, value in values.items() if key in fields and key not in ("slug", "id")}
    known.setdefault("sender_email", f"noreply@{values['slug']}.example")
    known.setdefault("languages", ["de", "en"])
    row, created = Municipality.objects.get_or_create(
        slug=values["slug"], defaults={"state": "DE-RP", **known}
    )
    if not created and values.get("operator") and not row.operator:
        Municipality.objects.filter(pk=row.pk).update(operator=True)
    return row


def _offices(slug: str) -> list[dict[str, Any]]:
    return list((_content("offices.json") or {}).get(slug, []))


def _keep_office(values: Mapping[str, Any], parent: Office | None) -> None:
    names = _names(values["name"], values.get("name_en", ""))
    fields = {key: values.get(key) or "" for key in ("address", "phone", "email", "opening_hours")}
    row, _created = Office.objects.get_or_create(
        slug=values.get("slug") or slug_of(names[0]),
        defaults={
            "name": names[0],
            "name_en": names[1],
            "parent": parent,
            **{k: _text(v) for k, v in fields.items()},
        },
    )
    for team in values.get("teams", []):
        team_values = {"name": team} if isinstance(team, str) else team
        team_name = _names(team_values["name"], "")[0]
        slug = team_values.get("slug") or slug_of(f"{row.slug}-{team_name}")
        Team.objects.get_or_create(slug=slug, defaults={"name": team_name, "office": row})
    for child in values.get("children") or values.get("offices") or []:
        _keep_office(child, row)


def _names(name: Any, english: str) -> tuple[str, str]:
    if isinstance(name, Mapping):
        return str(name["de"]), str(name.get("en", english))
    return str(name), english


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("de") or "\n".join(f"{key}: {text}" for key, text in value.items()))
    return "\n".join(str(line) for line in value) if isinstance(value, list) else str(value)
