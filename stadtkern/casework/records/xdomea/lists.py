"""The code lists xdomea names, with the versions its schemas prescribe."""

from __future__ import annotations

from typing import Final

from stadtkern.casework.records.xdomea.values import CodeList

_XDOMEA: Final = "urn:xoev-de:xdomea:codeliste:"
_THREE: Final = frozenset({3})
_FOUR: Final = frozenset({4})
_NONE: Final[frozenset[int]] = frozenset()
_BOTH: Final = frozenset({3, 4})

CONFIDENTIALITY: Final = CodeList(f"{_XDOMEA}vertraulichkeitsstufe", "1.0")
CLASSIFICATION: Final = CodeList(
    f"{_XDOMEA}vertraulichkeitsstufe", "1.0", fixed=_NONE, required=_FOUR, open=True
)
MEDIUM: Final = CodeList(f"{_XDOMEA}medium", "1.0")
DISPOSAL_KIND: Final = CodeList(f"{_XDOMEA}aussonderungsart", "1.0")
PROPOSAL: Final = CodeList(
    f"{_XDOMEA}bewertungsvorschlag", "1.0", fixed=_THREE, required=_FOUR, closed_3=frozenset("AV")
)
STEP_STATUS: Final = CodeList(
    f"{_XDOMEA}beteiligungsstatus",
    "1.1",
    fixed=_THREE,
    required=_FOUR,
    closed_3=frozenset({"001", "002", "003", "004"}),
)
OBJECT_KIND: Final = CodeList(f"{_XDOMEA}schriftgutobjekttyp", "1.0")
STRUCTURE: Final = CodeList(f"{_XDOMEA}strukturelementtyp", "1.0")
MESSAGE_TYPE: Final = CodeList(f"{_XDOMEA}nachrichtentyp", "2.0", version_4="3.0")
ADDRESS_KIND: Final = CodeList(
    f"{_XDOMEA}anschriftstyp", "1.0", fixed=_THREE, required=_FOUR, closed_3=frozenset({"001", "002", "003"})
)
DATA_TYPE: Final = CodeList(f"{_XDOMEA}datentyp", "1.1")
FILE_FORMAT: Final = CodeList(f"{_XDOMEA}dateiformat", "1.0", fixed=_NONE, required=_BOTH, bare=_THREE)
CHANNEL: Final = CodeList(
    "urn:de:xoev:codeliste:erreichbarkeit",
    "3",
    fixed=_NONE,
    required=_BOTH,
    bare=_BOTH,
    uri_2=f"{_XDOMEA}kommunikationsart",
)
COUNTRY: Final = CodeList("urn:xoev-de:kosit:codeliste:country-codes", "7", fixed=_NONE, required=_BOTH)
DIRECTORY: Final = CodeList(
    "urn:xoev-de:kosit:codeliste:verzeichnisdienst", "3", fixed=_NONE, required=_FOUR, bare=_FOUR
)
HASHES: Final = CodeList(
    "urn:xoev-de:kosit:codeliste:xta.serviceprofile.kryptographische-algorithmen",
    "1",
    fixed=_NONE,
    required=_FOUR,
)
