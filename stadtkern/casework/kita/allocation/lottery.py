"""The lottery of a round: one ticket per child for all Kitas, which nobody can choose and everybody can compute again.

key = SHA-256(beacon || commitment), ticket = HMAC-SHA256(key, public id of the child, UTF-8), compared as big-endian integers: the
smaller ticket wins. The beacon is a public random value named beforehand (drand, state lottery), the commitment the hash of the
frozen round, so neither the office nor a provider can steer the order.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final

from stadtkern.kernel.strict_reading import InputRefused

LONGEST_BEACON: Final = 1024
LONGEST_ID: Final = 200


def lottery_key(beacon: bytes, commitment: bytes) -> bytes:
    """Raises ``InputRefused`` if one of them cannot be right."""
    if not 1 <= len(beacon) <= LONGEST_BEACON:
        raise InputRefused("BEACON_HEX", f"erwartet werden 1 bis {LONGEST_BEACON} Bytes")
    if len(commitment) != 32:
        raise InputRefused("COMMITMENT_HEX", "erwartet werden 32 Bytes (SHA-256)")
    return hashlib.sha256(beacon + commitment).digest()


def ticket(key: bytes, child_id: str) -> bytes:
    """The ticket of one child."""
    return hmac.digest(key, child_id.encode("utf-8"), "sha256")


def tickets(key: bytes, child_ids: Iterable[str]) -> list[tuple[str, str]]:
    """(id, ticket in hex), best first."""
    drawn = sorted((ticket(key, child_id), child_id) for child_id in child_ids)
    return [(child_id, value.hex()) for value, child_id in drawn]


def lottery_numbers(key: bytes, child_ids: Sequence[str]) -> list[int]:
    """For the instance formats, where the bigger number wins: the child with the best ticket gets the biggest."""
    order = sorted(range(len(child_ids)), key=lambda child: ticket(key, child_ids[child]), reverse=True)
    numbers = [0] * len(child_ids)
    for number, child in enumerate(order):
        numbers[child] = number
    return numbers


def read_ids(lines: Sequence[str], name: str) -> list[str]:
    """One id per line; empty lines are skipped. Raises ``InputRefused`` with FILE:LINE for doubles and control characters."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        child_id = line.strip()
        if not child_id:
            continue
        if child_id in found:
            raise InputRefused(f"{name}:{number}:1", f"{child_id!r} steht schon in Zeile {found[child_id]}")
        if len(child_id) > LONGEST_ID or not child_id.isprintable():
            raise InputRefused(f"{name}:{number}:1", "keine gültige Kennung")
        found[child_id] = number
    return list(found)
