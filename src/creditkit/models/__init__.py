"""Scoring models: one publication family a file, and the contract that they share.

A family's file ends with ``MODELS``, what of it a policy can name; a new family adds its name to
`FAMILIES`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.models import altman as altman
    from creditkit.models import attribution as attribution
    from creditkit.models import contract as contract
    from creditkit.models import dupont as dupont
    from creditkit.models import formula as formula
    from creditkit.models import ratios as ratios
    from creditkit.models import scorecard as scorecard
    from creditkit.models.formula import FormulaModel

FAMILIES: Final = ("altman",)
"""The files of published models."""

_MODULES: Final = (*FAMILIES, *"attribution contract dupont formula ratios scorecard".split())

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *_MODULES,
    "FAMILIES",
    "published",
]


def published() -> tuple[FormulaModel, ...]:
    """Every published model that a policy can name."""
    families = [importlib.import_module(f"creditkit.models.{name}") for name in FAMILIES]
    return tuple(model for family in families for model in family.MODELS)


if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, _MODULES, beside=("FAMILIES", "published"))
