"""Firms: cash flow, interest, running costs, contributors, a consultancy."""

from ._classes import family
from ._formulas import formulas

_found = {**family(__name__), **formulas(__name__)}
globals().update(_found)
__all__ = sorted(_found)
