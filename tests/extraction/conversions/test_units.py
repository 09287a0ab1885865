"""Units of measurement: levels, spreads, and the way between a mass and an amount."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.conversions.units import UNITS, convert, convert_spread, unit_names


@given(st.sampled_from(list(UNITS)), st.data(), st.floats(-1e6, 1e6))
def test_a_unit_comes_back_from_any_other_of_its_kind(kind: str, data: st.DataObject, value: float) -> None:
    one, other = (data.draw(st.sampled_from(list(UNITS[kind]))) for _ in range(2))
    assert convert(convert(value, one, other), other, one) == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert convert_spread(convert_spread(value, one, other), other, one) == pytest.approx(
        value, rel=1e-9, abs=1e-9
    )


@given(st.floats(-50, 50), st.floats(0, 20))
def test_a_spread_is_the_difference_of_two_levels(level: float, spread: float) -> None:
    ends = [convert(value, "°C", "°F") for value in (level, level + spread)]
    assert convert_spread(spread, "°C", "°F") == pytest.approx(ends[1] - ends[0], abs=1e-9)


def test_a_molar_mass_leads_back_and_forth() -> None:
    there = convert(5.5, "mmol/L", "mg/dL", molar_mass=180.16)
    assert there == pytest.approx(99.088)
    assert convert(there, "mg/dL", "mmol/L", molar_mass=180.16) == pytest.approx(5.5)
    assert convert(2, "mmol", "mg", molar_mass=58.44) == pytest.approx(116.88)


@pytest.mark.parametrize("molar_mass", [0, -1, math.inf, math.nan])
def test_an_impossible_molar_mass_is_refused(molar_mass: float) -> None:
    with pytest.raises(ValueError, match="molar mass"):
        convert(1, "g/L", "mol/L", molar_mass=molar_mass)


def test_a_mass_is_not_an_amount_in_a_litre() -> None:
    with pytest.raises(ValueError, match="measures"):
        convert(1, "g", "mol/L", molar_mass=18)


def test_every_unit_is_named_once() -> None:
    assert len(unit_names()) == len(set(unit_names())) == sum(len(units) for units in UNITS.values())
