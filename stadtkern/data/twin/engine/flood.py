"""Which buildings stand in water at a level.

Method: a level surface over the whole area ("bathtub"): a building is affected when its foot lies below it. Walls, dikes, pumps, flow and time are
not in it; it says who must be looked at, not what will happen. Units: metres above the height system of the dataset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

STOREY_M: Final = 2.8
METHOD: Final = (
    "Ebene Wasserfläche über dem ganzen Gebiet: betroffen ist, wessen Fuß tiefer liegt. Deiche, Mauern, Pumpen, Fließwege und Dauer sind "
    "nicht berücksichtigt; die Karte der Hochwassergefahren des Landes geht vor."
)


@dataclass(frozen=True, slots=True)
class Flooded:
    """Positions of the affected buildings, deepest first, and for each the depth at its foot and how many storeys it reaches."""

    positions: NDArray[np.int64]
    depth_m: NDArray[np.float64]
    storeys: NDArray[np.int64]


def flooded(level_m: float, base_z: ArrayLike, top_z: ArrayLike) -> Flooded:
    """Depths are cut at the building's own height. Storeys count with 2.8 m each, begun ones whole."""
    base, top = np.asarray(base_z, float), np.asarray(top_z, float)
    depth = np.minimum(level_m - base, top - base)
    positions = np.flatnonzero(depth > 0)
    positions = positions[np.argsort(-depth[positions], kind="stable")]
    depth = depth[positions]
    return Flooded(positions, depth, np.ceil(depth / STOREY_M).astype(np.int64))
