"""Small catalogues for the tests, in the words of several releases."""

from __future__ import annotations

from stadtkern.data.catalog.engine.records import (
    HVD_REGULATION,
    Agent,
    Catalogue,
    Checksum,
    ContactPoint,
    DataService,
    Distribution,
    Entry,
    Listed,
    Period,
    Place,
    Series,
)

EU = "http://publications.europa.eu/resource/authority/"
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
CITY = Agent(
    name="Landeshauptstadt Mainz",
    id="https://daten.mainz.example/stadt",
    mail="daten@mainz.example",
    homepage="https://mainz.example/",
    kind="http://purl.org/adms/publishertype/LocalAuthority",
)
CONTACT = ContactPoint(
    name="Open-Data-Team",
    mail="daten@mainz.example",
    telephone="+496131120",
    url="https://mainz.example/daten",
)


def full_entry(number: int = 1, *, high_value: bool = True) -> Entry:
    """A dataset in which every field is filled."""
    base = f"https://daten.mainz.example/d/{number}"
    categories = ("http://data.europa.eu/bna/c_ac64a52d",) if high_value else ()
    legislation = (HVD_REGULATION,) if high_value else ()
    return Entry(
        id=base,
        identifier=f"mainz-{number}",
        title=(("de", f"Bäume der Stadt {number}"), ("en", f"Trees {number}")),
        description=(("de", "Alle Bäume mit Art & Höhe <in Metern>."),),
        publisher=CITY,
        contact=CONTACT,
        creators=(Agent(name="Grünamt", id=f"{base}#gruen"),),
        contributors=(Agent(name="Vermessungsamt", id=f"{base}#vermessung"),),
        originators=(Agent(name="Umweltamt", id=f"{base}#umwelt"),),
        custodians=(Agent(name="Pflegestelle", id=f"{base}#pflege"),),
        distributions=(
            Distribution(
                id=f"{base}/csv",
                access_url=base,
                download_url=f"{base}/baeume.csv",
                licence=LICENCE,
                title=(("de", "CSV"),),
                description=(("de", "Tabelle"),),
                format=EU + "file-type/CSV",
                media_type="text/csv",
                byte_size=123456,
                checksum=Checksum(algorithm="sha256", value="ab" * 32),
                attribution="Stadt Mainz, Grünamt",
                rights="Namensnennung",
                issued="2025-01-02",
                modified="2025-03-04T10:00:00+01:00",
                languages=(EU + "language/DEU",),
                availability=EU + "planned-availability/STABLE",
                status=EU + "distribution-status/COMPLETED",
                conforms_to=("https://www.rfc-editor.org/rfc/rfc4180",),
                legislation=legislation,
            ),
            Distribution(
                id=f"{base}/parquet",
                access_url=f"{base}/baeume.parquet",
                licence=LICENCE,
                media_type="application/vnd.apache.parquet",
                compress_format="application/gzip",
                legislation=legislation,
                service=f"https://daten.mainz.example/ogc/{number}",
            ),
        ),
        services=(
            DataService(
                id=f"https://daten.mainz.example/ogc/{number}",
                title=(("de", "OGC API"),),
                endpoint_url="https://daten.mainz.example/ogc/",
                description=(("de", "Objekte abfragen"),),
                endpoint_description="https://daten.mainz.example/ogc/api",
                publisher=CITY,
                contact=CONTACT,
                licence=LICENCE,
                access_rights=EU + "access-right/PUBLIC",
                availability=EU + "planned-availability/STABLE",
                conforms_to=("http://www.opengis.net/spec/ogcapi-features-1/1.0",),
                pages=("https://daten.mainz.example/hilfe",),
                hvd_categories=categories,
                legislation=legislation,
            ),
        ),
        series=Series(id="https://daten.mainz.example/s/baeume", title=(("de", "Bäume"),), description=(("de", "Jedes Jahr"),)),
        themes=(EU + "data-theme/ENVI",),
        keywords=(("de", "Baum"), ("de", "Grün"), ("en", "tree")),
        languages=(EU + "language/DEU",),
        issued="2025-01-02",
        modified="2025-03-04",
        frequency=EU + "frequency/ANNUAL",
        landing_page=f"https://mainz.example/daten/{number}",
        pages=("https://mainz.example/baumkataster",),
        spatial=(Place(id="http://dcat-ap.de/def/politicalGeocoding/municipalityKey/07315000", name="Mainz", box=(8.1, 49.9, 8.4, 50.05)),),
        political_level=("http://dcat-ap.de/def/politicalGeocoding/Level/municipality",),
        temporal=(Period(start="2024-01-01", end="2024-12-31"), Period(start="2025")),
        contributor_ids=("http://dcat-ap.de/def/contributors/openGovernmentDataPortalRheinlandPfalz",),
        access_rights=EU + "access-right/PUBLIC",
        availability=EU + "planned-availability/STABLE",
        dataset_type=EU + "dataset-type/GEOSPATIAL",
        conforms_to=("https://example.org/baumstandard",),
        provenance="Aus der Begehung 2024",
        version="3",
        version_notes="Neue Stadtteile",
        references=("https://mainz.example/bericht",),
        hvd_categories=categories,
        legislation=legislation,
    )  # fmt: skip


