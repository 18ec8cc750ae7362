"""The demo city's Kitas, families and wishes: synthetic, the same for the same seed, calibrated to published totals of Mainz.

``world`` makes plain values (no database), ``instances`` turns them into rounds for the engine and into files for ``stadtkern kita allocate``.
No Kita, person or address in it exists; only the names of the districts and the totals are real (places by 31.12.2024: 1,123 for children
under two, 8,284 from two).
"""

from __future__ import annotations


def load() -> None:
    """Fill the tables of the demo municipality once (see ``loading``)."""
    from stadtkern.casework.kita.demo.loading import load_all

    load_all()
