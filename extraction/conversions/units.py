"""Units of measurement: from the one that a paper uses to the one that the review uses.

Factors are those of the library Pint (definitions of SI, NIST and CODATA). Only the units listed here are known: a form can
offer them, and no text is ever evaluated.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pint

#: What is shown → what Pint calls it, by what is measured.
UNITS: dict[str, dict[str, str]] = {
    "mass": {
        "kg": "kilogram",
        "g": "gram",
        "mg": "milligram",
        "µg": "microgram",
        "ng": "nanogram",
        "lb": "pound",
        "oz": "ounce",
        "st": "stone",
    },
    "length": {
        "m": "meter",
        "cm": "centimeter",
        "mm": "millimeter",
        "µm": "micrometer",
        "km": "kilometer",
        "in": "inch",
        "ft": "foot",
        "mi": "mile",
    },
    "time": {
        "s": "second",
        "ms": "millisecond",
        "min": "minute",
        "h": "hour",
        "d": "day",
        "week": "week",
        "month": "month",
        "year": "year",
    },
    "temperature": {"°C": "degree_Celsius", "°F": "degree_Fahrenheit", "K": "kelvin"},
    "volume": {"L": "liter", "dL": "deciliter", "mL": "milliliter", "µL": "microliter"},
    "pressure": {"mmHg": "mmHg", "kPa": "kilopascal", "Pa": "pascal", "cmH2O": "cmH2O", "bar": "bar"},
    "energy": {"kJ": "kilojoule", "kcal": "kilocalorie", "J": "joule"},
    "amount": {"mol": "mole", "mmol": "millimole", "µmol": "micromole"},
    "mass concentration": {
        "g/L": "gram / liter",
        "g/dL": "gram / deciliter",
        "mg/L": "milligram / liter",
        "mg/dL": "milligram / deciliter",
        "µg/L": "microgram / liter",
        "µg/dL": "microgram / deciliter",
        "µg/mL": "microgram / milliliter",
        "ng/mL": "nanogram / milliliter",
        "ng/dL": "nanogram / deciliter",
        "pg/mL": "picogram / milliliter",
    },
    "amount concentration": {
        "mol/L": "mole / liter",
        "mmol/L": "millimole / liter",
        "µmol/L": "micromole / liter",
        "nmol/L": "nanomole / liter",
        "pmol/L": "picomole / liter",
    },
    "share": {"proportion": "dimensionless", "%": "percent"},
    "flow": {
        "L/min": "liter / minute",
        "mL/min": "milliliter / minute",
        "L/s": "liter / second",
        "mL/s": "milliliter / second",
    },
    "speed": {"m/s": "meter / second", "km/h": "kilometer / hour", "m/min": "meter / minute"},
}
_NAMES = {shown: name for units in UNITS.values() for shown, name in units.items()}
_KINDS = {shown: kind for kind, units in UNITS.items() for shown in units}
#: Kinds that a molar mass leads between.
_MOLAR = ({"mass", "amount"}, {"mass concentration", "amount concentration"})


def unit_names() -> tuple[str, ...]:
    """Every unit that `convert` knows, as it is shown."""
    return tuple(_NAMES)


def convert(value: float, from_unit: str, to_unit: str, *, molar_mass: float | None = None) -> float:
    """`value`, a level such as a mean, taken from one unit to another: 37 °C is 98.6 °F.

    molar_mass  of the substance in g/mol: needed, and only used, between a mass and an amount of substance.
    Raises ValueError for unknown units, units that measure different things, and a missing or impossible molar mass.
    """
    quantity = _registry().Quantity(_finite(value), _NAMES[_known(from_unit)])
    return _converted(quantity, from_unit, to_unit, _NAMES[_known(to_unit)], molar_mass)


def convert_spread(value: float, from_unit: str, to_unit: str, *, molar_mass: float | None = None) -> float:
    """`value`, a difference or a spread (SD, SE, mean difference), taken from one unit to another: an SD of 1 °C is 1.8 °F.

    As `convert`, without the zero point of the unit. Raises ValueError as it does.
    """
    quantity = _registry().Quantity(_finite(value), _as_difference(_known(from_unit)))
    return _converted(quantity, from_unit, to_unit, _as_difference(_known(to_unit)), molar_mass)


def _converted(quantity: Any, from_unit: str, to_unit: str, target: str, molar_mass: float | None) -> float:
    kinds = {_KINDS[from_unit], _KINDS[to_unit]}
    if kinds in _MOLAR:
        per_mole = _registry().Quantity(_molar_mass(molar_mass), "gram / mole")
        quantity = quantity / per_mole if _KINDS[from_unit].startswith("mass") else quantity * per_mole
    elif len(kinds) > 1:
        raise ValueError(
            f"“{from_unit}” measures {_KINDS[from_unit]} and “{to_unit}” measures {_KINDS[to_unit]}."
        )
    return _finite(float(quantity.to(target).magnitude))


def _known(unit: str) -> str:
    if unit not in _NAMES:
        raise ValueError(f"“{unit}” is not a unit that can be converted here.")
    return unit


def _as_difference(unit: str) -> str:
    """Pint's name of `unit` without its zero point."""
    name = _NAMES[unit]
    return f"delta_{name}" if name.startswith("degree_") else name


def _molar_mass(given: float | None) -> float:
    if given is None:
        raise ValueError("State the molar mass of the substance in g/mol to go between a mass and an amount.")
    if not 0 < given < math.inf:
        raise ValueError("A molar mass must be above zero.")
    return given


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("The number is too large.")
    return value


@cache
def _registry() -> pint.UnitRegistry[Any]:
    """Pint's own definitions, read once."""
    return pint.UnitRegistry(cache_folder=None)
