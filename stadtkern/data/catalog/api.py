"""What other modules use of the catalogue: the record, listing own data, withdrawing them.

api.put(entry=Entry(...), owner="datasets", now=now)      # in the caller's transaction; lists or replaces
api.withdraw(identifier=entry.identifier, owner="datasets", now=now)
"""

from stadtkern.data.catalog.actions import ForeignAddress, put, withdraw
from stadtkern.data.catalog.engine.records import (
    HVD_REGULATION,
    Agent,
    Catalogue,
    Checksum,
    ContactPoint,
    DataService,
    Distribution,
    Entry,
    Period,
    Place,
    Series,
    Texts,
)
from stadtkern.data.catalog.engine.vocabularies import Concept, Vocabulary, known

__all__ = [
    "HVD_REGULATION",
    "Agent",
    "Catalogue",
    "Checksum",
    "Concept",
    "ContactPoint",
    "DataService",
    "Distribution",
    "Entry",
    "ForeignAddress",
    "Period",
    "Place",
    "Series",
    "Texts",
    "Vocabulary",
    "known",
    "put",
    "withdraw",
]
