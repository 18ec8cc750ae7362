"""The city of the cases' tests."""

from tests.casework.cases.conftest import (  # noqa: F401  (fixtures)
    apply,
    city,
    mainz,
    standing_city,
    team,
)
