"""Notes: what a reader should know of data that was taken in, as sentences that say what to do.

>>> note = Note(code="item.no_amount", count=3, ids=("7", "12", "15"), value="1,000.00")
>>> print(note)
amount must be known, and exact money (got '1,000.00'), in 3 rows: 7, 12, 15; write 1234.50 ...
>>> print(note.explain("zh"))
amount 须为已知的准确金额（实际 '1,000.00'），共 3 行：7、12、15；请写作 1234.50...
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import attrs

from creditkit._plain import WHERE_GIVEN, Record
from creditkit.errors import shown
from creditkit.languages import AnyLanguage, Text, texts

__all__ = ["FRAME", "INFORMS", "NOTES", "REMEDIES", "Note"]

_RULES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "item.no_id": (
        "id must be given",
        "id 必须提供",
        "give each document its number, or leave the column out: rows are then numbered",
        "请给出单据编号，或省略此列（按行号编号）",
    ),
    "item.no_account": (
        "account must be given",
        "account 必须提供",
        "say whose document it is",
        "请注明单据属于哪个客户",
    ),
    "item.unknown_currency": (
        "currency must be an ISO 4217 code",
        "currency 须为 ISO 4217 币种代码",
        "write three capital letters, such as CNY",
        "请写三个大写字母，如 CNY",
    ),
    "item.unknown_kind": (
        "kind must be a kind of document",
        "kind 须为已知的单据种类",
        "write invoice, receipt, credit_note or another of the kinds of documents",
        "请写 invoice、receipt、credit_note 等单据种类",
    ),
    "item.no_amount": (
        "amount must be known, and exact money",
        "amount 须为已知的准确金额",
        "write 1234.50 without separators, with no more decimals than its currency has",
        "请写作 1234.50，不加千位分隔符，小数位不超过币种规定",
    ),
    "item.wrong_sign": (
        "amount must have the sign of its kind",
        "amount 的正负号须与单据种类相符",
        "what the customer owes is above zero, credits and cash are below",
        "客户所欠为正，贷项与收款为负",
    ),
    "item.no_doc_date": (
        "doc_date must be a known date",
        "doc_date 须为已知日期",
        "write 2026-11-21",
        "请写作 2026-11-21",
    ),
    "item.bad_date": (
        "due_date, delivery_date, acceptance_date and posting_date must be dates of the years 1 to 9999",
        "due_date、delivery_date、acceptance_date、posting_date 须为公元 1 至 9999 年的日期",
        "write 2026-11-21, or leave it empty where it is not known",
        "请写作 2026-11-21，未知则留空",
    ),
    "item.bad_disputed": (
        "disputed must be exact money, or empty",
        "disputed 须为准确金额或留空",
        "write the amount in dispute as 1234.50, or leave it empty where there is none",
        "请将争议金额写作 1234.50，无争议则留空",
    ),
    "item.negative_disputed": (
        "disputed must not be below zero",
        "disputed 不得为负",
        "write the part of the document that is in dispute",
        "请写单据中有争议的部分",
    ),
    "item.no_open_amount": (
        "open_amount must be known, as the ledger has open_as_of",
        "账本有 open_as_of，open_amount 须已知",
        "write what is open as 1234.50",
        "请将未结金额写作 1234.50",
    ),
    "item.duplicate_id": (
        "id must not repeat among documents of one kind",
        "同种单据的 id 不得重复",
        "find out which row is right; put the company in front where two number alike",
        "请查明哪一行正确；若两家公司编号相同，请在编号前加公司代码",
    ),
    "item.returned_from_nothing": (
        "a returned payment must be set against the payment that came back",
        "退回的付款须与原收款核销",
        "add an allocation from the receipt to the returned payment",
        "请增加一条由原收款到退回付款的核销",
    ),
    "allocation.no_amount": (
        "amount of an allocation must be known, and not below zero",
        "核销的 amount 须已知且不为负",
        "write 1234.50 without separators",
        "请写作 1234.50，不加千位分隔符",
    ),
    "allocation.bad_source_amount": (
        "source_amount must be exact money of source_currency, and equal to amount in one currency",
        "source_amount 须为 source_currency 的准确金额；同一币种时应等于 amount",
        "write what the source gives, or leave both empty where the currency is one",
        "请写收款方付出的金额；同一币种时请将两列留空",
    ),
    "allocation.no_source_amount": (
        "source_amount must be given where the source is in another currency",
        "来源为其他币种时须给出 source_amount",
        "write what the source gives, and its currency as source_currency",
        "请写来源付出的金额及其币种 source_currency",
    ),
    "allocation.other_currency": (
        "currency of an allocation must be that of its target, source_currency that of its source",
        "核销的 currency 须与目标单据一致，source_currency 须与来源单据一致",
        "write the amount in the currency of the document that is paid",
        "请以被付单据的币种书写金额",
    ),
    "allocation.wrong_way": (
        "an allocation must go from a credit or a receipt to what is owed",
        "核销须由贷项或收款指向欠款",
        "exchange source and target",
        "请将 source 与 target 对调",
    ),
    "allocation.unclear": (
        "an allocation must name one document, and several kinds have this number",
        "核销须指明一张单据，而多种单据使用此编号",
        "write source_kind and target_kind",
        "请写明 source_kind 与 target_kind",
    ),
    "allocation.bad_kind": (
        "source_kind and target_kind must be kinds of documents",
        "source_kind 与 target_kind 须为单据种类",
        "write receipt, invoice or another of the kinds of documents",
        "请写 receipt、invoice 等单据种类",
    ),
    "allocation.bad_date": (
        "on, undone_on and unmatched_on must be dates of the years 1 to 9999",
        "on、undone_on、unmatched_on 须为公元 1 至 9999 年的日期",
        "write 2026-11-21, or leave it empty where it is not known",
        "请写作 2026-11-21，未知则留空",
    ),
    "allocation.to_nothing": (
        "target must be a document of the ledger that can be read",
        "target 须为账本中可读取的单据",
        "add the document; until then the allocation moves nothing",
        "请补充该单据；在此之前该核销不起作用",
    ),
    "allocation.from_nothing": (
        "source must be a document of the ledger that can be read",
        "source 须为账本中可读取的单据",
        "add the receipt, or leave source empty; until then the allocation moves nothing",
        "请补充该收款，或将 source 留空；在此之前该核销不起作用",
    ),
    "month.no_account": (
        "account must be given",
        "account 必须提供",
        "say whose month it is",
        "请注明属于哪个客户",
    ),
    "month.no_month_end": (
        "month_end must be a known date",
        "month_end 须为已知日期",
        "write the last day of the month, such as 2026-10-31",
        "请写该月最后一天，如 2026-10-31",
    ),
    "month.not_month_end": (
        "month_end must be the last day of a month",
        "month_end 须为月末日",
        "write the last day of the month, such as 2026-10-31",
        "请写该月最后一天，如 2026-10-31",
    ),
    "month.repeated": (
        "a month of an account must not repeat",
        "同一客户的月份不得重复",
        "keep the row that is right",
        "请保留正确的一行",
    ),
}

_INFORMS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "item.no_due_date": (
        "due_date is not known",
        "due_date 未知",
        "the document ages from its doc_date",
        "该单据自 doc_date 起计算账龄",
    ),
    "item.no_bill_date": (
        "due_date of a bill is not known",
        "票据的 due_date 未知",
        "the bill has not paid until it is; give the day on which it falls due",
        "在此之前视为未付款；请填写票据到期日",
    ),
    "item.due_before_doc": (
        "due_date is before doc_date",
        "due_date 早于 doc_date",
        "look which of the two dates is wrong",
        "请检查两个日期哪个有误",
    ),
    "item.due_far": (
        "due_date is more than ten years after doc_date",
        "due_date 晚于 doc_date 十年以上",
        "look for a slip in the year; until then nothing of it is overdue",
        "请检查年份是否有误；在此之前不会逾期",
    ),
    "item.disputed_exceeds": (
        "more is in dispute than the document amounts to",
        "争议金额超过单据金额",
        "give the part of the document that is in dispute",
        "请填写该单据中有争议的部分",
    ),
    "item.counted_twice": (
        "the document and its instalments are both in the ledger",
        "单据与其分期款同时在账本中",
        "both count; leave out the document",
        "两者都会计入；请去掉该单据",
    ),
    "item.no_posting_date": (
        "posting_date is not known",
        "posting_date 未知",
        "the document ages from its doc_date",
        "该单据自 doc_date 起计算账龄",
    ),
    "item.no_delivery_date": (
        "delivery_date is not known",
        "delivery_date 未知",
        "the document ages from its doc_date",
        "该单据自 doc_date 起计算账龄",
    ),
    "item.no_acceptance_date": (
        "acceptance_date is not known",
        "acceptance_date 未知",
        "the document ages from its doc_date",
        "该单据自 doc_date 起计算账龄",
    ),
    "item.no_rate": (
        "currency has no rate",
        "币种缺少汇率",
        "give it in rates; what the account owes is not known without it",
        "请在 rates 中给出；缺少汇率则该客户欠款未知",
    ),
    "item.out_of_range": (
        "amount is too large to be added up in 64 bits",
        "金额过大，64 位整数无法合计",
        "look at the decimals of the export",
        "请检查导出数据的小数位",
    ),
    "allocation.of_nothing": (
        "amount of an allocation is zero",
        "核销金额为零",
        "it moves nothing",
        "不起作用",
    ),
    "allocation.across_accounts": (
        "source and target are of different accounts",
        "source 与 target 属于不同客户",
        "one customer's money pays another's document; look whether that is meant",
        "一客户的款项支付另一客户的单据，请确认是否有意为之",
    ),
    "allocation.exceeds_source": (
        "more is allocated from the document than it has",
        "自该单据核销的总额超过其金额",
        "look whether an allocation is doubled; what is too much is owed, and what it paid is not known",
        "请检查核销是否重复；超出部分视为欠款，其所付单据视为未知",
    ),
    "allocation.ends_first": (
        "an allocation ends before it begins",
        "核销的结束日早于开始日",
        "it never counts; look at undone_on or unmatched_on",
        "不起作用；请检查 undone_on 或 unmatched_on",
    ),
    "allocation.exceeds_item": (
        "more is allocated than the document amounts to",
        "核销总额超过单据金额",
        "look whether a payment is doubled; what is too much is free cash",
        "请检查付款是否重复；超出部分视为未核销收款",
    ),
    "ledger.no_customer": (
        "account is that of no customer",
        "account 不属于任何客户",
        "look for a slip in its id",
        "请检查客户编号是否有误",
    ),
}

_EVERY: Final = {**_RULES, **_INFORMS}

NOTES: Final[Mapping[str, Text]] = texts(
    "note", {code: (en, zh) for code, (en, zh, _, _) in _EVERY.items()}
)
"""What each code says: what must hold of a row, or what holds of it."""

REMEDIES: Final[Mapping[str, Text]] = texts(
    "remedy", {code: (en, zh) for code, (_, _, en, zh) in _EVERY.items()}
)
"""What to do about it."""

INFORMS: Final = frozenset(_INFORMS)
"""The codes that set no row aside."""

FRAME: Final = texts(
    "notes",
    {
        "one": (
            "{rule}[ (got {value})], in {count} row: {ids}; {remedy}",
            "{rule}[（实际 {value}）]，共 {count} 行：{ids}；{remedy}",
        ),
        "many": (
            "{rule}[ (got {value})], in {count} rows: {ids}; {remedy}",
            "{rule}[（实际 {value}）]，共 {count} 行：{ids}；{remedy}",
        ),
        "comma": (", ", "、"),
        "more": (" ...", "等"),
        "none": ("without an id", "无编号"),
    },
)


@attrs.frozen(kw_only=True)
class Note(Record):
    """What a reader should know of the data: a code, how many rows, and the first few ids.

    ``value`` is what came in the first of them, where it could not be read. `explain` is the sentence.
    """

    schema: ClassVar[str] = "creditkit.note/1"

    code: str
    count: int
    ids: tuple[str, ...] = ()
    value: str | None = attrs.field(default=None, eq=False, repr=False, metadata=WHERE_GIVEN)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The note as a sentence: which column, what must hold, what came, in which rows, what to do."""
        if self.code not in NOTES:
            return f"{self.code}: {self.count}"
        names = FRAME["comma"].in_(language).join(self.ids) or FRAME["none"].in_(language)
        if self.ids and self.count > len(self.ids):
            names += FRAME["more"].in_(language)
        return FRAME["one" if self.count == 1 else "many"].filled(
            language,
            rule=NOTES[self.code].in_(language),
            value=None if self.value is None else shown(self.value),
            count=self.count,
            ids=names,
            remedy=REMEDIES[self.code].in_(language),
        )

    def __str__(self) -> str:
        return self.explain()
