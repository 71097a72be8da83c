"""Data and expressions of the time as components."""

from ._classes import family

_classes = family(__name__)
globals().update(_classes)
__all__ = sorted(_classes)
