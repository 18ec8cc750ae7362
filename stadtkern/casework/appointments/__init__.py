"""Termine: offices offer slots, residents reserve them."""
