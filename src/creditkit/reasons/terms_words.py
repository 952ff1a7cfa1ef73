"""The words of phrases that say when, as patterns: base dates, lengths, what an instalment is called."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ANY_BASE",
    "DAYS",
    "DAY_ZH",
    "END",
    "IN",
    "LABELS",
    "LEAVE",
    "MONTHS_LONG",
    "NAMES",
    "NEXT",
    "PAID",
    "RETAINED",
    "SINCE",
    "WORK",
    "WORK_ZH",
    "number_of",
]

NAMES: Final = {
    "order": r"(?:the )?order|signing|contract(?: signing)?"
    r"|下单|下订单|签约|签订合同|合同签订|合同签署|签合同",
    "dispatch": r"dispatch|shipment|shipping|发货|出货|装运|发运",
    "delivery": r"delivery|arrival|receipt of (?:the )?goods|货到|到货|收货|交货|收到货物",
    "acceptance": r"acceptance|验收合格|验收通过|验收",
    "invoice": r"(?:the )?(?:date of (?:the )?)?invoice(?: date)?|invoicing"
    r"|开票日|发票日|开票|开具发票|发票开具",
    "receipt": r"receipt of (?:the )?invoice|invoice receipt|票到|收票|收到发票|到票|收到票",
}
ANY_BASE: Final = f"({'|'.join(NAMES.values())}|§[0-9]§)"

DAYS: Final = r"([0-9]{1,5})(?: ?(?:calendar )?days?)?"
WORK: Final = r"([0-9]{1,5}) ?(?:working|business) ?days?"
MONTHS_LONG: Final = r"([0-9]{1,3}) ?months?"
IN: Final = r"(?:(?:payment|payable|paid|due) )?(?:(?:with)?in )?(?:net )?"
SINCE: Final = r"(?:of|after|from|following)"
DAY_ZH: Final = r"(?:天|日|个自然日|个日历日)"
WORK_ZH: Final = r"([0-9]{1,5})个?工作日"
PAID: Final = r"(?:一次性)?(?:付款|付清|结清|支付|打款|付)?"
LEAVE: Final = r"(?:发货|出货|发运|装运|提货|交货)"
NEXT: Final = r"(?:次月|下个?月)"
END: Final = r"月?[末底]"
RETAINED: Final = r"(?:质量保证金|质量保修金|质保金|保修金|保留金|质保款)"
LABELS: Final = (
    r"(?:a )?(?:deposit|down ?payment|retention(?: money)?|final payment|progress payment)"
    rf"|{RETAINED}|定金|订金|首付款|货款"
)
"""What an instalment is called: it says nothing of when where the phrase does."""


def number_of(found: re.Match[str]) -> int:
    """The one number of a phrase."""
    return int(found[found.lastindex or 0])
