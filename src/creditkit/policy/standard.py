"""The built-in policy `standard`, as TOML text.

Bands, the 20 % of annual credit sales for the best grade, the 15 % below it and the case of 750
points with 30 days come from a published handbook article; every other figure is ours, and the
scorecard is a template that a house must calibrate on its own history before it relies on it.
"""

from __future__ import annotations

from typing import Final

__all__ = ["STANDARD"]

STANDARD: Final = """\
schema   = "creditkit.policy/1"
id       = "standard"
version  = "2026.3"
title    = { en = "Standard credit policy for sales on account", zh = "赊销信用标准政策" }
currency = "CNY"
on_missing = "refer"

[assessment]                             # 信用评估标准
models = [{ use = "scorecard:standard" }]
least_coverage = "0.60"                  # of the score's weight; below it there is no grade
stale_after = { statement = 24, rating = 24 }    # months
required_information = [
  { up_to = "50000",   needs = ["years_in_business >= 1"] },
  { up_to = "1000000", needs = ["years_in_business >= 1", "settled_count >= 3"] },
  { needs = ["years_in_business >= 1", "settled_count >= 3", "statement_age_months <= 18"] },
]
knock_out = [
  { id = "INSOLVENT", require = "insolvency == false", grade = "D" },
  { id = "BLOCKED",   require = "blocked == false",    grade = "D" },
  { id = "OLD_DEBT",  require = "oldest_overdue_days <= 60", on_fail = "refer" },
  { id = "DISTRESS",  require = "z2 >= 1.10",                on_fail = "refer", on_missing = "warn", on_undefined = "approve" },
]

[[scorecards]]                           # five dimensions, weights add up to 1; a customer without debt has no ratio to it: undefined = 100
id    = "standard"
title = { en = "Standard scorecard", zh = "标准评分卡" }
range = [300, 850]
factors = [
  { dimension = "statements", figure = "z2", weight = "0.15", undefined = 100, bins = [
      { min = "5.85", points = 100 }, { min = "2.60", points = 80 }, { min = "1.10", points = 45 }, { points = 0 } ] },
  { dimension = "statements", figure = "current_ratio", weight = "0.06", undefined = 100, bins = [
      { min = "2", points = 100 }, { min = "1.5", points = 80 }, { min = "1", points = 50 }, { points = 0 } ] },
  { dimension = "statements", figure = "debt_ratio", weight = "0.07", bins = [
      { max = "0.40", points = 100 }, { max = "0.60", points = 75 }, { max = "0.80", points = 35 }, { points = 0 } ] },
  { dimension = "statements", figure = "net_margin", weight = "0.07", bins = [
      { min = "0.08", points = 100 }, { min = "0.03", points = 75 }, { min = "0", points = 45 }, { points = 0 } ] },
  { dimension = "credit record", figure = "external_rating", weight = "0.10", bins = [
      { min = "80", points = 100 }, { min = "65", points = 80 }, { min = "50", points = 50 }, { min = "35", points = 20 },
      { points = 0 } ] },
  { dimension = "credit record", figure = "litigation_count", weight = "0.05", bins = [
      { max = 0, points = 100 }, { max = 1, points = 60 }, { max = 3, points = 25 }, { points = 0 } ] },
  { dimension = "payment history", figure = "average_days_late", weight = "0.15", bins = [
      { max = "3", points = 100 }, { max = "8", points = 85 }, { max = "15", points = 60 }, { max = "30", points = 20 },
      { points = 0 } ] },
  { dimension = "payment history", figure = "on_time_share", weight = "0.07", bins = [
      { min = "0.60", points = 100 }, { min = "0.30", points = 75 }, { min = "0.10", points = 40 }, { points = 0 } ] },
  { dimension = "payment history", figure = "oldest_overdue_days", weight = "0.08", bins = [
      { max = 0, points = 100 }, { max = 10, points = 70 }, { max = 30, points = 35 }, { points = 0 } ] },
  { dimension = "business and industry", figure = "years_in_business", weight = "0.04", bins = [
      { min = 10, points = 100 }, { min = 5, points = 75 }, { min = 2, points = 40 }, { points = 0 } ] },
  { dimension = "business and industry", figure = "years_trading", weight = "0.05", bins = [
      { min = 8, points = 100 }, { min = 4, points = 80 }, { min = 1, points = 50 }, { points = 20 } ] },
  { dimension = "business and industry", figure = "ownership", weight = "0.03", bins = [
      { names = ["state_owned", "listed"], points = 100 }, { names = ["foreign_invested"], points = 85 },
      { names = ["private"], points = 65 }, { names = ["sole_trader"], points = 40 }, { points = 40 } ] },
  { dimension = "reputation", figure = "reputation", weight = "0.08", bins = [
      { names = ["good"], points = 100 }, { names = ["fair"], points = 60 }, { names = ["poor"], points = 0 }, { points = 0 } ] },
]

[grades]                                 # 信用等级: inclusive lower bounds, best to worst
domain = [300, 850]
rows = [
  { id = "AAA", min = 800, limit_share = "0.20", cap = "20000000", terms = "net60", instalments = true, max_overdue_days = 15, max_order = "10000000", review_months = 6 },
  { id = "AA",  min = 700, limit_share = "0.15", cap = "10000000", terms = "net30", max_overdue_days = 10, max_order = "5000000", review_months = 6 },
  { id = "A",   min = 600, limit_share = "0.10", cap = "4000000",  terms = "net15", max_overdue_days = 5,  max_order = "2000000", review_months = 3 },
  { id = "B",   min = 500, limit_share = "0.05", cap = "500000",   terms = "net7",  max_overdue_days = 0,  max_order = "250000", security = true, review_months = 3 },
  { id = "D",   min = 300, limit = "none",       terms = "款到发货", max_overdue_days = 0, max_order = "0", review_months = 3 },
]
monotone = { max_overdue_days = "up", max_order = "up" }

[limit]                                  # 信用额度
methods = [
  { use = "share_of_credit_sales", when = ["years_trading >= 1"], on_missing = "skip" },
  { use = "purchases_x_terms", factor = "0.50", when = ["years_trading < 1"], on_missing = "skip" },   # the starter line
]
combine = "lowest"
round   = "floor:1000"
cap     = "20000000"

[checks]                                 # 订单信用检查
ignore_below    = "50"
ignore_most     = "500"
ignore_disputed = true
horizon_days    = 90
rows = [
  { id = "LINE",       kind = "credit", require = "exposure + order <= line", on_fail = "hold" },
  { id = "LINE_VALID", kind = "credit", require = "days_since_line_end <= 0", on_fail = "refer" },
  { id = "OVERDUE",    kind = "credit", require = "oldest_overdue_days <= max_overdue_days", on_fail = "hold" },
  { id = "SHARE",      kind = "credit", require = "overdue <= 0.40 * receivables", on_fail = "refer" },
  { id = "SIZE",       kind = "credit", require = "order_total <= max_order", on_fail = "refer" },
  { id = "BLOCKED",    kind = "status", require = "blocked == false", on_fail = "reject" },
  { id = "INSOLVENT",  kind = "status", require = "insolvency == false", on_fail = "reject" },
]

[authority]                              # 授权矩阵: the first row that covers the case
rows = [
  { role = "credit_manager",  title = { en = "credit manager", zh = "信用经理" },  max_limit = "1000000", max_overage = "200000",  max_overdue_days = 15 },
  { role = "credit_director", title = { en = "credit director", zh = "信用总监" }, max_limit = "5000000", max_overage = "1000000", max_overdue_days = 60 },
  { role = "board",           title = { en = "board", zh = "董事会" } },
]

[reviews]                                # 信用复核: sooner than the grade's review_months
rows = [{ exposure_above = "5000000", months = 3 }]

[monitoring]                             # 信用监控
indicators = [
  { id = "UTILISATION", figure = "utilisation",         warning = "0.90", serious = "1", action = "review_line" },
  { id = "OVERDUE",     figure = "oldest_overdue_days", warning = 15,     serious = 60,  action = "call_customer" },
  { id = "DSO",         figure = "dso_rise",            warning = "1.25", serious = "1.50", months = 6, materiality = "10000", action = "review_terms" },
  { id = "GRADE_FALL",  figure = "grade_fall",          warning = 1,      serious = 2,   action = "review_customer" },
]
"""
