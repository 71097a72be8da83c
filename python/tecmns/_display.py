"""How systems show themselves in notebooks."""

from __future__ import annotations

import html

from . import _native


def system(native: _native.System) -> str:
    """A system."""
    rows = "".join(
        f"<tr><td>{html.escape(path)}</td><td>{html.escape(kind)}</td><td>{html.escape(where)}</td></tr>"
        for path, kind, where, _ in native.components(0)
    )
    wires = "".join(f"<li>{html.escape(what)} &rarr; {html.escape(to)}</li>" for what, to in native.wires(0))
    return (
        f"<p><b>{html.escape(native.name)}</b>: {html.escape(native.description)}<br>{native.timesteps} timesteps of "
        f"{html.escape(native.step_length)}, {native.runs} runs, seed {native.seed}</p>"
        f"<table><thead><tr><th>component</th><th>kind</th><th>list</th></tr></thead><tbody>{rows}</tbody></table>"
        + (f"<ul>{wires}</ul>" if wires else "")
    )
