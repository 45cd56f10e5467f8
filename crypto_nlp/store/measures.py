"""Units that measure the same thing, and the exact factors between them.

Only exact factors stand here: a month is no fixed number of days, and one currency is never turned into another.
"""

from __future__ import annotations

_FACTORS: dict[str, tuple[float, str]] = {
    "percent": (1.0, "percent"),
    "basis_point": (0.01, "percent"),
    "W": (1.0, "W"),
    "kW": (1e3, "W"),
    "MW": (1e6, "W"),
    "GW": (1e9, "W"),
    "kWh": (1.0, "kWh"),
    "MWh": (1e3, "kWh"),
    "GWh": (1e6, "kWh"),
    "TWh": (1e9, "kWh"),
    "TH/s": (1.0, "TH/s"),
    "PH/s": (1e3, "TH/s"),
    "EH/s": (1e6, "TH/s"),
    "ZH/s": (1e9, "TH/s"),
    "hour": (1.0, "hour"),
    "day": (24.0, "hour"),
    "week": (168.0, "hour"),
    "month": (1.0, "month"),
    "quarter": (3.0, "month"),
    "year": (12.0, "month"),
}


def factor_of(unit: str) -> tuple[float, str]:
    """How many base units one ``unit`` is, and the base unit: a ``GW`` is ``(1e9, "W")``; others are their own."""
    return _FACTORS.get(unit, (1.0, unit))


def units_of(base_unit: str) -> tuple[str, ...]:
    """Every unit that converts exactly to ``base_unit``, the base itself first."""
    related = tuple(unit for unit, (_, base) in _FACTORS.items() if base == base_unit)
    return related or (base_unit,)
