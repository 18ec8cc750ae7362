"""The city of the cases' tests."""

from tests.casework.cases.conftest import apply, city, team  # noqa: F401  (fixtures)
