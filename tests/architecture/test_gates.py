"""Every address says who may enter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stadtkern.foundation.access.middleware import LIBRARY_PREFIXES, gate_of


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


# Old addresses of the login library, without a gate of their own: the middleware refuses them.
CLOSED = "accounts/social/"

ALL = [entry for entry in patterns(get_resolver()) if not entry[0].startswith(CLOSED)]


@pytest.mark.parametrize(("path", "pattern"), ALL, ids=[path for path, _ in ALL])
def test_every_address_has_a_gate(path: str, pattern: URLPattern) -> None:
    view = pattern.callback
    gate = gate_of(view)
    assert gate is not None or view.__module__.startswith(LIBRARY_PREFIXES), f"{path} ({view.__module__})"


def test_there_are_addresses_to_look_at() -> None:
    assert len(ALL) > 80


def test_staff_addresses_are_for_staff() -> None:
    wrong = []
    for path, pattern in ALL:
        gate = gate_of(pattern.callback)
        if path.startswith(("arbeit/", "verwaltung/")) and (gate is None or gate.kind != "staff"):
            wrong.append(path)
    assert not wrong


@pytest.mark.django_db
def test_an_address_without_a_gate_is_refused(client: Client, mainz: Any) -> None:
    assert client.get("/accounts/social/connections/").status_code == 403
