"""The academy of the proposal and the world around: ``from tecmns.tea import SkillTree, Eco, Market``."""

from .market import Regime as Market  # type: ignore[attr-defined]
from .skills import Academy as SkillTree  # type: ignore[attr-defined]
from .skills import Ecosystem as Eco  # type: ignore[attr-defined]

__all__ = ["Eco", "Market", "SkillTree"]
