"""Namespaces of DCAT-AP.de 3.0 (the shapes' own spellings), and those of older releases."""

from __future__ import annotations

from typing import Final

from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD, Namespace

ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCATDE: Final = Namespace("http://dcat-ap.de/def/dcatde/")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
GEODCAT: Final = Namespace("http://data.europa.eu/930/")
GEOSPARQL: Final = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
SCHEMA: Final = Namespace("http://schema.org/")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
TIME: Final = Namespace("http://www.w3.org/2006/time#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")

# The German additions spell the European namespace with a number sign, the European shapes with a slash.
DCATAP_HASH: Final = Namespace("http://data.europa.eu/r5r#")

PREFIXES: Final = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcatde": DCATDE,
    "dct": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "geodcatap": GEODCAT,
    "gsp": GEOSPARQL,
    "hydra": HYDRA,
    "locn": LOCN,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    "xsd": XSD,
}

__all__ = [
    "ADMS", "DCAT", "DCATAP", "DCATAP_HASH", "DCATDE", "DCTERMS", "ELI", "FOAF", "GEODCAT", "GEOSPARQL", "HYDRA", "LOCN", "OWL",
    "PREFIXES", "PROV", "RDF", "RDFS", "SCHEMA", "SKOS", "SPDX", "TIME", "VCARD", "XSD",
]  # fmt: skip
