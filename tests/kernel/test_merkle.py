"""RFC 6962 trees: all vectors of transparency-dev/merkle, and every tree up to 70 leaves against the definition."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel import merkle
from tests.shared import shared_data


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word by word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def tree(size: int) -> tuple[list[bytes], list[bytes], merkle.NodeReader]:
    growing, nodes, roots, leaves = merkle.Growing(), {}, [merkle.EMPTY_ROOT], []
    for number in range(size):
        leaves.append(merkle.leaf_hash(str(number).encode()))
        for level, index, value in growing.append(leaves[-1]):
            nodes[level, index] = value
        roots.append(growing.root())
    return leaves, roots, lambda level, index: nodes[level, index]


LEAVES, ROOTS, NODE = tree(70)


def decoded(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def test_inclusion_vectors():
    cases = json.loads(shared_data("registers/merkle/inclusion.json").read_text())
    assert len(cases) > 50
    for case in cases:
        good = merkle.verify_inclusion(
            index=case["leafIdx"],
            size=case["treeSize"],
            leaf=decoded(case["leafHash"]),
            proof=[decoded(item) for item in case["proof"] or []],
            root=decoded(case["root"]),
        )
        assert good is not case["wantErr"], case["id"]


def test_consistency_vectors():
    cases = json.loads(shared_data("registers/merkle/consistency.json").read_text())
    assert len(cases) > 50
    for case in cases:
        good = merkle.verify_consistency(
            old=case["size1"],
            new=case["size2"],
            old_root=decoded(case["root1"]),
            new_root=decoded(case["root2"]),
            proof=[decoded(item) for item in case["proof"] or []],
        )
        assert good is not case["wantErr"], case["id"]


def test_growing_is_the_definition():
    for size in range(len(LEAVES) + 1):
        assert ROOTS[size] == by_definition(LEAVES[:size])


def test_every_inclusion_proof_holds_and_only_at_its_place():
    for size in range(1, len(LEAVES) + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, NODE)
            right = {"size": size, "leaf": LEAVES[index], "proof": proof, "root": ROOTS[size]}
            assert merkle.verify_inclusion(index=index, **right)
            assert not merkle.verify_inclusion(index=index ^ 1, **right) or size == 1 == index


def test_every_consistency_proof_holds_and_only_for_its_sizes():
    for new in range(1, len(LEAVES) + 1):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, NODE)
            right = {"old_root": ROOTS[old], "new_root": ROOTS[new], "proof": proof}
            assert merkle.verify_consistency(old=old, new=new, **right)
            if old < new:
                assert not merkle.verify_consistency(
                    old=old, new=new, **{**right, "old_root": merkle.leaf_hash(b"x")}
                )


def test_a_saved_edge_goes_on():
    edge = [NODE(level, index) for level, index in merkle.edge_positions(0, 45)]
    growing = merkle.Growing(45, edge)
    growing.append(LEAVES[45])
    assert growing.root() == ROOTS[46]
    with pytest.raises(ValueError, match="edge"):
        merkle.Growing(3, [b"x" * 32])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_no_proof_for_what_is_not_there(index, size):
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion_proof(index, size, NODE)


@given(
    st.binary(max_size=40),
    st.integers(-5, 200),
    st.integers(-5, 200),
    st.lists(st.binary(max_size=33), max_size=9),
)
def test_garbage_is_refused_without_an_exception(leaf, index, size, proof):
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=b"r" * 32)
    assert not merkle.verify_consistency(old=index, new=size, old_root=leaf, new_root=b"r" * 32, proof=proof)
