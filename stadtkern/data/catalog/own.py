"""The municipality's own datasets in the catalogue: from the passport of ``data/datasets`` to a record after DCAT-AP.de.

One act of publication lists them (``receivers``); the job ``catalog.own`` compares every night, because a passport can be changed later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.urls import reverse

from stadtkern.data.catalog import actions
from stadtkern.data.catalog.engine.formats import BY_MEDIA, media_type
from stadtkern.data.catalog.engine.records import (
    Agent,
    Checksum,
    ContactPoint,
    DataService,
    Distribution,
    Entry,
    Place,
)
from stadtkern.data.catalog.models import CatalogEntry
from stadtkern.data.datasets import api as datasets
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

OWNER: Final = "datasets"
EU: Final = "http://publications.europa.eu/resource/authority/"
GEOCODING: Final = "http://dcat-ap.de/def/politicalGeocoding/"
# Through which portal a Land delivers to GovData (contributor IDs of dcat-ap.de), by the first digits of the AGS.
CONTRIBUTORS: Final = {
    "01": "schleswigHolstein", "02": "transparenzportalHamburg", "03": "landNiedersachsen", "04": "transparenzportalBremen",
    "05": "openNRW", "06": "hessen", "07": "openGovernmentDataPortalRheinlandPfalz", "08": "datenBW", "09": "openDataBayern",
    "11": "berlinOpenData", "12": "openDataBrandenburg", "13": "mecklenburgVorpommern", "14": "freistaatSachsen",
    "15": "landSachsenAnhalt",
}  # fmt: skip


def list_dataset(slug: str, now: datetime) -> None:
    """List a published dataset or what changed of it, in the caller's transaction."""
    info = datasets.find(slug)
    if info is not None:
        actions.put(entry=entry_of(info), owner=OWNER, now=now)


def compare_all(now: datetime) -> None:
    """List everything public and take off what no longer is."""
    public = datasets.published()
    for info in public:
        actions.put(entry=entry_of(info), owner=OWNER, now=now)
    kept = {str(info.id) for info in public}
    for identifier in (
        CatalogEntry.objects.filter(owner=OWNER)
        .exclude(identifier__in=kept)
        .values_list("identifier", flat=True)
    ):
        actions.withdraw(identifier=identifier, owner=OWNER, now=now)


def entry_of(info: datasets.DatasetInfo) -> Entry:
    """The record of a public dataset."""
    here = organizations.current()
    page = organizations.public_address(reverse("datasets:dataset", args=[info.slug]))
    published, modified = (
        clock.local(at).isoformat(timespec="seconds")
        for at in (info.first_published_at, info.version.published_at)
    )
    publisher = Agent(
        name=info.publisher or here.name, mail=info.contact_email, homepage=organizations.public_address("/")
    )
    place = Place(
        id=f"{GEOCODING}municipalityKey/{here.ags}" if len(here.ags) == 8 else "",
        name=here.name,
        box=info.version.bbox,
    )
    contributor = CONTRIBUTORS.get(here.ags[:2])
    return Entry(
        id=page,
        identifier=str(info.id),
        title=(("de", info.title),),
        description=(("de", info.description),),
        publisher=publisher,
        contact=ContactPoint(name=publisher.name, mail=info.contact_email, url=page),
        distributions=tuple(_distribution(info, name, page) for name in info.version.formats),
        services=(_service(info, publisher),),
        themes=tuple(f"{EU}data-theme/{theme}" for theme in info.themes),
        keywords=tuple(("de", word) for word in info.keywords),
        languages=(f"{EU}language/DEU",),
        issued=published,
        modified=modified,
        frequency=f"{EU}frequency/{info.frequency}" if info.frequency else "",
        landing_page=page,
        spatial=(place,),
        political_level=(f"{GEOCODING}Level/municipality",),
        contributor_ids=(f"http://dcat-ap.de/def/contributors/{contributor}",) if contributor else (),
        access_rights=f"{EU}access-right/PUBLIC",
        availability=f"{EU}planned-availability/STABLE",
        version=str(info.version.number),
        version_notes=info.version.note,
    )


def _distribution(info: datasets.DatasetInfo, name: str, page: str) -> Distribution:
    label, media, *_ = datasets.FORMATS[name]
    kind = media_type(media)
    file = organizations.public_address(
        reverse("datasets:download", args=[info.slug, info.version.number, name])
    )
    return Distribution(
        id=f"{page}#{name}",
        access_url=page,
        download_url=file,
        licence=f"http://dcat-ap.de/def/licenses/{info.licence}",
        title=(("de", label),),
        format=BY_MEDIA.get(kind, ""),
        media_type=kind,
        byte_size=info.version.size if name == "parquet" else None,
        checksum=Checksum(algorithm="sha256", value=info.version.sha256) if name == "parquet" else None,
        attribution=info.attribution,
        modified=clock.local(info.version.published_at).isoformat(timespec="seconds"),
        languages=(f"{EU}language/DEU",),
        availability=f"{EU}planned-availability/STABLE",
    )


def _service(info: datasets.DatasetInfo, publisher: Agent) -> DataService:
    endpoint = organizations.public_address(reverse("datasets:ogc", args=[f"collections/{info.slug}"]))
    return DataService(
        id=endpoint,
        title=(("de", f"OGC API: {info.title}"),),
        endpoint_url=endpoint,
        endpoint_description=organizations.public_address(reverse("datasets:ogc", args=["api"])),
        publisher=publisher,
        licence=f"http://dcat-ap.de/def/licenses/{info.licence}",
        access_rights=f"{EU}access-right/PUBLIC",
        availability=f"{EU}planned-availability/STABLE",
        conforms_to=("http://www.opengis.net/spec/ogcapi-features-1/1.0",),
    )
