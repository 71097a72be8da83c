"""Kinds as classes of param; panel where it is installed."""

from __future__ import annotations

import math

import pytest

import tecmns

param = pytest.importorskip("param")
gui = pytest.importorskip("tecmns.param")

# Other tests register kinds of their own, in the family `test`.
KINDS = [name for name in tecmns.kinds() if not name.startswith("test/")]
CLASSES = [getattr(gui, gui.class_name(name)) for name in KINDS]


def test_there_is_a_class_for_every_kind() -> None:
    assert len(CLASSES) == len(KINDS) >= 40
    for made in CLASSES:
        own = made()
        values = gui.values(own)
        assert list(values) == [one["name"] for one in made.KIND.params]
        for one in made.KIND.params:
            value, default = values[one["name"]], one["default"]
            assert value == default or float(value) == float(default), (made, one["name"])


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_every_number_that_a_community_sets_has_a_slider(made: type) -> None:
    own = made()
    for one in made.KIND.params:
        if one["role"] != "controllable" or one["kind"] not in ("f64", "i64", "u64", "decimal"):
            continue
        declared = own.param[one["name"].replace(".", "__")]
        low, high = declared.softbounds
        assert low is not None and high is not None and low < high and declared.step > 0, one["name"]
        assert declared.step <= (high - low) / 4, one["name"]
        # The least and the greatest that a slider gives are taken.
        for end in (low, high):
            open_ends = [x for x, open_ in zip(one["bounds"], one["exclusive"], strict=True) if open_]
            if end not in open_ends:
                setattr(own, declared.name, end)


def test_what_is_not_allowed_is_refused() -> None:
    economy = gui.HiveEconomy(throttle=0.004)
    with pytest.raises(ValueError, match="at most 1.0"):
        economy.throttle = 1.5
    with pytest.raises(ValueError):
        economy.throttle = "much"
    with pytest.raises(ValueError):
        gui.BondingCurveAugmented(entry_tribute=1.0)
    assert economy.throttle == 0.004
    assert gui.HiveEconomy.param.throttle.softbounds == (0.0, 0.02) and gui.HiveEconomy.param.throttle.step == 0.001


def test_a_component_has_the_values() -> None:
    component = gui.component(gui.HiveEconomy(throttle=0.004), seed=3)
    same = tecmns.hive.Economy(throttle=0.004, seed=3)
    component.step()
    same.step()
    assert component.metrics() == same.metrics() and component.params == same.params


@pytest.mark.parametrize(
    ("low", "high", "whole", "step"), [(0, 0.02, False, 1e-4), (0, 1, False, 0.01), (0.1, 10, False, 0.01), (0, 52, True, 1)]
)
def test_steps_are_powers_of_ten(low: float, high: float, whole: bool, step: float) -> None:
    assert gui.slider_step(low, high, whole) == step
    assert math.isclose(math.log10(step), round(math.log10(step)))


def test_a_page_redraws_when_a_slider_moves() -> None:
    pn = pytest.importorskip("panel")
    s = tecmns.System.build("hive", timesteps=24, controllables={"economy": tecmns.hive.Economy()})
    view = gui.app(s, runs=2)
    own = view.tecmns
    before = own.shown[0].object
    assert "<svg" in before
    widget = gui.sliders(own.components["economy"]).widget("throttle")
    assert isinstance(widget, pn.widgets.FloatSlider)
    assert (widget.start, widget.end, widget.step, widget.format) == (0.0, 0.02, 0.001, "0.000")
    with param.edit_constant(widget):
        widget.param.update(value=0.02, value_throttled=0.02)
    assert own.components["economy"].throttle == 0.02
    assert own.params() == {"economy.throttle": 0.02}
    assert own.shown[0].object != before and not own.error.visible
    own.components["economy"].throttle = 0.008
    assert own.shown[0].object == before
    assert view.get_root() is not None
