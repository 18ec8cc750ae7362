"""Periodic work for the rooms below, which cannot call jobs themselves."""

from __future__ import annotations

from datetime import datetime

from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.jobs.api import periodic


@periodic(cron="* * * * *", name="audit.seal")
def seal_audit(*, now: datetime) -> None:
    """Give the entries of the last minute their places and sign the tree."""
    while audit.seal():
        pass


@periodic(cron="17 2 * * *", name="audit.erase")
def erase_audit(*, now: datetime) -> None:
    """Erase the content of entries whose retention has run out."""
    while audit.erase_due():
        pass


@periodic(cron="41 2 * * *", name="files.sweep")
def sweep_files(*, now: datetime) -> None:
    """Remove contents that belong to no file."""
    files.sweep()
