"""Functions on numbers (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

import decimal
import random
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from stadtkern.kernel.feel.values import DECIMAL

MIN_SCALE, MAX_SCALE = -6111, 6176
_WIDE = Context(prec=12400, Emin=-99999, Emax=99999, traps=[decimal.InvalidOperation])


def rounded(value: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    """Rounded to this many places after the point; the scale must be whole and within decimal128."""
    places = 0 if scale is None else int(scale)
    if scale is not None and not (scale == places and MIN_SCALE <= places <= MAX_SCALE):
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    return DECIMAL.plus(value.quantize(Decimal(1).scaleb(-places, _WIDE), rounding=mode, context=_WIDE))


@builtin("decimal", "n: number, scale: number")
def decimal_(n: Decimal, scale: Decimal) -> object:
    """Half even, as §1 of most fee rules does not want it: use `round half up` for money."""
    return rounded(n, Decimal(int(scale)), ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def floor(n: Decimal, scale: Decimal | None) -> object:
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def ceiling(n: Decimal, scale: Decimal | None) -> object:
    return rounded(n, scale, ROUND_CEILING)


def _register_rounding() -> None:
    modes = {
        "round up": ROUND_UP,
        "round down": ROUND_DOWN,
        "round half up": ROUND_HALF_UP,
        "round half down": ROUND_HALF_DOWN,
        "round half even": ROUND_HALF_EVEN,
    }
    for name, mode in modes.items():
        builtin(name, "n: number, scale?: number")(lambda n, scale, mode=mode: rounded(n, scale, mode))


_register_rounding()


@builtin("abs", "n: number|months|daytime")
def abs_(n: object) -> object:
    if isinstance(n, YearsMonthsDuration):
        return YearsMonthsDuration(abs(n.months))
    if isinstance(n, DaysTimeDuration):
        return DaysTimeDuration(abs(n.nanos))
    assert isinstance(n, Decimal)
    return n.copy_abs()


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> object:
    if divisor == 0:
        return None
    quotient = DECIMAL.divide(dividend, divisor).to_integral_value(rounding=ROUND_FLOOR)
    return DECIMAL.subtract(dividend, DECIMAL.multiply(divisor, quotient))


@builtin("sqrt", "number: number")
def sqrt(number: Decimal) -> object:
    return None if number < 0 else DECIMAL.sqrt(number)


@builtin("log", "number: number")
def log(number: Decimal) -> object:
    return None if number <= 0 else DECIMAL.ln(number)


@builtin("exp", "number: number")
def exp(number: Decimal) -> object:
    return DECIMAL.exp(number)


@builtin("odd", "number: number")
def odd(number: Decimal) -> object:
    return number == number.to_integral_value() and number % 2 != 0


@builtin("even", "number: number")
def even(number: Decimal) -> object:
    return number == number.to_integral_value() and number % 2 == 0


@builtin("random number")
def random_number() -> object:
    return Decimal(repr(random.random()))
