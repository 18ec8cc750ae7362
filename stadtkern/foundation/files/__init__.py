"""Stored bytes: content-addressed, checked by content, encrypted at rest with a key per municipality.

Own words: a *file* is one upload (name, purpose); a *blob* is one content, which several files of a tenant may share; its
*address* is an HMAC of its SHA-256 with the tenant's key, so equal contents of two tenants cannot be recognised.

On disk (``DATA_DIR/files/<tenant>/ab/cd/<address>.<mark>``): the framed format of ``frames``. Order of safety: the blob is
written, synced and renamed before the row commits; rows are deleted before the blob. What is left after a kill is an
orphan without a row, and ``sweep`` removes it after a day.
"""
