"""FEEL, the expression language of DMN 1.5: pure Python, no Django, no `eval`.

    from stadtkern.kernel.feel import compile, evaluate, unary_test
    evaluate("if Alter >= 18 then 12.50 else 6", {"Alter": 20})      # Decimal('12.50')
    fee = compile("Grundgebühr * count(Hunde)", names=["Grundgebühr", "Hunde"])
    fee({"Grundgebühr": 84, "Hunde": ["Rex", "Bello"]})               # Decimal('168')
    unary_test('"gold", "silver"', "gold")                            # True

Values: numbers are `Decimal` (34 digits, half even), then `str`, `bool`, `None`, `list`, `dict`, `date`, `time`,
`datetime`, `YearsMonthsDuration`, `DaysTimeDuration`, `Range` and functions. Python numbers, dates and nested mappings
are converted on the way in (`from_python`); `to_json` makes JSON of a result.

Wrong texts raise `FeelError` with position and a sentence in German and English, and so does passing a limit
(`Limits`: time, depth, size). What goes wrong while evaluating yields null, as FEEL prescribes; `Compiled.run` tells
what and where (`Outcome.problems`). `check` finds unknown names and wrong types before anything runs.

Names may contain spaces, umlauts and the signs . / - ' + *. Names with only spaces are always understood; names with
other signs or with words such as "and" must be given as `names` (for `evaluate` the context gives them)."""

from __future__ import annotations

from stadtkern.kernel.feel.ast import Expr
from stadtkern.kernel.feel.check import check, check_unary_tests
from stadtkern.kernel.feel.engine import (
    Compiled,
    Outcome,
    UnaryTest,
    compile,
    compile_unary_tests,
    evaluate,
    parse,
    unary_test,
    variables,
)
from stadtkern.kernel.feel.errors import FeelError, Finding, Position, Problem
from stadtkern.kernel.feel.runtime import Limits
from stadtkern.kernel.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from stadtkern.kernel.feel.types import FeelType
from stadtkern.kernel.feel.values import Function, Range, from_python, to_json, to_python

__all__ = [
    "Compiled", "DaysTimeDuration", "Expr", "FeelError", "FeelType", "Finding", "Function", "Limits", "Outcome", "Position", "Problem", "Range",
    "UnaryTest", "YearsMonthsDuration", "check", "check_unary_tests", "compile", "compile_unary_tests", "evaluate", "from_python", "parse", "to_json",
    "to_python", "unary_test", "variables",
]  # fmt: skip
