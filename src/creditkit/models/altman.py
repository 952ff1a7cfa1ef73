"""Altman's scores: how far a company is from distress, by its last annual statement.

=============  =========================================  ======  ========  ========================
model          valid for                                  X4      distress  safe
=============  =========================================  ======  ========  ========================
`Z_1968`       listed manufacturers                       market  < 1.81    > 2.99
`Z1_1983` Z'   private manufacturers                      book    < 1.23    > 2.90
`Z2_1995` Z''  private or not manufacturing, any country  book    < 1.10    > 2.60
`EM_1995`      as Z'', on the scale of bond ratings       book    < 4.35    > 5.85
=============  =========================================  ======  ========  ========================

``X1 = working capital / total assets``, ``X2 = retained earnings / total assets``, ``X3 = EBIT /
total assets``, ``X4 = equity / total liabilities``, ``X5 = revenue / total assets``; all are
decimal ratios (0.12, not 12), working capital is current assets less current liabilities. ``X4``
takes the *market* value of equity in 1968 and *book* equity in the others, negative or not. High is
good. A score between the cut-offs or on one of them is grey.

Coefficients and cut-offs of all four agree in at least two independent printings; what does not
(the coefficient of X5, the lower cut-off of EM) is a parameter.

Traps in wide circulation: 6.5 in place of 6.56 in Z'' together with the cut-offs of Z' (2.90 and
1.23); the coefficients of EBIT and equity in Z'' exchanged (1.05 X3 + 6.72 X4); Z'' plus 3.25 read
against 2.60 and 1.10; the percent form of 1968 (0.012, 0.014 ...) fed with decimal ratios; book
equity put into the Z of 1968. None of these is a model of Altman's.

Sources: E. I. Altman, Financial Ratios, Discriminant Analysis and the Prediction of Corporate
Bankruptcy, Journal of Finance 23(4), 1968; the same, *Corporate Financial Distress* (Wiley, 1983);
E. I. Altman, J. Hartzell, M. Peck, *Emerging Markets Corporate Bonds: A Scoring System* (Salomon
Brothers, 1995); E. I. Altman, Emerging Markets Review 6, 2005.

>>> company = {"current_assets": 400, "current_liabilities": 200, "total_assets": 1000, "ebit": 120,
...            "retained_earnings": 250, "equity": 550, "total_liabilities": 450}
>>> Z2_1995.score(company).zone
'safe'
>>> bond_rating(EM_1995.score(company).value)
'AA'
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping
from typing import Final, overload

import numpy as np

from creditkit._arithmetic import C, Floats, number_in, ratio
from creditkit._columns import Codes
from creditkit._given import column_in
from creditkit.errors import InvalidFact
from creditkit.models.formula import Cutoffs, FormulaModel

__all__ = [
    "BOND_RATINGS",
    "EM_1995",
    "MODELS",
    "Z1_1983",
    "Z2_1995",
    "Z_1968",
    "bond_rating",
    "em_1995",
    "z_1968",
]

BOND_RATINGS: Final = (
    ("AAA", 8.15),
    ("AA+", 7.60),
    ("AA", 7.30),
    ("AA-", 7.00),
    ("A+", 6.85),
    ("A", 6.65),
    ("A-", 6.40),
    ("BBB+", 6.25),
    ("BBB", 5.85),
    ("BBB-", 5.65),
    ("BB+", 5.25),
    ("BB", 4.95),
    ("BB-", 4.75),
    ("B+", 4.50),
    ("B", 4.15),
    ("B-", 3.75),
    ("CCC+", 3.20),
    ("CCC", 2.50),
    ("CCC-", 1.75),
    ("D", -math.inf),
)
"""Bond-rating equivalents and the least EM score of each, inclusive, from best to worst.

