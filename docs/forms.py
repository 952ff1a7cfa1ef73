"""The forms of terms of payment that are read, for the tables of the manual.

What a form prints is worked out; its meaning is written here, in English and Chinese. The tests read the
tables and find a phrase of the reader that has no row.
"""

from __future__ import annotations

from api import table

import creditkit as ck
from creditkit.facts.terms import AmbiguousTerms

FORMS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    # texts of the same terms, what they mean
    (
        (
            "net 30",
            "n/30",
            "30 days net",
            "within 30 days of invoice",
            "within thirty (30) days of invoice",
            "账期30天",
            "帐期三十天",
            "开票后30天",
        ),
        "30 days from the invoice's date, itself not counted",
        "自开票日起 30 天，开票当日不计",
    ),
    (
        (
            "net 0",
            "开票即付",
        ),
        "on the invoice's date",
        "开票当日",
    ),
    (
        (
            "net 2 months",
            "账期两个月",
        ),
        "the same day two months on, the last of a shorter month",
        "两个月后的同一日，该月较短时为月末",
    ),
    (
        (
            "2/10 net 30",
            "2% 10 days, net 30",
            "2 10 net 30",
            "10天内付款减2%，30天账期",
        ),
        "2 % off if paid within 10 days of the invoice",
        "10 天内付款减 2%",
    ),
    (
        (
            "2% until EOM, EOM+30",
            "当月月末前付款减2%，月结30天(月末起)",
        ),
        "a discount until a day of the month",
        "折扣截至某一日",
    ),
    (
        ("2% 10th prox net 25th",),
        "2 % off until the 10th of next month, due on its 25th",
        "次月 10 日前付款减 2%，次月 25 日到期",
    ),
    (
        (
            "30 days after delivery",
            "net 30 ROG",
            "货到30天",
            "收货后30日内付款",
        ),
        "30 days from the receipt of the goods",
        "自收货起 30 天",
    ),
    (
        (
            "30 days after dispatch",
            "发货后三十天",
        ),
        "30 days from dispatch",
        "自发货起 30 天",
    ),
    (
        (
            "30 days after acceptance",
            "验收合格后30天",
        ),
        "30 days from acceptance",
        "自验收起 30 天",
    ),
    (
        (
            "12 months after acceptance",
            "验收后一年",
        ),
        "a year from acceptance",
        "自验收起一年",
    ),
    (
        (
            "30 days after receipt of invoice",
            "票到30天",
            "收到发票后30日内",
        ),
        "30 days from the receipt of the invoice",
        "自收到发票起 30 天",
    ),
    (
        (
            "30 days after order",
            "合同签订后30天内付款",
        ),
        "30 days from the order or the signing of the contract",
        "自下单或签约起 30 天",
    ),
    (
        (
            "net 30 working days",
            "30个工作日账期",
            "开票后30个工作日",
        ),
        "the 30th working day after the invoice's date, by a calendar",
        "开票后第 30 个工作日，按工作日历",
    ),
    (
        (
            "30 working days after acceptance",
            "验收合格后30个工作日",
        ),
        "the same from acceptance",
        "自验收起，同上",
    ),
    (
        (
            "EOM",
            "net EOM",
            "当月月末",
            "月底付款",
        ),
        "the end of the invoice's month",
        "开票当月月末",
    ),
    (
        (
            "EOM+45",
            "45 days after end of month",
            "月结45天(月末起)",
        ),
        "45 days after the end of the invoice's month",
        "开票当月月末起 45 天",
    ),
    (("月结30天(次月1日起)",), "30 days after the 1st of the next month", "次月 1 日起 30 天"),
    (("月结30天(开票日起)",), "30 days from the invoice's date", "自开票日起 30 天"),
    (
        (
            "end of next month",
            "net monthly account",
            "end of month following",
            "次月底付款",
        ),
        "the end of the month after the invoice's",
        "开票次月月末",
    ),
    (
        (
            "end of month +2",
            "2个月后月末",
        ),
        "the end of the second month after",
        "两个月后的月末",
    ),
    (
        (
            "10th of next month",
            "net 10th prox",
            "net 10 prox",
            "10 MFI",
            "次月10日",
            "下月10号付款",
        ),
        "the 10th of the month after the invoice's",
        "开票次月 10 日",
    ),
    (
        (
            "10th of month +2",
            "10th 2nd prox",
            "2个月后10日",
        ),
        "the 10th of the second month after",
        "两个月后的 10 日",
    ),
    (
        (
            "10th of next month, cut-off 25",
            "25日对账，次月10日付款",
        ),
        "invoices after the 25th count as the next month's",
        "25 日之后的发票计入次月",
    ),
    (
        (
            "statement 25 + 30 days",
            "statement 25, net 30",
            "25日对账后30天",
        ),
        "30 days from the statement of the 25th",
        "自 25 日对账起 30 天",
    ),
    (
        (
            "next 10th",
            "下一个10日",
        ),
        "the first 10th on or after the invoice's date",
        "开票日起第一个 10 日",
    ),
    (
        (
            "EOM after delivery",
            "货到后当月月末",
        ),
        "phrases about months may follow any date",
        "按月的说法可接在任一日期之后",
    ),
    (
        (
            "statement 25 + 30 days, following working day",
            "25日对账后30天，遇休息日顺延",
        ),
        "on to a working day; `preceding` goes back, `modified following` stays in the month",
        "顺延至工作日；“提前”为往前，“顺延不跨月”为不跨月",
    ),
    (
        (
            "prepaid",
            "CIA",
            "PIA",
            "payment in advance",
            "款到发货",
            "全款预付",
        ),
        "all of it before the goods leave",
        "发货前付清全款",
    ),
    (
        (
            "30% prepaid, 70% before dispatch",
            "30%预付，70%发货前付清",
            "预付30%，发货前付70%",
            "三成预付，七成款到发货",
        ),
        "in advance, and before the goods leave",
        "先付定额，其余发货前付清",
    ),
    (
        (
            "on order",
            "CWO",
            "with order",
            "down payment",
            "定金",
            "签约付款",
        ),
        "with the order, at the signing",
        "下单或签约时",
    ),
    (
        (
            "on dispatch",
            "发货付款",
        ),
        "when the goods leave",
        "发货时",
    ),
    (
        (
            "on delivery",
            "COD",
            "cash on delivery",
            "货到付款",
            "到货款",
        ),
        "when the goods arrive",
        "到货时",
    ),
    (
        (
            "on acceptance",
            "验收付款",
            "验收款",
        ),
        "at acceptance",
        "验收时",
    ),
    (
        (
            "on receipt of invoice",
            "due on receipt",
            "票到付款",
        ),
        "when the invoice is received",
        "收到发票时",
    ),
    (
        (
            "50% prepaid, 50% on delivery",
            "50% advance 50% on delivery",
            "50%预付50%货到付款",
        ),
        "instalments by share",
        "按比例分期",
    ),
    (
        (
            "50% in advance, balance on delivery",
            "50%预付，余款货到付款",
        ),
        "`rest`, `balance`, `remainder`: what is left",
        "余款：剩余的全部",
    ),
    (
        (
            "30% prepaid, 50% of the rest net 30, rest net 60",
            "30%预付，余款的50% 30天账期，余款60天账期",
        ),
        "a share of what is left",
        "剩余部分的比例",
    ),
    (
        (
            "1/3 on order, 1/3 on delivery, 1/3 net 30",
            "三分之一定金，三分之一货到付款，三分之一30天账期",
        ),
        "fractions that add up to the whole are shares",
        "相加为一的分数是比例",
    ),
    (("net 30/60/90",), "three equal instalments", "三期等额"),
    (
        (
            "5000 CNY with order, rest net 30",
            "5000 CNY 下单付款，余款30天账期",
        ),
        "a fixed amount",
        "固定金额",
    ),
    (
        (
            "95% net 30, 5% retention 12 months after acceptance",
            "95% 30天账期，质保金5%验收后一年付清",
        ),
        "a retention, with the date that it counts from",
        "质保金，写明起算日",
    ),
    (
        (
            '20% on "Design approved", rest on acceptance',
            '20% "Design approved"付款，余款验收付款',
        ),
        "a milestone of the contract, in quotes",
        "合同里程碑，加引号",
    ),
    (
        (
            '30 days after "Go-live"',
            '"Go-live"后30天',
        ),
        "days from a milestone",
        "自里程碑起的天数",
    ),
    (
        (
            "from delivery: 30 days then month end then 2 months",
            "自货到起：30天再月末再2个月",
        ),
        "step by step, what has no phrase of its own",
        "无固定说法的逐步写明",
    ),
)
"""Texts that are read."""

