"""Stored bytes: content-addressed, checked by content, encrypted at rest with a key per municipality."""
