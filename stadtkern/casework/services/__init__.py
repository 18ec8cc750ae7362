"""Leistungen: the catalogue of what the city offers (XZuFi, LeiKa)."""
