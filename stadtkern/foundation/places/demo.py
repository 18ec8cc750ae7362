"""The demo's places from ``content/demo`` (synthetic streets, schematic district outlines)."""

from __future__ import annotations

from importlib import resources

from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import actions, reading
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


def load() -> None:
    """Load the files of every municipality that has none yet: ``<slug>/*.geojson`` and ``<slug>/*.csv``."""
    base = resources.files("stadtkern.content") / "demo" / "places"
    for municipality in organizations.municipalities():
        folder = base / municipality.slug
        if not folder.is_dir():
            continue
        with tenancy.act_for(municipality.id):
            if actions.counts().streets:
                continue
            delivery = reading.Delivery()
            for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
                if path.name.endswith((".geojson", ".json")):
                    reading.read_outlines(path.read_bytes(), delivery)
                elif path.name.endswith(".csv"):
                    reading.read_streets(path.read_bytes(), delivery)
            actions.replace_all(actor=system(municipality.id), delivery=delivery, now=clock.now())