Average scores of the classes of US issuers in 1995 and 1996 (Altman, Hartzell, Peck 1995; Altman
2005, table 2), agreeing in two printings. To use an average as a floor is a convention; averages
of later years (2006, 2013) differ by up to about 0.6.
"""

_RATINGS: Final = tuple(name for name, _ in reversed(BOND_RATINGS))
_FLOORS: Final = tuple(floor for _, floor in reversed(BOND_RATINGS[:-1]))


def _z_1968(
    *,
    current_assets: C,
    current_liabilities: C,
    total_assets: C,
    retained_earnings: C,
    ebit: C,
    market_value_equity: C,
    total_liabilities: C,
    revenue: C,
    x5: float,
) -> Mapping[str, C]:
    return {
        "x1": 1.2 * ratio(current_assets - current_liabilities, total_assets),
        "x2": 1.4 * ratio(retained_earnings, total_assets),
        "x3": 3.3 * ratio(ebit, total_assets),
        "x4": 0.6 * ratio(market_value_equity, total_liabilities),
        "x5": x5 * ratio(revenue, total_assets),
    }


def _positive_number(path: str, value: str | float, like: str) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not 0 < number < math.inf:
        raise InvalidFact(path, "must be a number above 0", value, f"write it as {like!r}")
    return number


def z_1968(*, x5: str | float = "0.999") -> FormulaModel:
    """Altman's Z (1968) for listed manufacturers, with a stated coefficient of X5.

    ``Z = 1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + x5 X5``, X4 = market value of equity (common and
    preferred) / book value of total liabilities. Lines in one unit. Above 2.99 safe, below 1.81
    distress. No score where total assets or total liabilities are not positive, or a line is not
    known.

    The paper prints 0.999 beside coefficients for percentages; with decimal ratios it is often
    rounded to 1.0. Both are in two printings; the model's id names a coefficient other than 0.999.
    Cut-offs of 3.0 and 1.8, and a single one of 2.675, are also in use.

    Source: Altman, Journal of Finance 23(4), 1968.

    >>> z_1968(x5="1.0").id
    'altman.z_1968(x5=1.0)'
    """
    weight = _positive_number("altman.z_1968.x5", x5, "0.999")
    return FormulaModel(
        figure="z1" if weight == 0.999 else None,
        id="altman.z_1968" if weight == 0.999 else f"altman.z_1968(x5={weight!r})",
        en="Altman Z (1968)",
        zh="Altman Z值（1968）",
        formula=_z_1968,
        cutoffs=Cutoffs(distress=1.81, safe=2.99),
        constants=(("x5", weight),),
        positive=("total_assets", "total_liabilities"),
        flagged=("market_value_equity",),
        source="Altman 1968; in two independent printings, with 0.999 and with 1.0 for X5",
    )


Z_1968: Final = z_1968()
"""Altman's Z (1968) with 0.999 for X5; see `z_1968`."""


def _z1_1983(
    *,
    current_assets: C,
    current_liabilities: C,
    total_assets: C,
    retained_earnings: C,
    ebit: C,
    equity: C,
    total_liabilities: C,
    revenue: C,
) -> Mapping[str, C]:
    return {
        "x1": 0.717 * ratio(current_assets - current_liabilities, total_assets),
        "x2": 0.847 * ratio(retained_earnings, total_assets),
        "x3": 3.107 * ratio(ebit, total_assets),
        "x4": 0.420 * ratio(equity, total_liabilities),
        "x5": 0.998 * ratio(revenue, total_assets),
    }


Z1_1983: Final = FormulaModel(
    figure="z1_private",
    id="altman.z1_1983",
    en="Altman Z' (1983)",
    zh="Altman Z'值（1983）",
    formula=_z1_1983,
    cutoffs=Cutoffs(distress=1.23, safe=2.90),
    positive=("total_assets", "total_liabilities"),
    flagged=("equity",),
    source="Altman 1983; in two independent printings",
)
"""Altman's Z' (1983) for private manufacturers.

``Z' = 0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5``, X4 = book equity, negative or not
(then flagged) / total liabilities. Lines in one unit. Above 2.90 safe, below 1.23 distress. No
score where total assets or total liabilities are not positive, or a line is not known. These are
coefficients of their own: book equity in the formula of 1968 is not this model.

Source: Altman, *Corporate Financial Distress*, 1983.

>>> Z1_1983.score({"current_assets": 400, "current_liabilities": 200, "total_assets": 1000,
...     "retained_earnings": 250, "ebit": 120, "equity": 550, "total_liabilities": 450,
...     "revenue": 1500}).zone
'grey'
"""


def _z2_1995(
    *,
    current_assets: C,
    current_liabilities: C,
    total_assets: C,
    retained_earnings: C,
    ebit: C,
    equity: C,
    total_liabilities: C,
) -> Mapping[str, C]:
    return {
        "x1": 6.56 * ratio(current_assets - current_liabilities, total_assets),
        "x2": 3.26 * ratio(retained_earnings, total_assets),
        "x3": 6.72 * ratio(ebit, total_assets),
        "x4": 1.05 * ratio(equity, total_liabilities),
    }


