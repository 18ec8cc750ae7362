"""Failures that datasets expects."""

from __future__ import annotations

from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput


class FileRefused(InvalidInput):
    """A file cannot become a dataset: unreadable, dangerous, too big, or without a place on earth."""

    code = "dataset-file-refused"
    message = "Die Datei lässt sich nicht als Datensatz lesen."
    message_en = "The file cannot be read as a dataset."


class FilterRefused(InvalidInput):
    """A CQL2 filter is malformed or asks for what this dataset does not have (OGC 21-065)."""

    code = "dataset-filter-refused"
    status = 400
    message = "Der Filter ist nicht lesbar."
    message_en = "The filter cannot be read."


class QueryRefused(InvalidInput):
    """A parameter of a query is unknown or malformed (OGC 17-069r4, 7.15)."""

    code = "dataset-query-refused"
    status = 400
    message = "Die Anfrage enthält einen Fehler."
    message_en = "The request contains an error."


class QueryTooSlow(DomainError):
    """A query took longer than it may; it was stopped."""

    code = "dataset-query-too-slow"
    status = 503
    message = "Die Anfrage hat zu lange gedauert und wurde beendet. Bitte schränken Sie sie ein, zum Beispiel auf einen kleineren Ausschnitt."
    message_en = "The query took too long and was stopped. Please narrow it, for example to a smaller area."


class VersionExists(Conflict):
    """Somebody else has made the next version of this dataset at the same time."""

    code = "dataset-version-exists"


class NotPublishable(InvalidInput):
    """What a publication needs is missing; ``extra["missing"]`` names it."""

    code = "dataset-not-publishable"
    message = "Zum Veröffentlichen fehlt noch etwas."
    message_en = "Something is still missing for publication."


class SecondPersonNeeded(DomainError):
    """Whoever handed a version over does not release it herself."""

    code = "dataset-second-person"
    status = 403
    message = "Diesen Stand haben Sie selbst übergeben. Freigeben muss ihn eine zweite Person."
    message_en = "You handed this version over yourself. A second person has to release it."
