"""Firms: cash flow, interest, running costs, contributors, a consultancy."""

from ._classes import family

_classes = family(__name__)
globals().update(_classes)
__all__ = sorted(_classes)