SEVERAL: tuple[str, ...] = (
    "30 days",
    "within 14 days",
    "open account 30 days",
    "30天",
    "30 working days",
    "10个工作日",
    "3 months",
    "半年",
    "30 days after receipt",
    "30 days end of month",
    "net EOM 45",
    "30 days EOM on the 10th",
    "45 prox",
    "MFI",
    "2/10 EOM, n/60",
    "2/10 EOM",
    "2/10 n/30 EOM",
    "2/10 prox net 30",
    "30% deposit, 70% on delivery",
    "30% 首付，70% 货到付款",
    "95% net 30, 5% retention",
    "95% net 30, 5% retention 12 months",
    "货到付90%，质保金10%",
    "货到付90%，10%质保金一年后付",
    "货到付90%，质保期满后付10%",
    "30%预付，70%发货款",
    "月结",
    "月结三十天",
    "当月结",
    "当月结30天",
    "次月结",
    "次月结60天",
    "每月10日付款",
    "见票即付",
    "现结",
    "immediate",
    "cash",
    "3-6-1",
)
"""Texts that houses read differently."""


def forms(language: str) -> str:
    """The texts of terms that are read, what they print and what they mean."""
    head = {
        "en": ("you write", "it prints", "in Chinese", "it is due"),
        "zh": ("写法", "英文", "中文", "何时到期"),
    }[language]
    rows = []
    for texts, en, zh in FORMS:
        terms = ck.PaymentTerms.parse(texts[0])
        written = ", ".join(f"`{text}`" for text in texts)
        rows.append(
            (written, f"`{terms.text()}`", f"`{terms.text('zh')}`", zh if language == "zh" else en)
        )
    return table(head, rows)


def readings(language: str) -> str:
    """The texts that are refused, each with the texts to choose from."""
    head = {"en": ("you write", "it may be"), "zh": ("写法", "可选的理解")}[language]
    rows = []
    for text in SEVERAL:
        try:
            ck.PaymentTerms.parse(text)
        except AmbiguousTerms as error:
            rows.append((f"`{text}`", " / ".join(f"`{one}`" for one in error.readings)))
    return table(head, rows)
