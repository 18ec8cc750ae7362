"""Kita: one registration for the city and all free providers, and an allocation that proves itself.

Laws: SGB VIII §§ 5, 22-24 (claim, wish and choice), KiTaG Rheinland-Pfalz (places under and over two years of age).

``allocation`` is the engine: pure Python, typed, no Django. Registration, providers and the desk build on it.
"""
