"""The two streams of a command: results on stdout, everything meant for people beside them on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any


def result(text: str) -> None:
    """One line (or block) of the result on stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def result_json(value: Any) -> None:
    """ONE JSON object on stdout, UTF-8, umlauts as they are."""
    result(json.dumps(value, ensure_ascii=False, default=str))


def say(text: str) -> None:
    """A message for people on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