Z2_1995: Final = FormulaModel(
    figure="z2",
    id="altman.z2_1995",
    en="Altman Z'' (1995)",
    zh="Altman Z''值（1995）",
    formula=_z2_1995,
    cutoffs=Cutoffs(distress=1.10, safe=2.60),
    positive=("total_assets", "total_liabilities"),
    flagged=("equity",),
    source="Altman, Hartzell, Peck 1995; Altman 2005; in two independent printings",
)
"""Altman's Z'' (1995) for private companies, other industries and other countries.

``Z'' = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4``, X4 = book equity, negative or not (then flagged) /
total liabilities; without sales / total assets, which differs most between industries. Lines in one
unit. Above 2.60 safe, below 1.10 distress. No score where total assets or total liabilities are not
positive, or a line is not known. Wrong in wide circulation: 6.5 for 6.56, the cut-offs of Z'.

Source: Altman, Hartzell, Peck 1995; Altman, Emerging Markets Review 6, 2005.
"""


def _em_1995(
    *,
    current_assets: C,
    current_liabilities: C,
    total_assets: C,
    retained_earnings: C,
    ebit: C,
    equity: C,
    total_liabilities: C,
) -> Mapping[str, C | float]:
    return {
        "constant": 3.25,
        **_z2_1995(
            current_assets=current_assets,
            current_liabilities=current_liabilities,
            total_assets=total_assets,
            retained_earnings=retained_earnings,
            ebit=ebit,
            equity=equity,
            total_liabilities=total_liabilities,
        ),
    }


def em_1995(*, distress: str | float = "4.35") -> FormulaModel:
    """Altman's score for emerging markets (1995), with a stated lower cut-off.

    ``EM = 3.25 + 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4``; the constant puts a bond in default near
    0. Above 5.85 (2.60 + 3.25) safe, below ``distress`` distress. `bond_rating` reads a score as a
    rating. No score where total assets or total liabilities are not positive, or a line is not
    known.

    The lower cut-off is 4.35 (1.10 + 3.25, the image of that of Z'', the more cautious) or 4.15
    (the least B, in some of Altman's tables; not confirmed); the model's id names any other than
    4.35. The cut-offs of Z'' itself, 2.60 and 1.10, are wrong here.

    Source: Altman, Hartzell, Peck 1995; Altman, Emerging Markets Review 6, 2005.

    >>> em_1995(distress="4.15").id
    'altman.em_1995(distress=4.15)'
    """
    lower = _positive_number("altman.em_1995.distress", distress, "4.35")
    if lower > 5.85:
        raise InvalidFact("altman.em_1995.distress", "must not be above 5.85", distress)
    return FormulaModel(
        figure="em" if lower == 4.35 else None,
        id="altman.em_1995" if lower == 4.35 else f"altman.em_1995(distress={lower!r})",
        en="EM score (1995)",
        zh="新兴市场EM值（1995）",
        formula=_em_1995,
        cutoffs=Cutoffs(distress=lower, safe=5.85),
        positive=("total_assets", "total_liabilities"),
        flagged=("equity",),
        source="Altman, Hartzell, Peck 1995; Altman 2005; the lower cut-off 4.35 in one printing",
    )


EM_1995: Final = em_1995()
"""Altman's EM score (1995) with 4.35 as the lower cut-off; see `em_1995`."""


@overload
def bond_rating(em: float | None, /) -> str | None: ...
@overload
def bond_rating(em: Floats, /) -> Codes: ...
def bond_rating(em: float | Floats | None, /) -> str | Codes | None:
    """The bond rating that an EM score stands for: of one score, or of a column of them.

    Lower bounds are inclusive: 4.15 is a B. Not known (None, NaN) gives None, and a cell without a
    value in the column. See `BOND_RATINGS` for the table and its source.

    >>> bond_rating(4.15), bond_rating(4.14), bond_rating(None)
    ('B', 'B-', None)
    >>> codes = bond_rating(np.array([9.0, float("nan"), 0.0]))
    >>> [codes.item(row) for row in range(3)]
    ['AAA', None, 'D']
    """
    if isinstance(em, np.ndarray):
        scores = column_in(em, "bond_rating")
        number_in(scores, "bond_rating")
        indexes = np.searchsorted(_FLOORS, scores, side="right").astype(np.int32)
        indexes[np.isnan(scores)] = -1
        return Codes(indexes, _RATINGS)
    if em is not None and (isinstance(em, bool) or not isinstance(em, int | float)):
        raise InvalidFact("bond_rating", "must be a score or a column of scores", em)
    if em is None or em != em:
        return None
    return _RATINGS[bisect.bisect_right(_FLOORS, em)]


MODELS: Final = (Z_1968, Z1_1983, Z2_1995, EM_1995)
"""What of this family a policy can name."""
