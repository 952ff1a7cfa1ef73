"""Watching customers month by month: the indicators of early warning, for one and for many."""

from creditkit.watch import indicators
from creditkit.watch.indicators import dso_rise, grade_fall, utilisation

__all__ = ["dso_rise", "grade_fall", "indicators", "utilisation"]
