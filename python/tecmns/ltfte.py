"""The company of the proposal: ``from tecmns.ltfte import MultiSigmoid, CashFlow, Alexandra, InterestRate, Opex, LTFTE``."""

from .bonding_curve import MultiSigmoid  # type: ignore[attr-defined]
from .finance import CashFlow, InterestRate, Opex  # type: ignore[attr-defined]
from .finance import Company as LTFTE  # type: ignore[attr-defined]
from .finance import Contributions as Alexandra  # type: ignore[attr-defined]

__all__ = ["LTFTE", "Alexandra", "CashFlow", "InterestRate", "MultiSigmoid", "Opex"]
