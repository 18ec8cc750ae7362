"""Stadtkern: one open platform on which a German city works digitally."""

__version__ = "0.1.0"
