"""A system in the browser: sliders, charts that follow, and what a setting is as a command, a file or a program.

>>> import tecmns
>>> s = tecmns.System.build("hive", timesteps=12, controllables={"economy": tecmns.hive.Economy()})
>>> page = tecmns.open(s, browser=False)
>>> page.url.startswith("http://127.0.0.1:")
True
>>> page.close()

In a notebook the page is shown below the cell:

    tecmns.open("systems/hive-economy.toml")

It is served by a thread of this process, on this machine only, under an address with a secret in it, until it is closed or
nobody has it any more.
"""

from __future__ import annotations

import html
import os
import sys
from typing import Any

from . import _native
from .system import System

__all__ = ["Page", "open"]

#: Pixels of the page in a notebook.
HEIGHT = 800


class Page:
    """A page that is served: its address is :attr:`url`. Leaving a ``with`` block, :meth:`close` or forgetting it ends it."""

    def __init__(self, native: _native.Page) -> None:
        self._native = native

    @property
    def url(self) -> str:
        """The address, with its secret: whoever has it can use the page."""
        return self._native.url

    @property
    def is_open(self) -> bool:
        """Whether it is served."""
        return self._native.is_open

    def show(self) -> Page:
        """Shows it in the browser of this machine."""
        self._native.show()
        return self

    def close(self) -> None:
        """Ends it: runs that go on are cancelled."""
        self._native.close()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<tecmns.Page {self.url}>" if self.is_open else "<tecmns.Page, closed>"

    def _repr_html_(self) -> str:
        if not self.is_open:
            return html.escape(repr(self))
        return (
            f'<iframe src="{html.escape(self.url)}" title="The page of a system" width="100%" height="{HEIGHT}" '
            f'style="border: 0"></iframe>'
        )


def open(  # noqa: A001
    system: System | str | os.PathLike[str] | None = None, *, port: int = 0, browser: bool | None = None
) -> Page:
    """Opens a system on a page: a :class:`tecmns.System`, the path of a file, or its text.

    Parameters
    ----------
    system
        Without one the page shows the systems of the current folder.
    port
        Port on this machine; 0 for one that is free.
    browser
        Whether the browser is started. Left out, it is, but not in a notebook, where the page is shown below the cell.

    Raises :class:`tecmns.FileError` where the system is refused, and :class:`OSError` where the port is taken.
    """
    parts: Any = None
    if system is not None:
        whole = system if isinstance(system, System) else System.from_toml(system)
        parts = whole._native.__reduce__()[1]
    page = Page(_native.Page(parts, port))
    if browser if browser is not None else not _in_notebook():
        page.show()
    return page


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
