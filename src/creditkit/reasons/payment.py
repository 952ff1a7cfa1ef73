"""What is said of terms at work: rows of a column without a due date, and the longest terms of a law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "schedule.no_terms": (
        "Rows without terms of payment: {count}; the first: {rows:names}.",
        "{count} 行没有付款条件，最前的行：{rows:names}。",
    ),
    "schedule.unreadable": (
        "Rows with terms that cannot be read ({terms:names}): {count}; the first: {rows:names}. "
        "Read each with PaymentTerms.parse, which says what to write.",
        "{count} 行的付款条件无法识别：{terms:names}，最前的行：{rows:names}。"
        "请逐一用 PaymentTerms.parse 读取，它会说明应如何改写。",
    ),
    "schedule.no_amount": (
        "Rows without an amount: {count}; the first: {rows:names}.",
        "{count} 行没有金额，最前的行：{rows:names}。",
    ),
    "schedule.no_date": (
        "Rows without a date of {base:base} to count from: {count}; the first: {rows:names}.",
        "{count} 行缺少起算日期（{base:base}），最前的行：{rows:names}。",
    ),
    "schedule.beyond": (
        "Rows with a due date beyond the calendar of working days or the year 9999: {count}; "
        "the first: {rows:names}. Give a calendar whose data reaches further.",
        "{count} 行的到期日超出工作日历的数据范围或 9999 年，最前的行：{rows:names}。"
        "请提供覆盖更远日期的日历。",
    ),
    "schedule.several": (
        "Rows with several instalments and no single due date: {count}; the first: {rows:names}. "
        "Ask for their schedules.",
        "{count} 行分期付款，没有单一到期日，最前的行：{rows:names}。请改用分期明细。",
    ),
    "schedule.amount": (
        "Rows whose fixed instalments exceed their amount or are in another currency: {count}; "
        "the first: {rows:names}.",
        "{count} 行的金额小于其固定分期金额或币种不同，最前的行：{rows:names}。",
    ),
    "statutory.within": (
        "{rule:law}: {days} days from {base:base} are within the {most} days of {source:law}.",
        "{rule:law}：自{base:base}起 {days} 天，未超过{source:law}规定的 {most} 天。",
    ),
    "statutory.needs_agreement": (
        "{rule:law}: {days} days from {base:base} exceed the {most} days of {source:law}; they stand "
        "only where the contract says so: {condition:law}.",
        "{rule:law}：自{base:base}起 {days} 天，超过{source:law}规定的 {most} 天，"
        "仅在合同另有约定时有效：{condition:law}。",
    ),
    "statutory.over": (
        "{rule:law}: {days} days from {base:base} exceed the longest term of {source:law}, {most} days.",
        "{rule:law}：自{base:base}起 {days} 天，超过{source:law}规定的最长期限 {most} 天。",
    ),
    "statutory.not_known": (
        "{rule:law}: {days} days from {base:base} cannot be counted from {from_base:base}, as "
        "{source:law} asks; give the days from {from_base:base} to {base:base}.",
        "{rule:law}：自{base:base}起 {days} 天，无法按{source:law}折算为自{from_base:base}起的天数；"
        "请提供{from_base:base}至{base:base}的天数。",
    ),
    "statutory.no_calendar": (
        "{rule:law}: at least {days} days from {base:base}; how many they are hangs on a calendar of "
        "working days, which {source:law} does not count in; give one.",
        "{rule:law}：自{base:base}起至少 {days} 天；{source:law}按自然日计算，"
        "确切天数取决于工作日历，请提供日历。",
    ),
    "statutory.not_in_force": (
        "{rule:law}: {source:law} applies to contracts from {since} on.",
        "{rule:law}：{source:law}适用于 {since} 起订立的合同。",
    ),
}
"""Code -> (English, Chinese)."""
