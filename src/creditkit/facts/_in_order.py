"""A ledger's rows in the order of what they say: so one ledger has one digest, however it was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit.facts.open_items import Ids
from creditkit.money import Money, plain_amount

__all__ = ["least_ids", "plain_in_order"]

_MOST_IDS: Final = 10


def least_ids(ids: Ids, mask: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """The first few ids of some rows, shorter ones first, in whatever order the rows lie."""
    chosen = ids.values[mask & ids.known]
    if chosen.dtype.kind != "U":
        chosen = _least(chosen).astype(np.str_)
    elif len(chosen) > _MOST_IDS:
        size = np.char.str_len(chosen)
        longest = _least(size)[-1]
        short, long = chosen[size < longest], chosen[size == longest]
        chosen = np.concatenate([short, _least(long)])
    texts = {str(one) for one in chosen.tolist()}
    return tuple(sorted(texts, key=lambda text: (len(text), text))[:_MOST_IDS])


def _least(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    least = np.partition(values, _MOST_IDS - 1) if len(values) > _MOST_IDS else values
    return np.sort(least[:_MOST_IDS])


def plain_in_order(kind: type, rows: Any) -> dict[str, list[Any]]:
    """Records or a table as plain columns by name."""
    if not len(rows):
        return {}
    out: dict[str, list[Any]] = {}
    if isinstance(rows, list):
        for attribute in attrs.fields(kind):
            plain = [_plain_value(getattr(record, attribute.name)) for record in rows]
            if attribute.default is attrs.NOTHING or any(value is not None for value in plain):
                out[attribute.name] = plain
    else:
        out = rows.plain_columns()
    order = sorted(range(len(rows)), key=_order_of(list(out.values())))
    return {name: [column[row] for row in order] for name, column in out.items()}


def _order_of(columns: list[list[Any]]) -> Callable[[int], Any]:
    """The key by which rows are in order: id first, then all they say; not known comes first."""

    def key(row: int) -> list[tuple[int, str]]:
        cells = (column[row] for column in columns)
        return [(0, "") if cell is None else (1, str(cell)) for cell in cells]

    return key


def _plain_value(value: Any) -> Any:
    if isinstance(value, Money):
        return plain_amount(value.minor, value.currency)
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)
