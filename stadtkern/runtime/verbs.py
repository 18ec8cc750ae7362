"""What the verbs of pure commands share: exit codes, and refusals that become one line on stderr."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

from stadtkern.kernel.errors import DomainError, InvalidInput
from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.output import say

DONE: Final = 0
FOUND_WRONG: Final = 1
REFUSED: Final = 2
OPTIONAL: Final = frozenset({"ortools", "numba"})

Verb = Callable[[argparse.Namespace], int]


def guarded(run: Verb) -> Verb:
    """Input that is refused ends with 2 and its place, any other expected failure with 1, a missing optional package with 3."""

    def verb(args: argparse.Namespace) -> int:
        try:
            return run(args)
        except InvalidInput as refused:
            say(refused.message)
        except DomainError as failure:
            say(failure.message)
            return FOUND_WRONG
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            say(f"{error.filename}: {error.strerror}")
        except ModuleNotFoundError as missing:
            package = (missing.name or "").partition(".")[0]
            if package not in OPTIONAL:
                raise
            raise EnvironmentProblem(f"Für diesen Befehl fehlt das Paket {package}.") from missing
        return REFUSED

    return verb


def seconds(value: str) -> float:
    """The type of ``--seconds``: up to a day."""
    number = float(value)
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError("zwischen 0 und 86400")
    return number
