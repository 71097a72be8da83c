"""Components by hand: every kind does what the engine does, to the bit."""

from __future__ import annotations

import copy
import inspect
import math
import pickle

import numpy as np
import pytest

import tecmns

STEPS = 20
#: Parameters for kinds that need some, or whose defaults end too soon.
PARAMS = {"source/series": {"values": [float(k * k) for k in range(STEPS + 1)]}}
#: First value and increment of inputs for which numbers like the others' make no sense.
INPUTS = {
    "issuance/bonded-ratio": {"bonded": (0.3, 0.015)},
    "commons/upgrade": {"closed": (1.0, 0.0), "reserve": (1e6, 0.0), "beneficiary": (1e5, 0.0), "supply": (2e6, 0.0)},
}


def given(kind: tecmns.Kind) -> dict[str, tuple[float, float]]:
    """For each input that must be given its first value and its increment."""
    needed = [i["name"] for i in kind.inputs if i["default"] is None]
    own = INPUTS.get(kind.name, {})
    return {name: own.get(name, (float(at + 2), 0.25)) for at, name in enumerate(needed)}


@pytest.mark.parametrize("name", tecmns.kinds())
def test_a_kind_by_hand_has_the_bits_of_the_engine(name: str) -> None:
    kind = tecmns.kind(name)
    params = PARAMS.get(name, {})
    inputs = given(kind)
    system = tecmns.System.build(
        "one",
        timesteps=STEPS,
        seed=7,
        uncontrollables={f"i{at}": tecmns.source.Function(of=f"{a} + {b} * t") for at, (a, b) in enumerate(inputs.values())},
        controllables={"it": (name, params)},
        wires={f"it.{one}": f"i{at}.value" for at, one in enumerate(inputs)},
    )
    results = system.run(runs=2)
    one = results.of(0, 2)
    assert len(results.failures) == 0 and len(one) == STEPS + 1
    own = dict(params)
    for p in kind.params:
        # What the engine draws for a run is a column of its results.
        if p["random"]:
            own[p["name"]] = next(one[c][0].item() for c in (f"it.{p['name']}", f"param.it.{p['name']}") if c in one)
    component = tecmns._classes.make(kind, "It", "test")(seed=7, run=2, name="it", **tecmns._build.nested(own))
    columns = {m["name"]: one[f"it.{m['name']}"] for m in kind.metrics}
    for t in range(STEPS + 1):
        if t:
            component.step(**{input: a + b * t for input, (a, b) in inputs.items()})
        shown = component.metrics()
        assert list(shown) == [m["name"] for m in kind.metrics]
        for metric, column in columns.items():
            assert shown[metric] == column[t], (metric, t)
            assert getattr(component, tecmns._classes.attribute(metric)) == column[t]
    assert component.timestep == STEPS


def test_every_kind_is_a_class_of_its_family() -> None:
    for name in tecmns.kinds():
        if tecmns.kind(name).package.startswith("python: "):
            continue
        family = getattr(tecmns, tecmns._classes.family_name(name))
        made = getattr(family, tecmns._classes.class_name(name))
        assert made.KIND.name == name and made.__module__ == family.__name__
        assert made.KIND.doc in made.__doc__ and made.__slots__ == ()
        for p in made.KIND.params:
            assert tecmns._classes.argument(p["name"]) in inspect.signature(made).parameters


@pytest.mark.parametrize("name", tecmns.kinds())
def test_a_docstring_has_equations_units_and_ranges(name: str) -> None:
    kind = tecmns.kind(name)
    text = inspect.getdoc(tecmns._classes.make(kind, "It", "test")) or ""
    assert kind.equations and all(f"    {line}".rstrip() in text.splitlines() for line in kind.equations)
    told = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    said = {line.split(" : ")[0]: line for line in told.splitlines() if " : " in line}
    for p in kind.params:
        line = said[tecmns._classes.argument(p["name"])]
        if p["choices"]:
            assert ", ".join(p["choices"]) in line
        elif p["kind"] in ("f64", "i64", "u64", "decimal"):
            unit = "" if p["unit"] in ("", "1") else f" {p['unit']}"
            assert f"in {p['allowed']}{unit}, " in line
    for declared in (*kind.inputs, *kind.metrics):
        assert declared["unit"] in ("", "1") or f" {declared['unit']}" in text


