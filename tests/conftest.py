"""Hypothesis profiles: `dev` for work, `ci` wider, `versions` narrower, `explore` with new seeds.

`HYPOTHESIS_PROFILE` names one; without it, `dev`, also where `CI` is set. Under all but `explore`
(`tests/explore.py`) a test draws the same examples at every run, on every machine and in any order of
tests: no seed, no database of what failed before, no clock and nothing that happens to be loaded has a
part in them.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

DRAWN: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "derandomize": True,
    "print_blob": True,
    # a clock: what is slow hangs on what else the machine has to do
    "suppress_health_check": [HealthCheck.too_slow],
}
NEW: dict[str, Any] = {**DRAWN, "derandomize": False}

settings.register_profile("dev", max_examples=20, **DRAWN)
settings.register_profile("ci", max_examples=160, **DRAWN)
settings.register_profile("versions", max_examples=8, **DRAWN)  # once more on another Python
settings.register_profile("explore", max_examples=int(os.environ.get("EXAMPLES") or 100), **NEW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "dev")


def keep_to_what_is_written() -> None:
    """Draw no literals of the code under test, unless exploring.

    Hypothesis mixes in the numbers and words of the modules that are loaded by then and whose path has
    neither `site-packages` nor `test` in it: other examples in another checkout, with an installed
    wheel, and after other tests. There is no setting for it; `test_profiles.py` tells if this fails.
    """
    providers._get_local_constants = lambda: providers._local_constants


if settings.default.derandomize:
    keep_to_what_is_written()
