"""Writes of a round: its steps (``steps``), the lists of the providers (``lists``), offers and answers (``offers``), hardship (``hardship``)."""
