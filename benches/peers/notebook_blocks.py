"""The model as cadCAD and radCAD take it: one block, two policies, nine updates.

The shape is the published notebook's, since it is what the two engines are paid for: a policy per process, an update
per variable, a dict of signals between them. `exp` is given: the notebook uses numpy's, whose results are numpy scalars
and slow everything that they reach; the C library's, through `math`, keeps plain floats.
"""

from economy import INITIAL

INITIAL_STATE = dict(INITIAL)


def block(exp):
    """The one partial state update block, with this `exp`."""

    def supply_policy(params, substep, history, state):
        reserve, saturation = state["reserve"], state["saturation"]
        outflow = reserve * params["outflow_boundary"] / (saturation + 1.0)
        netflow = state["size"] * saturation / state["price"] - outflow
        after_flow = reserve + netflow
        supply = after_flow + (state["circulation"] - netflow)
        error = (1.0 - after_flow / supply / params["target_reserve_ratio"]) / 12.0
        throttle = params["throttle"]
        if throttle != 0:
            error = max(error, -throttle) if error < 0 else min(error, throttle)
        return {"netflow": netflow, "adjustment": error * supply}

    def saturation_process(params, substep, history, state):
        outflow = state["reserve"] * params["outflow_boundary"] / (1.0 + state["saturation"] ** 2)
        worn = state["production"] * (1.0 - params["maintenance"])
        production = worn + outflow * params["productivity"] * state["price"]
        utility = 10.0 * production / (production + state["size"])
        return {
            "production": production,
            "utility": utility,
            "saturation": 1.0 / (1.0 + exp(6.0 - utility)),
            "size": state["size"] * (1.0 + params["growth"]),
        }

    def reserve(params, substep, history, state, signals):
        return "reserve", state["reserve"] + signals["netflow"] + signals["adjustment"]

    def circulation(params, substep, history, state, signals):
        return "circulation", state["circulation"] - signals["netflow"]

    def price(params, substep, history, state, signals):
        total = state["circulation"] + state["reserve"]
        valuation = params["valuation_ratio"] / max(0.5, state["saturation"])
        sensitivity = 1.0 / (state["circulation"] / total) ** 2
        return "price", state["size"] / total * valuation * sensitivity

    def netflow(params, substep, history, state, signals):
        return "netflow", signals["netflow"]

    def adjustment(params, substep, history, state, signals):
        return "adjustment", signals["adjustment"]

    def saturation(params, substep, history, state, signals):
        return "saturation", signals["saturation"]

    def utility(params, substep, history, state, signals):
        return "utility", signals["utility"]

    def size(params, substep, history, state, signals):
        return "size", signals["size"]

    def production(params, substep, history, state, signals):
        return "production", signals["production"]

    return {
        "policies": {"supply_policy": supply_policy, "saturation_process": saturation_process},
        "variables": {
            "reserve": reserve,
            "circulation": circulation,
            "netflow": netflow,
            "adjustment": adjustment,
            "price": price,
            "saturation": saturation,
            "utility": utility,
            "size": size,
            "production": production,
        },
    }
