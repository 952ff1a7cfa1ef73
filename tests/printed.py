"""A number as a source prints it: what is compared with it may be off by what print rounds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest


def printed(text: str) -> Any:
    """Equal to every number that rounds to this text: ``66.667 %`` to 0.666666, not to 0.66666.

    Half a unit of the last printed place either way. A source that cuts off instead of rounding is
    not to be read with this.
    """
    number, percent, _ = text.replace(",", "").partition(" %")
    places = len(number.partition(".")[2]) + 2 * bool(percent)
    value = Fraction(number) / (100 if percent else 1)
    return pytest.approx(float(value), rel=0, abs=(0.5 + 1e-6) * 10.0**-places)