def test_equations_are_those_of_the_rust_docs() -> None:
    assert tecmns.hive.Price.KIND.equations == [  # type: ignore[attr-defined]
        "supply = reserve + circulation",
        "price' = size / supply * valuation_ratio / max(saturation, 0.5) / (circulation / supply)^2",
    ]


def test_the_proposals_lines_import() -> None:
    from tecmns.commonsbuild import AugmentedBondingCurve, CulturalBuild, praise
    from tecmns.ltfte import LTFTE, Alexandra, CashFlow, InterestRate, MultiSigmoid, Opex
    from tecmns.onehive import ContinuousIssuance, ConvictionVoting
    from tecmns.tea import Eco, Market, SkillTree

    kinds = [AugmentedBondingCurve, CulturalBuild, LTFTE, Alexandra, CashFlow, InterestRate, MultiSigmoid, Opex]
    for made in [*kinds, ContinuousIssuance, ConvictionVoting, Eco, Market, SkillTree]:
        assert issubclass(made, tecmns.Component)
    assert praise.composites([praise.Item(1, [praise.Judgement(2, 5)])]) == [5.0]


def test_inputs_are_given_by_name_or_in_order() -> None:
    one, two = tecmns.glue.Delay(steps=1, initial=3), tecmns.glue.Delay(steps=1, initial=3)
    one.step(7)
    two.step(value=7)
    assert one == two and one.value == 3.0
    one.step(8)
    assert one.value == 7.0
    with pytest.raises(TypeError, match="given twice"):
        one.step(7, value=7)
    with pytest.raises(TypeError, match="has no input `valu`; did you mean `value`"):
        one.step(valu=7)
    with pytest.raises(TypeError, match="has 1 inputs: 2 were given"):
        one.step(7, 8)
    with pytest.raises(TypeError, match="must be a number"):
        one.step("7")
    for x in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            one.step(x)
    assert one.timestep == 2
    two.advance(3, 9.0)
    assert two.timestep == 4 and two.value == 9.0


def test_inputs_without_default_must_be_given() -> None:
    price = tecmns.hive.Price()
    needed = [i["name"] for i in price.kind.inputs if i["default"] is None]
    if needed:
        with pytest.raises(TypeError, match=f"`{needed[0]}`.* must be given"):
            price.step()


def test_copies_go_their_own_way() -> None:
    for made in (tecmns.hive.Economy, tecmns.market.Price, tecmns.conviction.Voting, tecmns.hive.EconomyBlocks):
        component = made(seed=3)
        component.step()
        copies = [copy.copy(component), copy.deepcopy(component), pickle.loads(pickle.dumps(component))]
        assert all(type(one) is made and one == component and one is not component for one in copies)
        component.step()
        assert all(one != component and one.timestep == 1 for one in copies)
        for one in copies:
            one.step()
            assert one == component and one.metrics() == component.metrics()


def test_equality_looks_at_kind_parameters_and_state() -> None:
    assert tecmns.hive.Economy() == tecmns.hive.Economy()
    assert tecmns.hive.Economy() != tecmns.hive.Economy(throttle=0.004)
    assert tecmns.hive.Economy() != tecmns.hive.EconomyBlocks()
    assert tecmns.hive.Economy() != 7
    with pytest.raises(TypeError, match="unhashable"):
        hash(tecmns.hive.Economy())


def test_a_users_class_keeps_what_is_its_own() -> None:
    class Mine(tecmns.hive.Economy):
        def __init__(self, **params: float) -> None:
            self.log = [1]

    mine = Mine(throttle=0.004)
    mine.step()
    shallow, deep = copy.copy(mine), copy.deepcopy(mine)
    mine.log.append(2)
    assert type(deep) is Mine and deep.log == [1] and shallow.log == [1, 2] and deep == mine


