"""Formulas over numbers and arrays."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

import tecmns


def test_a_swap_is_computed_over_arrays() -> None:
    one = tecmns.amm.exact_in(1000.0, 2000.0, 10.0, 0.003)
    assert isinstance(one, float) and math.isclose(one, 2000 * 9.97 / (1000 + 9.97), rel_tol=1e-12)
    many = tecmns.amm.exact_in(1000.0, np.array([[2000.0], [4000.0]]), [1.0, 10.0, 100.0], fee=0.003)
    assert many.shape == (2, 3) and many[0, 1] == one
    assert math.isclose(tecmns.amm.exact_out(1000.0, 2000.0, one, 0.003), 10.0, rel_tol=1e-9)
    assert list(inspect.signature(tecmns.amm.exact_in).parameters) == ["reserve_in", "reserve_out", "amount_in", "fee"]


def test_known_values_come_out() -> None:
    assert tecmns.amm.spot(1000.0, 2000.0) == 2.0
    assert math.isclose(tecmns.amm.impermanent_loss(4.0), 2 * 2 / 5 - 1, rel_tol=1e-12)
    assert math.isclose(tecmns.amm.lvr_rate(8.0, 0.5), 0.25, rel_tol=1e-12)
    assert tecmns.bonding_curve.spot_price(1000.0, 200.0, 0.2) == 1.0
    tokens = tecmns.bonding_curve.tokens_for_deposit(1000.0, 200.0, 0.5, 42.0)
    assert math.isclose(tokens, 1000 * ((242 / 200) ** 0.5 - 1), rel_tol=1e-12)
    assert math.isclose(tecmns.conviction.maximum_conviction(100.0, 0.9), 1000.0, rel_tol=1e-12)
    assert math.isclose(tecmns.conviction.alpha_from_half_life(3.0, 1.0), 0.5 ** (1 / 3), rel_tol=1e-12)
    assert math.isclose(tecmns.issuance.continuous(100.0, 0.05, 2.0), 100 * math.exp(0.1), rel_tol=1e-12)
    assert math.isclose(tecmns.issuance.apy_from_apr(0.12, 12), 1.01**12 - 1, rel_tol=1e-12)
    assert math.isclose(tecmns.issuance.decayed(100.0, 3.0, 3.0), 50.0, rel_tol=1e-12)
    assert math.isclose(tecmns.finance.present_lump(121.0, 0.1, 2.0), 100.0, rel_tol=1e-12)
    assert math.isclose(tecmns.finance.internal_rate([-100.0, 60.0, 60.0]), 0.13066238629180749, rel_tol=1e-9)
    assert tecmns.finance.max_drawdown([100, 120, 60, 90]) == 0.5
    assert tecmns.commons.gini([1, 1, 1, 1]) == 0.0 and tecmns.commons.nakamoto([10, 1, 1, 1]) == 1


def test_the_formulas_of_the_hive_are_those_of_its_economy() -> None:
    price = tecmns.hive.Economy()
    price.step()
    m = price.metrics()
    assert tecmns.hive.saturation(m["utility"]) == m["saturation"] or math.isfinite(m["saturation"])


def test_every_formula_is_documented_and_refuses_what_is_wrong() -> None:
    for family, name, arguments, doc in tecmns._native.formulas():
        formula = getattr(getattr(tecmns, family), name)
        assert doc in formula.__doc__ and list(inspect.signature(formula).parameters) == arguments and formula.__name__ == name
        with pytest.raises(TypeError):
            formula()
    with pytest.raises(tecmns.ParamError, match="exact_in of element 1") as caught:
        tecmns.amm.exact_in(1000.0, 2000.0, [1.0, -1.0], 0.003)
    assert caught.value.code == "TE0010"
    with pytest.raises(tecmns.ParamError):
        tecmns.amm.exact_in(1000.0, math.nan, 1.0, 0.003)
    with pytest.raises(ValueError):
        tecmns.amm.exact_in([1.0, 2.0], [1.0, 2.0, 3.0], 1.0, 0.003)
    with pytest.raises((TypeError, ValueError)):
        tecmns.amm.exact_in("a", 1, 1, 0)
    with pytest.raises(tecmns.ParamError):
        tecmns.commons.gini([1.0, -1.0])
