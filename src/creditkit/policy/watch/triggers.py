"""The thresholds of an indicator, and which of them a column of values reaches.

A threshold is inclusive and read by the figure's better side: what is better low alerts at or above it,
what is better high at or below it. Exact quantities are compared exactly, floats with the nearest
float64 of the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from creditkit.figures import Figure, FigureKind
from creditkit.money import LARGEST
from creditkit.policy.sections.monitoring import Indicator
from creditkit.policy.watch.alert import SEVERITIES, Severity

__all__ = ["Trigger", "trigger_of"]


@attrs.frozen(kw_only=True)
class Trigger:
    """The thresholds of an indicator as they are compared; ``below``: alerts at or below them."""

    below: bool
    bounds: Mapping[Severity, int | float]

    def severities(self, values: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
        """The code of the most severe threshold that each value reaches, -1 where none."""
        out = np.full(len(values), -1, dtype=np.int8)
        for severity in SEVERITIES:
            if severity in self.bounds:
                bound = self.bounds[severity]
                out[values <= bound if self.below else values >= bound] = severity.code
        return out


def trigger_of(indicator: Indicator, figure: Figure, digits: int) -> Trigger:
    """An indicator's thresholds in the numbers of its figure; those past 64 bits are left out."""
    below = figure.better == "high"
    bounds: dict[Severity, int | float] = {}
    for severity in SEVERITIES:
        threshold = getattr(indicator, severity.value)
        if threshold is None:
            continue
        if not indicator.kind.exact:
            bounds[severity] = float(threshold)
            continue
        scaled = threshold * (10**digits if indicator.kind is FigureKind.MONEY else 1)
        bound = floor(scaled) if below else ceil(scaled)
        if (bound >= -LARGEST) if below else (bound <= LARGEST):
            bounds[severity] = max(-LARGEST, min(bound, LARGEST))
    return Trigger(below=below, bounds=bounds)