def test_reseeding_draws_what_another_run_draws() -> None:
    price = tecmns.market.Price(seed=5)
    price.reseed(run=3)
    other = tecmns.market.Price(seed=5, run=3)
    price.step()
    other.step()
    assert price.price == other.price and price.run == 3
    with pytest.raises(ValueError, match="before its first step"):
        price.reseed(run=4)
    first = tecmns.market.Price(seed=5)
    first.step()
    assert first.price != price.price


def test_a_repr_names_what_is_not_a_default() -> None:
    economy = tecmns.hive.Economy(throttle=0.004)
    economy.step()
    assert repr(economy) == "<Economy(throttle=0.004) at timestep 1>"
    assert repr(tecmns.Component("hive/economy")) == "<Component('hive/economy') at timestep 0>"


def test_parameters_are_shown_and_refused_in_the_librarys_words() -> None:
    assert tecmns.hive.Economy(throttle=np.float64(0.25)).params["throttle"] == 0.25
    assert tecmns.glue.Delay(steps=np.int64(2)).params["steps"] == 2
    for wrong, said in (
        ({"throttle": 2}, r"`throttle` is 2 1/month: allowed is \[0, 1\] 1/month"),
        ({"throtle": 0.1}, "did you mean `throttle`"),
        ({"throttle": math.nan}, "must be a finite number"),
        ({"throttle": True}, "must be a number"),
        ({"throttle": "much"}, "must be a number"),
        ({"throttle": [1]}, "must be a number"),
    ):
        with pytest.raises(tecmns.ParamError, match=said) as caught:
            tecmns.hive.Economy(**wrong)
        assert caught.value.code == "TE0010" and isinstance(caught.value, ValueError)
    with pytest.raises(TypeError, match="cannot be a object"):
        tecmns.hive.Economy(throttle=object())
    with pytest.raises(TypeError, match="given by name"):
        tecmns.hive.Economy(0.1)
    with pytest.raises(tecmns.UnknownKind, match="did you mean `hive/economy`") as caught:
        tecmns.Component("hive/economi")
    assert caught.value.code == "TE0304" and isinstance(caught.value, LookupError)
    with pytest.raises(AttributeError, match="follows from the state"):
        tecmns.hive.Economy().price = 3.0
    with pytest.raises(OverflowError):
        tecmns.hive.Economy(seed=-1)
    with pytest.raises(ValueError, match="length of a step"):
        tecmns.hive.Economy(step_length="1 fortnight")
    nested: list = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(ValueError, match="levels"):
        tecmns.source.Series(values=nested)


def test_a_failed_step_leaves_the_component_as_it_was() -> None:
    function = tecmns.source.Function(of="1 / (2 - t)")
    function.step()
    before = copy.deepcopy(function)
    with pytest.raises(tecmns.StepError) as caught:
        function.step()
    assert isinstance(caught.value, ArithmeticError) and caught.value.code.startswith("TE")
    assert function.timestep == 1 and function.value == before.value


def test_nested_parameters_are_given_in_two_ways() -> None:
    one = tecmns.finance.Contributions(weights={"hours": 2.0})
    two = tecmns.finance.Contributions(weights__hours=2.0)
    assert one == two and one.params["weights.hours"] == 2.0


def test_equations_are_components() -> None:
    text = (
        '[component]\nkind = "mine/growth"\n[param]\nrate = { default = 0.1, doc = "Growth." }\n'
        '[input]\nextra = { default = 0, doc = "More." }\n'
        '[state]\nstock = { initial = 1, rate = "rate * stock + extra", doc = "Stock." }\n'
    )
    growth = tecmns.equations(text)
    assert growth.__name__ == "Growth" and "stock' = rate * stock + extra" in growth.__doc__
    one = growth(rate=0.5)
    one.step()
    one.step(extra=1)
    assert one.stock == 3.25
    again = pickle.loads(pickle.dumps(one))
    assert again == one and type(again) is growth
    system = tecmns.System.build("s", timesteps=2, controllables={"g": growth(rate=0.5)})
    assert system.run()["g.stock"].tolist() == [1.0, 1.5, 2.25]
    with pytest.raises(tecmns.FileError, match="^8:32: TE0502"):
        tecmns.equations(text.replace("rate * stock", "rat * stock"))
