"""The published limit methods and those of houses, by the name under which a policy uses them.

A method is one entry in a file of its family; `contract` says what an entry declares. `METHODS` is the
table that the policy, its page of findings and the manual read.

>>> METHODS["net_worth_share"].text.en, METHODS["net_worth_share"].confidence
('share of net worth', '2S')
>>> [name for name, one in METHODS.items() if one.house]
['fixed_amount']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.languages import Text
from creditkit.limits.methods import (
    expected,
    experience,
    fixed,
    requirement,
    shares,
    suppliers,
    working_assets,
)
from creditkit.limits.methods.contract import GradeTerms, LimitMethod, Parameters

__all__ = ["METHODS", "TEXTS", "GradeTerms", "LimitMethod", "Parameters"]

METHODS: Final[Mapping[str, LimitMethod]] = {
    one.name: one
    for one in (
        shares.SHARE_OF_CREDIT_SALES,
        shares.NET_WORTH_SHARE,
        requirement.PURCHASES_X_TERMS,
        shares.TANGIBLE_NET_WORTH_SHARE,
        shares.WORKING_CAPITAL_SHARE,
        working_assets.WORKING_ASSETS,
        requirement.SUPPLY_SHARE,
        requirement.QUARTER_ORDERS,
        requirement.AVERAGE_RECEIPTS,
        suppliers.NET_WORTH_PER_SUPPLIER,
        suppliers.WORKING_CAPITAL_PER_SUPPLIER,
        experience.REFERENCES,
        experience.PAYMENT_EXPERIENCE,
        expected.EXPECTED_PROFIT,
        expected.EXPECTED_LOSS,
        fixed.FIXED_AMOUNT,
    )
}
"""Name -> method."""

TEXTS: Final[Mapping[str, Text]] = {
    text.key: text for one in METHODS.values() for text in (one.formula, one.source)
}
"""The formulas and the sources of the methods, by key; what they are called is said with the steps."""
