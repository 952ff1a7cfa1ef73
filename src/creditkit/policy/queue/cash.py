"""Payments that are expected or in today: taken off the receivables before a release is planned."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import ItemKind, Ledger, OpenItem
from creditkit.money import Money
from creditkit.policy.figures.facts import Measure
from creditkit.policy.queue.given import Given, MoneyLike
from creditkit.policy.queue.standing import minor_of

__all__ = ["with_cash"]


def with_cash(
    given: Given, measure: Measure, cash: Mapping[str, MoneyLike] | None
) -> tuple[tuple[str, Money], ...]:
    """Take payments off the receivables, as receipts of the day; and say which."""
    path = f"{given.path}.cash"
    if cash is None:
        return ()
    if not isinstance(cash, Mapping):
        raise InvalidFact(path, "must be a mapping", cash, "write {'C-1': '50000'}")
    out = []
    for name in sorted(cash, key=str):
        where = f"{path}[{name!r}]"
        if name not in given.accounts:
            names = [holder for holder in given.accounts if holder is not None]
            raise InvalidFact(path, "must name customers with an account", name, meant(name, names))
        account = given.accounts[name]
        amount = minor_of(cash[name], measure, where)
        if amount < 0:
            raise InvalidFact(where, "must not be negative", cash[name])
        if account.ledger is None:
            rule = "must be of a customer whose ledger is known"
            raise InvalidFact(where, rule, name, "give the ledger: nothing can be taken off it")
        money = Money.from_minor(amount, measure.currency)
        ledger = _received(account.ledger, name, money, measure)
        given.accounts[name] = attrs.evolve(account, ledger=ledger)
        out.append((name, money))
    return tuple(out)


def _received(ledger: Ledger, name: str, amount: Money, measure: Measure) -> Ledger:
    """The ledger once a payment is in, not set against anything yet."""
    rows = [ledger.items.row(row) for row in range(len(ledger))]
    number, taken = "cash", {row.id for row in rows}
    while number in taken:
        number += "'"
    today = ledger.open_as_of is not None
    receipt = OpenItem(
        id=number,
        account=name,
        currency=amount.currency,
        kind=ItemKind.RECEIPT,
        amount=-amount,
        doc_date=measure.as_of,
        open_amount=-amount if today else None,
    )
    if today:
        return Ledger.of([*rows, receipt], open_as_of=ledger.open_as_of)
    return ledger.plus([receipt])
