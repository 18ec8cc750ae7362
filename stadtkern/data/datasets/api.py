"""What other modules use of datasets: what is public, its files, and questions to them through the one owner of DuckDB.

``published()`` and ``find(slug, number)`` give ``DatasetInfo`` (passport, current version, formats); ``info.version.path`` is the GeoParquet
file in CRS84 with the columns ``_row`` and ``geom``. Query it with ``rows(folder, sql, parameters)``, columns through ``column(name)``.
``take_over`` .. ``release`` are the acts of publication, for modules that publish their own figures.
"""

from stadtkern.data.datasets.actions import describe, hand_over, release, take_over, withdraw
from stadtkern.data.datasets.engine import GEOMETRY, ROW, cursor, file, rows
from stadtkern.data.datasets.engine import name as column
from stadtkern.data.datasets.errors import (
    FileRefused,
    FilterRefused,
    NotPublishable,
    QueryRefused,
    QueryTooSlow,
)
from stadtkern.data.datasets.ingest.report import Problem, Report
from stadtkern.data.datasets.ingest.running import ingest
from stadtkern.data.datasets.queries import DatasetInfo, VersionInfo, find, published
from stadtkern.data.datasets.rules import Passport
from stadtkern.data.datasets.storage import NoSuchFile
from stadtkern.data.datasets.storage import root as folder
from stadtkern.data.datasets.vocabulary import FORMATS, FREQUENCIES, LICENCES, THEMES

__all__ = [
    "FORMATS", "FREQUENCIES", "GEOMETRY", "LICENCES", "ROW", "THEMES", "DatasetInfo", "FileRefused", "FilterRefused", "NoSuchFile",
    "NotPublishable", "Passport", "Problem", "QueryRefused", "QueryTooSlow", "Report", "VersionInfo", "column", "cursor", "describe", "file",
    "find", "folder", "hand_over", "ingest", "published", "release", "rows", "take_over", "withdraw",
]  # fmt: skip
