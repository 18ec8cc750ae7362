"""Reads of kita, by subject."""
