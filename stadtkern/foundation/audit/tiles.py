"""The nodes of the tree in tiles of 256 hashes (as C2SP tlog-tiles): few rows, few bytes, quick proofs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from stadtkern.foundation.audit.models import Tile
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT


class Nodes:
    """Reads nodes of the current tenant's tree; every tile is fetched once. Raises ``LookupError`` for missing ones."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        row, within = divmod(level, HEIGHT)
        start = index << within
        number, place = divmod(start, WIDTH)
        hashes = self._tile(row, number)
        parts = [
            hashes[at * merkle.HASH_SIZE : (at + 1) * merkle.HASH_SIZE]
            for at in range(place, place + (1 << within))
        ]
        if any(len(part) != merkle.HASH_SIZE for part in parts):
            raise LookupError(f"node {level}/{index} is missing")
        while len(parts) > 1:
            parts = [merkle.node_hash(parts[at], parts[at + 1]) for at in range(0, len(parts), 2)]
        return parts[0]

    def _tile(self, level: int, number: int) -> bytes:
        key = (level, number)
        if key not in self._tiles:
            row = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
            self._tiles[key] = b"" if row is None else bytes(row)
        return self._tiles[key]


def growing(size: int) -> merkle.Growing:
    """The right edge of the stored tree; raises ``LookupError`` when nodes are missing."""
    node = Nodes()
    return merkle.Growing(size, [node(level, index) for level, index in merkle.edge_positions(0, size)])


def append(made: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep new nodes, as ``Growing.append`` gave them, in order."""
    parts: dict[tuple[int, int], list[bytes]] = {}
    for level, index, value in made:
        if level % HEIGHT == 0:
            parts.setdefault((level // HEIGHT, index // WIDTH), []).append(value)
    tenant = tenancy.current_id()
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audit_tile (tenant_id, level, number, hashes) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (tenant_id, level, number)"
            " DO UPDATE SET hashes = audit_tile.hashes || EXCLUDED.hashes",
            [(tenant, level, number, b"".join(values)) for (level, number), values in parts.items()],
        )
