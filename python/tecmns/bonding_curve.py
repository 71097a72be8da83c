"""Bonding curves: augmented, and sums of logistic phases."""

from ._classes import family

_classes = family(__name__)
globals().update(_classes)
__all__ = sorted(_classes)
