"""The child with a contract of the tests of contracts."""

from tests.casework.kita.contracts.conftest import placed

__all__ = ["placed"]
