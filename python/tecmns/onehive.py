"""1Hive: ``from tecmns.onehive import ContinuousIssuance, ConvictionVoting``."""

from .conviction import Voting as ConvictionVoting  # type: ignore[attr-defined]
from .hive import Economy  # type: ignore[attr-defined]
from .issuance import DynamicIssuance  # type: ignore[attr-defined]
from .issuance import TargetRatio as ContinuousIssuance  # type: ignore[attr-defined]

__all__ = ["ContinuousIssuance", "ConvictionVoting", "DynamicIssuance", "Economy"]
