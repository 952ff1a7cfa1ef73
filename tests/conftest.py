"""Hypothesis profiles: `dev`, quick, and `ci`, wider and the same at every run.

`HYPOTHESIS_PROFILE` names one; without it, `CI` chooses.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=120, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)
