"""Kinds of documents in a receivables ledger, and what each of them touches: one table for all.

Whatever adds up a ledger reads its kinds here: which way an amount goes, whether it stands in the
balance, whether it falls due, whether it is a sale, and what it says of how a customer pays. The page
*Kinds of documents* of the manual is made from the same table.

>>> ItemKind("refund").part
Part(sign=1, balance=True, overdue=False, sale=False, habit=<Habit.NONE: 'none'>)
>>> [kind.value for kind in ItemKind if kind.part.sale]
['invoice', 'credit_note', 'debit_note', 'instalment', 'retention']
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from creditkit._given import one_of
from creditkit.languages import Text, texts

__all__ = ["KINDS", "MEANINGS", "PARTS", "WORDS", "Habit", "ItemKind", "Part", "kind_in"]


class Habit(enum.Enum):
    """What a kind says of how a customer pays."""

    TO_PAY = "to_pay"
    """What was to be paid: it is weighed by its amount less what was credited."""

    CASH = "cash"
    """A payment: the last that was needed dates the settlement."""

    BILL = "bill"
    """A payment by bill: one on the day on which the bill falls due."""

    CREDIT = "credit"
    """What takes away of what was to be paid: it weighs less, and is dated by nothing."""

    LOSS = "loss"
    """What ends a claim without a payment: the customer did not pay."""

    NONE = "none"
    """Nothing."""


class Part(NamedTuple):
    """What a kind of document touches.

    ``sign`` is 1 where the customer owes its amount, -1 where the amount is the customer's, 0 where it
    may be either. ``balance``: whether what is open of it is owed or owing to anybody. ``overdue``:
    whether what is open of it falls due; a credit never does. ``sale``: whether it is one, or takes
    one back. ``habit``: what it says of how the customer pays.
    """

    sign: int
    balance: bool
    overdue: bool
    sale: bool
    habit: Habit


class ItemKind(enum.Enum):
    """What sort of document an item is.

    ``part`` is what documents of the kind touch; ``sign`` is 1 for what the customer owes, -1 for what
    we owe or have received, 0 for either.
    """

    part: Part
    sign: int

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    DEBIT_NOTE = "debit_note"
    INSTALMENT = "instalment"
    RETENTION = "retention"
    REFUND = "refund"
    RETURNED_PAYMENT = "returned_payment"
    WRITE_OFF = "write_off"
    RECOVERY = "recovery"
    BILL_RECEIVABLE = "bill_receivable"
    OPENING_BALANCE = "opening_balance"
    EXCHANGE_DIFFERENCE = "exchange_difference"


PARTS: Final[Mapping[ItemKind, Part]] = MappingProxyType(
    {
        #                                  sign balance overdue sale  habit
        ItemKind.INVOICE: Part(1, True, True, True, Habit.TO_PAY),
        ItemKind.DEBIT_NOTE: Part(1, True, True, True, Habit.TO_PAY),
        ItemKind.INSTALMENT: Part(1, True, True, True, Habit.TO_PAY),
        ItemKind.RETENTION: Part(1, True, True, True, Habit.TO_PAY),
        ItemKind.CREDIT_NOTE: Part(-1, True, False, True, Habit.CREDIT),
        ItemKind.RECEIPT: Part(-1, True, False, False, Habit.CASH),
        ItemKind.BILL_RECEIVABLE: Part(-1, True, False, False, Habit.BILL),
        ItemKind.RETURNED_PAYMENT: Part(1, True, True, False, Habit.NONE),
        ItemKind.REFUND: Part(1, True, False, False, Habit.NONE),
        ItemKind.WRITE_OFF: Part(-1, True, False, False, Habit.LOSS),
        ItemKind.RECOVERY: Part(1, True, False, False, Habit.NONE),
        ItemKind.OPENING_BALANCE: Part(0, True, True, False, Habit.CASH),
        ItemKind.EXCHANGE_DIFFERENCE: Part(0, False, False, False, Habit.CREDIT),
    }
)
"""The table. A habit of payment is that of what is set against a debt: an opening balance in credit
pays, one that is owed is in no habit."""

# On the member: it is asked for each item, and hashing takes time
for _kind, _part in PARTS.items():
    _kind.part, _kind.sign = _part, _part.sign


def kind_in(value: ItemKind | str, path: str = "kind") -> ItemKind:
    """A kind, or the word for one."""
    if not isinstance(value, ItemKind):
        one_of(value, tuple(kind.value for kind in ItemKind), path)
    return ItemKind(value)


KINDS: Final = tuple(ItemKind)
"""The order in which columns number the kinds."""

MEANINGS: Final[Mapping[str, Text]] = texts(
    "kind",
    {
        "invoice": (
            "goods or services billed, tax included",
            "开具的发票（含税）",
        ),
        "debit_note": (
            "a charge added to what was billed: a price that was too low, freight, interest",
            "补开的应收款：价差、运费、利息等",
        ),
        "instalment": (
            "one instalment of a document, an item of its own with its own due date",
            "单据的一期分期款，单独成项，各有到期日",
        ),
        "retention": (
            "the part of a price that is held back, due on its own date",
            "质保金，按其自身到期日到期",
        ),
        "credit_note": (
            "what we took off what was billed: returned goods, a discount, a bonus",
            "红字发票或贷项通知：退货、折扣、返利",
        ),
        "receipt": (
            "money that came in, for an invoice or in advance",
            "收款，含预收款",
        ),
        "bill_receivable": (
            "a bill of exchange taken in payment; its due date is the day on which it is met",
            "收到的票据；其到期日即兑付日",
        ),
        "returned_payment": (
            "a payment that came back (a bounced cheque, a recalled debit), set against that payment",
            "付款被退回（退票、撤销扣款），与原收款相互核销",
        ),
        "refund": (
            "money sent back to the customer out of a credit of theirs",
            "从客户贷方余额中退还客户的款项",
        ),
        "write_off": (
            "a claim given up as lost, set against the debt",
            "坏账核销，与该笔欠款相互核销",
        ),
        "recovery": (
            "a claim that was written off and is collected after all; the money is set against it",
            "核销后收回的坏账；收到的款项与之核销",
        ),
        "opening_balance": (
            "a balance brought forward without its documents, owed (above zero) or in credit",
            "未附单据的期初余额：欠款为正，贷方为负",
        ),
        "exchange_difference": (
            "what a turn of the exchange rate leaves of a document: a remainder that nobody owes",
            "汇率变动留下的差额，不属于任何一方的债务",
        ),
    },
)
"""What each kind is."""

WORDS: Final[Mapping[str, Text]] = texts(
    "kinds",
    {
        "kind": ("kind", "种类"),
        "meaning": ("what it is", "含义"),
        "sign": ("amount", "金额"),
        "balance": ("balance", "余额"),
        "overdue": ("overdue", "逾期"),
        "sale": ("sales", "销售额"),
        "habit": ("habits of payment", "付款习惯"),
        "plus": ("+", "+"),
        "minus": ("-", "-"),
        "either": ("+ or -", "+ 或 -"),
        "due": ("when due", "到期后"),
        "sets_off": (
            "reduces what it is set against, else the oldest",
            "冲减所核销的单据，否则冲减最早的",
        ),
        "never": ("never", "从不"),
        "nobody": ("nobody's debt", "不属任何一方"),
        "to_pay": ("to be paid, less what was credited", "应付金额（减贷项）"),
        "cash": ("settles, on its own date", "结清，以其日期为准"),
        "bill": ("settles, when the bill is met", "票据兑付时结清"),
        "credit": ("reduces what was to be paid", "减少应付金额"),
        "loss": ("the customer did not pay", "客户未付款"),
        "none": ("none", "无"),
        "in_credit": ("in credit it settles; owed, none", "贷方余额视为付款；欠款无"),
    },
)
"""The words of the table in the manual."""
