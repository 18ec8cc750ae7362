"""A city built once for a module; every test starts from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import make_municipality


@pytest.fixture(scope="module")
def standing_city(standing: None) -> Any:
    return make_municipality("mainz", "Mainz", ags="07315000")


@pytest.fixture
def mainz(standing_city: Any, db: None) -> Iterator[Any]:
    from stadtkern.foundation.organizations.api import forget
    from stadtkern.foundation.tenancy import api as tenancy

    forget()
    with tenancy.act_for(standing_city.pk):
        yield standing_city


@pytest.fixture
def system(mainz: Any) -> Any:
    from stadtkern.foundation.access.api import system

    return system(mainz.pk)
