"""Working-asset analysis (营运资产分析法): a percent of working assets, by a score of the balance sheet.

    working assets = (working capital + equity) / 2
    score = current assets / current liabilities + quick assets / current liabilities
            - current liabilities / equity - total liabilities / equity

Both are figures (`models.working_assets`). The table is printed to two decimals of the score, so the
score is rounded to two before it is looked up; a bound belongs to the lower percent. Where equity or
current liabilities are not positive the score has no meaning, and the limit is 0.

Source: 营运资产分析模型 (newton.com.tw); a Chinese lecture note confirms the definition and dates the
spread of the model to 1981. The table is from one source.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from creditkit.limits.methods.contract import Parameters, method
from creditkit.limits.plan import Steps

__all__ = ["TABLE", "WORKING_ASSETS"]

TABLE: Final = (
    (-4.6, "0"),
    (-3.9, "0.025"),
    (-3.2, "0.05"),
    (-2.5, "0.075"),
    (-1.8, "0.10"),
    (-1.1, "0.125"),
    (-0.4, "0.15"),
    (0.3, "0.175"),
    (1.0, "0.20"),
    (None, "0.25"),
)
"""The highest score of a row, inclusive, and the percent of working assets; the last row has no end."""


def _steps(_p: Parameters) -> Steps:
    return Steps(
        figure="working_asset_score",
        meets="max",
        bounds=tuple(bound for bound, _ in TABLE if bound is not None),
        shares=tuple(Fraction(share) for _, share in TABLE),
        decimals=2,
        undefined=Fraction(0),
    )


WORKING_ASSETS = method(
    "working_assets",
    en="working-asset analysis",
    zh="营运资产分析法",
    formula=("percent by score x (working capital + equity) / 2",
             "按评估值取百分比 x（营运资金 + 所有者权益）/ 2"),
    source=("newton.com.tw 營運資產分析模型 (table); definition confirmed by a lecture note",
            "newton.com.tw 營運資產分析模型（百分比表）；定义另有讲义佐证"),
    confidence="1S",
    figure="working_assets",
    needs=("working_asset_score",),
    share=lambda p, grade: Fraction(1),
    steps=_steps,
)  # fmt: skip
