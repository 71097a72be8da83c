"""Market makers: constant product on exact decimals and in floats, arbitrageurs, traders."""

from ._classes import family

_classes = family(__name__)
globals().update(_classes)
__all__ = sorted(_classes)
