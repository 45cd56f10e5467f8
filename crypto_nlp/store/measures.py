"""Units that measure the same thing, and the exact factors between them.

Only exact factors stand here: a month is no fixed number of days, and one currency is never turned into another.
"""

from __future__ import annotations

from crypto_nlp.claims.identity import BASE_UNITS

_FACTORS: dict[str, tuple[float, str]] = {
    **{unit: (factor, base) for unit, (base, factor) in BASE_UNITS.items()},
    "day": (24.0, "hour"),
    "week": (168.0, "hour"),
    "quarter": (3.0, "month"),
    "year": (12.0, "month"),
}


def factor_of(unit: str) -> tuple[float, str]:
    """How many base units one ``unit`` is, and the base unit: a ``GW`` is ``(1e9, "W")``; others are their own."""
    return _FACTORS.get(unit, (1.0, unit))


def units_of(base_unit: str) -> tuple[str, ...]:
    """Every unit that converts exactly to ``base_unit``, the base itself first."""
    return (base_unit, *(unit for unit, (_, base) in _FACTORS.items() if base == base_unit))
