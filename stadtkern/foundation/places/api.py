"""What other modules use of places."""

from stadtkern.foundation.places.actions import Loaded, counts, replace_all
from stadtkern.foundation.places.queries import (
    DistrictInfo,
    StreetInfo,
    address_exists,
    boundary,
    district_of,
    districts,
    districts_of_street,
    numbers,
    point_of,
    streets,
)
from stadtkern.foundation.places.reading import Delivery, RowProblem, Unreadable, read_outlines, read_streets

__all__ = [
    "Delivery",
    "DistrictInfo",
    "Loaded",
    "RowProblem",
    "StreetInfo",
    "Unreadable",
    "address_exists",
    "boundary",
    "counts",
    "district_of",
    "districts",
    "districts_of_street",
    "numbers",
    "point_of",
    "read_outlines",
    "read_streets",
    "replace_all",
    "streets",
]