def catalogue() -> Catalogue:
    """The frame."""
    return Catalogue(
        id="https://daten.mainz.example/catalog",
        title=(("de", "Daten der Stadt Mainz"),),
        description=(("de", "Offene Daten"),),
        publisher=CITY,
        homepage="https://mainz.example/daten",
        languages=(EU + "language/DEU",),
        licence="http://dcat-ap.de/def/licenses/cc-zero",
        issued="2025-01-01",
        modified="2025-03-04",
    )


def listed(*entries: Entry) -> list[Listed]:
    """Entries with their records."""
    return [
        Listed(entry=entry, record_id=f"{entry.id}#record", issued="2025-01-02", modified="2025-03-04")
        for entry in entries
    ]


OLD_RDF = b"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dcatde="http://dcat-ap.de/def/dcatde/1.0.1/" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:schema="http://schema.org/"
 xmlns:vcard="http://www.w3.org/2006/vcard/ns#" xmlns:locn="http://www.w3.org/ns/locn#" xmlns:spdx="http://spdx.org/rdf/terms#">
 <dcat:Catalog rdf:about="https://alt.example/katalog"><dct:publisher rdf:resource="https://alt.example/"/>
  <dcat:dataset rdf:resource="https://alt.example/d/1"/></dcat:Catalog>
 <dcat:Dataset rdf:about="https://alt.example/d/1">
  <dct:title>Haushalt 2020</dct:title>
  <dct:description>&lt;p&gt;Alle Ausgaben &amp;amp; Einnahmen&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Ergebnis&lt;/li&gt;&lt;/ul&gt;</dct:description>
  <dct:publisher rdf:resource="https://alt.example/"/>
  <dct:issued>04.07.2012</dct:issued>
  <dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#dateTime">2021-01-28 GMT 01:51:03.34919300</dct:modified>
  <dct:language>http://publications.europa.eu/resource/authority/language/GER</dct:language>
  <dct:accrualPeriodicity rdf:resource="http://publications.europa.eu/resource/authority/frequency/IRREGULAR"/>
  <dcat:theme>Verwaltung</dcat:theme><dcat:theme>Seltsames</dcat:theme>
  <dcatde:contributorID>http://dcat-ap.de/def/contributors/transparenzportalBremen</dcatde:contributorID>
  <dcatde:maintainer><foaf:Person><foaf:name>Der Senator fuer Finanzenemail: office@finanzen.example</foaf:name></foaf:Person></dcatde:maintainer>
  <dcat:contactPoint><vcard:Individual><vcard:fn>Frau Zahl</vcard:fn><vcard:hasEmail rdf:resource="zahl@alt.example"/>
   <vcard:hasTelephone>0421 / 361-0</vcard:hasTelephone></vcard:Individual></dcat:contactPoint>
  <dct:temporal><dct:PeriodOfTime><schema:startDate rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2020-01-01</schema:startDate>
   <schema:endDate rdf:datatype="http://www.w3.org/2001/XMLSchema#date">9999-12-30</schema:endDate></dct:PeriodOfTime></dct:temporal>
  <dct:spatial><dct:Location><locn:adminUnitL2 rdf:resource="http://dcat-ap.de/def/politicalGeocoding/regionalKey/040110000000"/></dct:Location></dct:spatial>
  <dcat:distribution><dcat:Distribution rdf:about="https://alt.example/d/1">
   <dcat:accessURL>http://alt.example/Haushalt 2020.csv</dcat:accessURL><dcat:byteSize>1.5 MB</dcat:byteSize>
   <dct:license rdf:resource="http://dcat-ap.de/def/licenses/cc-by-nc-de/4_0"/><dcat:mediaType>text/csv; charset=utf-8</dcat:mediaType>
   <spdx:checksum><spdx:Checksum><spdx:algorithm rdf:resource="http://dcat-ap.de/def/hashAlgorithms/md/5"/><spdx:checksumValue>A58D35BEBEFA4972898110B9F5DA62BC</spdx:checksumValue></spdx:Checksum></spdx:checksum>
  </dcat:Distribution></dcat:distribution>
  <dcat:distribution><dcat:Distribution rdf:about="https://alt.example/d/1b"><dcat:accessURL rdf:resource="https://alt.example/x.pdf"/></dcat:Distribution></dcat:distribution>
 </dcat:Dataset>
</rdf:RDF>
"""
