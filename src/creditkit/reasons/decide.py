"""What a decision says: of its facts, its score and grade, its limit and its terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    # Facts
    "data.invalid": ("The row cannot be read: {facts:names}.", "该行数据无法读取：{facts:names}。"),
    "data.duplicate": (
        "Another row has the same id: it is not known which of them is meant.",
        "存在编号重复的行，无法确定以哪一行为准。",
    ),
    "data.no_rate": (
        "There is no rate for {pairs}: amounts in it are not known.",
        "缺少汇率 {pairs}，相应金额未知。",
    ),
    "ledger.unreadable": (
        "The ledger has items that cannot be read or converted: what rests on it is not known.",
        "账款明细中有无法读取或折算的单据，相关指标未知。",
    ),
    "statement.future": (
        "The statement is of {period_end}, after {as_of}: it is not used.",
        "财务报表截止 {period_end}，晚于 {as_of}，不予采用。",
    ),
    "statement.stale": (
        "The statement of {period_end} is older than {months} months: it is not used.",
        "{period_end} 的财务报表已超过 {months} 个月，不予采用。",
    ),
    "statement.unusable": (
        "The statement cannot be used: {figure:figure} {value:operand}.",
        "财务报表不可用：{figure:figure} {value:operand}。",
    ),
    "statement.parts": (
        "The statement cannot be used: "
        "{figure:figure} of {value:operand} are more than {whole:figure} of {total:operand}.",
        "财务报表不可用：{figure:figure} {value:operand} 大于{whole:figure} {total:operand}。",
    ),
    "statement.unbalanced": (
        "The statement does not balance: "
        "assets of {assets:operand}, liabilities and equity of {claims:operand}.",
        "财务报表不平衡：资产总计 {assets:operand}，负债与所有者权益合计 {claims:operand}。",
    ),
    "date.future": (
        "{figure:figure}: counted from {date}, which is after {as_of}: not known.",
        "{figure:figure}：起算日 {date} 晚于 {as_of}，视为未知。",
    ),
    "rating.future": (
        "A rating is of {date}, after {as_of}: it is not used.",
        "外部评级日期 {date} 晚于 {as_of}，不予采用。",
    ),
    "equity.negative": ("Book equity is negative.", "所有者权益为负。"),
    # Score and grade
    "score.not_computable": (
        "No score: {model:models} cannot be computed."
        "[ Not known: {missing:figures}.][ Without a meaning: {undefined:figures}.]",
        "无法评分：{model:models}不能计算。[缺失：{missing:figures}。][无意义：{undefined:figures}。]",
    ),
    "score.clipped": (
        "The score {score:operand} lies outside {low:operand} to {high:operand} "
        "and is held at the bound.",
        "评分 {score:operand} 超出 {low:operand} 至 {high:operand}，按边界值计。",
    ),
    "coverage.low": (
        "Only {coverage:share} of the scorecard's weight is known; a grade requires {least:share}.",
        "评分卡已知权重仅 {coverage:share}，政策要求至少 {least:share} 方可评级。",
    ),
    "category.unnamed": (
        "{figure:figure}: no bin of the scorecard names {value:operand}; it counts as the rest.",
        "{figure:figure}：评分卡未列明 {value:operand}，按其余情形计分。",
    ),
    "knock_out.fired": (
        "{id}: {condition:condition} does not hold[: {left:operand} against {right:operand}]"
        "[; the grade falls to {falls_to}].",
        "{id}：不满足 {condition:condition}[，实际 {left:operand}，限值 {right:operand}]"
        "[；信用等级降为 {falls_to}]。",
    ),
    "knock_out.unknown": (
        "{id}: cannot be tested."
        "[ Not known: {missing:figures}.][ Without a meaning: {undefined:figures}.]",
        "{id}：无法检验。[缺失：{missing:figures}。][无意义：{undefined:figures}。]",
    ),
    "grade.none": ("No grade, because there is no score.", "无评分，不能评级。"),
    "grade.no_credit": (
        "Grade {grade} gets no credit: payment before delivery.",
        "{grade} 级不授信：款到发货。",
    ),
    # Limit and terms
    "information.missing": (
        "Required for this amount, and not shown or not met: {condition:condition}.",
        "该额度的要求未满足或无资料：{condition:condition}。",
    ),
    "limit.unknown": (
        "No limit can be recommended.[ Not known: {missing:figures}.]",
        "无法建议额度。[缺失：{missing:figures}。]",
    ),
    "limit.zero": ("The recommended limit is zero.", "建议额度为零。"),
    "limit.information": (
        "The recommended limit stops at {limit}; more requires: {needs:conditions}.",
        "建议额度止于 {limit}；更高额度要求：{needs:conditions}。",
    ),
    "limit.least": (
        "The recommended limit of {limit} is below {least}, the least that is granted: none is given.",
        "建议额度 {limit} 低于最低授信额度 {least}，不予授信。",
    ),
    "limit.below_owed": (
        "{owed} is owed already, without a line; the recommended limit is {limit}.",
        "尚无授信额度，已欠 {owed}，超过建议额度（{limit}）。",
    ),
    "limit.below_requested": (
        "The recommended limit of {limit} is below the requested {requested}.",
        "建议额度：{limit}，低于申请额度 {requested}。",
    ),
    "limit.below_line": (
        "The recommended limit of {limit} is below the line in force of {line}: review the line.",
        "建议额度：{limit}，低于现有授信额度{line}，请复核。",
    ),
    "terms.longer": (
        "The requested terms {requested:terms} are longer than {terms:terms}, "
        "which the grade allows.",
        "申请的付款条件{requested:terms}长于该等级允许的{terms:terms}。",
    ),
}
"""Code -> (English, Chinese)."""
