"""Building a commons: praise and impact hours, hatch, upgrade."""

from ._classes import family

_classes = family(__name__)
globals().update(_classes)
__all__ = sorted(_classes)
