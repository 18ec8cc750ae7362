"""Backup and restore: one municipality or the whole installation in one file.

A backup is a ``.tar.gz`` of ``tables/NAME.copy`` (PostgreSQL COPY text), ``files/…`` (stored files as they
lie on the
disk, encrypted), ``keys.bin`` (only with BACKUP_PASSPHRASE, wrapped with it) and, last, ``manifest.json``
with version,
schema state and the checksum of every member. All tables come from one snapshot.

``write``     the backup      ``read``   unpack and check, before anything is touched
``restore``   all or nothing  ``tables`` which tables there are, and in which order
"""

from stadtkern.kernel.errors import DomainError


class BackupRefused(DomainError):
    """The backup cannot be written or restored; nothing was changed."""

    code = "backup-refused"
    status = 422
    message = "Die Sicherung ist nicht lesbar."
