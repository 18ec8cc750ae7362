"""Merkle trees as in RFC 6962 (2.1): hashing, growing, proofs and their verification.

A reader of nodes ``node(level, index)`` gives the hash of the complete subtree over the leaves
``index * 2**level`` to ``(index + 1) * 2**level``; where nodes are kept is the caller's matter.
Verifiers return True or False and never raise for wrong input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """The right edge of a growing tree: append leaves and know the root at any time, with O(log n) memory."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        """``edge`` are the roots of the complete subtrees that make up ``size`` leaves, the largest first."""
        self.size = size
        self.edge = list(edge)
        if len(self.edge) != size.bit_count():
            raise ValueError("the edge does not belong to a tree of this size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; returns the nodes that became complete as (level, index, hash), the leaf first."""
        index, level, made = self.size, 0, [(0, self.size, leaf)]
        current = leaf
        while index & 1:
            current = node_hash(self.edge.pop(), current)
            index, level = index >> 1, level + 1
            made.append((level, index, current))
        self.edge.append(current)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root of the tree as it is now (RFC 6962: an empty tree has SHA-256 of nothing)."""
        return _fold(self.edge)


def _fold(edge: Sequence[bytes]) -> bytes:
    if not edge:
        return EMPTY_ROOT
    current = edge[-1]
    for left in reversed(edge[:-1]):
        current = node_hash(left, current)
    return current


def edge_positions(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, index) that cover the leaves ``start`` to ``end``; ``start`` begins one of them."""
    positions = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        positions.append((level, start >> level))
        start += 1 << level
    return positions


def subtree_root(start: int, end: int, node: NodeReader) -> bytes:
    """MTH(D[start:end]) of RFC 6962, where start is a multiple of the largest power of two below the length."""
    return _fold([node(level, index) for level, index in edge_positions(start, end)])


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 2.1.1; raises ``ValueError`` when the leaf is not in the tree."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree_root(middle, end, node))
            end = middle
        else:
            proof.append(subtree_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 2.1.2; raises ``ValueError`` unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("the old size must lie between 1 and the new size")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(subtree_root(middle, end, node))
            end = middle
        else:
            proof.append(subtree_root(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(subtree_root(start, end, node))
    return proof[::-1]


def _split(length: int) -> int:
    """The largest power of two smaller than ``length``."""
    return 1 << ((length - 1).bit_length() - 1)


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` of the tree with this size and root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, root, *proof]):
        return False
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of size ``new`` continues the tree of size ``old`` (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new:
        return False  # nothing can be proved about an empty tree
    if old == new:
        return not proof and old_root == new_root
    if not proof or not _are_hashes([old_root, new_root, *proof]):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_current = new_current = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_current = node_hash(sibling, old_current)
            new_current = node_hash(sibling, new_current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_current = node_hash(new_current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_current == old_root and new_current == new_root


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
