"""The commons of the proposal: ``from tecmns.commonsbuild import praise, AugmentedBondingCurve, CulturalBuild``."""

from . import praise
from .bonding_curve import Augmented as AugmentedBondingCurve  # type: ignore[attr-defined]
from .commons import CulturalBuild, Hatch, Upgrade  # type: ignore[attr-defined]

__all__ = ["AugmentedBondingCurve", "CulturalBuild", "Hatch", "Upgrade", "praise"]
