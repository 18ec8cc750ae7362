"""The built-in functions of FEEL by family; importing this package registers them all."""

from stadtkern.kernel.feel.builtins import contexts, lists, numeric, ranges, statistics, strings, temporal
from stadtkern.kernel.feel.builtins.registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "contexts",
    "lists",
    "numeric",
    "ranges",
    "statistics",
    "strings",
    "temporal",
]
