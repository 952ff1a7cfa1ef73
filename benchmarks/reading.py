"""A ledger from an Arrow table: what it takes beside the mere reading of its columns.

The table is as an export has it: document numbers and customers as text, exact decimals, dates. Its
columns are read as numpy has them: text as objects, decimals as whole numbers, dates as days.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ageing import TODAY
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed, peer


def contests(small: bool) -> list[Contest]:
    """One and ten million items; small: twenty thousand."""
    if not (installed("pyarrow") and installed("narwhals")):
        return []
    return [contest(items) for items in ([20_000] if small else [1_000_000, 10_000_000])]


def contest(items: int) -> Contest:
    """Both on the same table of invoices, ten a customer."""
    from creditkit import frames

    pa, pc = peer("pyarrow"), peer("pyarrow.compute")
    rng = np.random.default_rng(items)
    account = rng.integers(0, max(1, items // 10), items)
    due = np.datetime64(TODAY) - rng.integers(-60, 400, items).astype("timedelta64[D]")
    amount = rng.integers(1, 10_000_000, items)
    digits = np.stack([amount, np.zeros_like(amount)], axis=1)
    decimals = pa.Array.from_buffers(
        pa.decimal128(18, 2), items, [None, pa.py_buffer(np.ascontiguousarray(digits))]
    )
    table = pa.table(
        {
            "id": pc.binary_join_element_wise(
                "INV-", pa.array(np.arange(items)).cast(pa.string()), ""
            ),
            "account": pc.binary_join_element_wise("C-", pa.array(account).cast(pa.string()), ""),
            "amount": decimals,
            "doc_date": due - np.timedelta64(30, "D"),
            "due_date": due,
        }
    )
    constants = {"currency": "CNY", "kind": "invoice"}

    def read() -> Any:
        out = {name: table[name].to_numpy() for name in ("id", "account", "doc_date", "due_date")}
        whole = np.frombuffer(table["amount"].chunk(0).buffers()[1], dtype=np.int64)[::2]
        return {**out, "amount": whole.copy()}

    def same(answers: dict[str, Any]) -> None:
        book, columns = answers["creditkit"].items, answers["its columns"]
        assert len(book) == items
        for name in ("amount", "doc_date", "due_date"):
            assert np.array_equal(book[name].values, columns[name].astype(book[name].values.dtype))
        for row in range(0, items, max(1, items // 100)):
            item = book.row(row)
            assert (item.id, item.account) == (columns["id"][row], columns["account"][row])

    return Contest(
        name="a ledger from Arrow",
        size=f"{items / 1e6:g} M items, {items // 10:,} customers",
        entrants=[
            Entrant(
                name="creditkit",
                run=lambda: frames.ledger(table, constants=constants),
                ours=True,
                against="its columns",
                at_most=3,
            ),
            Entrant(name="its columns", run=read),
        ],
        same=same,
        floor=items * (11 + 9 + 16 + 8 + 8),
        rows=items,
    )
