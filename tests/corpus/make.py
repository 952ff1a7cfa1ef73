"""Makes the corpus: made-up houses, customers, orders and months, and what the library says of them.

    PYTHONPATH=SRC:. python -m tests.corpus.make [PATH]

SRC is the ``src`` of the checkout whose answers are to be recorded. All draws come from seeds, so
that the same library gives the same file. It refuses to write one that does not reach what it is
for: every key and word of a policy document, every figure, every reason of a decision, a check and a
watch, every outcome, every way to release an order.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import creditkit as ck
from creditkit.policy.standard import STANDARD
from tests.corpus import replay
from tests.corpus.drawn import (
    Draw,
    customer,
    items,
    line,
    months,
    order_and_account,
)
from tests.corpus.hosts import FIGURES, MODELS

HERE: Final = Path(__file__).parent
TODAY: Final = date(2026, 11, 21)
HOUSES: Final = ("branch", "house")
"""The policies that name figures and models of their host's own."""

YUAN: Final = ck.Rates("CNY", {"USD": "7.1234", "JPY": "0.0471", "KWD": "23.12345678"}, as_of=TODAY)
DOLLARS: Final = ck.Rates("USD", {"CNY": "0.1404", "JPY": "0.0066", "EUR": "1.08"}, as_of=TODAY)
EUROS: Final = ck.Rates("EUR", {"CNY": "0.1312", "USD": "0.93"}, as_of=TODAY, kind="ask")


# ------------------------------------------------------------------------------------- policies


def policies() -> list[dict[str, Any]]:
    """The built-in policy and those of `policies/`."""
    texts = {"standard": STANDARD}
    for path in sorted((HERE / "policies").glob("*.toml")):
        texts[path.stem] = path.read_text(encoding="utf-8")
    out = []
    for name, text in texts.items():
        house = name in HOUSES
        own: dict[str, Any] = {"models": MODELS, "figures": FIGURES} if house else {}
        policy = ck.Policy.from_toml(text, **own)
        entry = {"name": name, "house": house, "document": replay.plain(policy.to_dict())}
        out.append({**entry, "result": replay.said_by_policy(policy)})
    return out


# ----------------------------------------------------------------------------------------- books

BOOKS: Final = (
    # policy, rates, date, ledger, customers, currencies
    ("standard", None, TODAY, "items", 30, ["CNY"]),
    ("standard", YUAN, date(2026, 2, 28), None, 12, ["CNY", "USD", "JPY", "EUR"]),
    ("standard", None, TODAY, "remainders", 12, ["CNY"]),
    ("standard", YUAN, TODAY, "unreadable", 10, ["CNY", "USD", "EUR"]),
    ("branch", None, TODAY, "items", 14, ["CNY"]),
    ("manufacturers", DOLLARS, date(2026, 11, 30), None, 20, ["USD", "USD", "CNY", "JPY", "KWD"]),
    ("house", YUAN, TODAY, "items", 20, ["CNY", "CNY", "USD"]),
    ("two_cards", None, date(2024, 2, 29), None, 18, ["CNY"]),
    ("knock_outs", YUAN, TODAY, "items", 24, ["CNY", "CNY", "USD"]),
    ("methods", None, TODAY, "items", 20, ["CNY"]),
    ("group", EUROS, TODAY, None, 14, ["EUR", "CNY", "USD"]),
    ("yen", None, TODAY, "items", 14, ["JPY"]),
    ("dinar", None, date(2027, 1, 31), None, 12, ["KWD"]),
    ("ledger", YUAN, TODAY, "items", 18, ["CNY", "CNY", "USD"]),
)  # fmt: skip


def book(place: int, row: tuple[Any, ...]) -> dict[str, Any]:
    """Customers of one house at one date."""
    policy, rates, as_of, how, count, currencies = row
    draw, rows = Draw(f"book {place}"), []
    made: list[ck.OpenItem] = []
    tied: list[ck.Allocation] = []
    for number in range(count):
        name, currency = f"C-{number:03}", draw.choice(currencies)
        scale = draw.choice([30_000, 300_000, 3_000_000])
        good, own = draw.chance(0.5), policy in ("house", "branch")
        one = customer(draw, name, as_of, currency, good=good, own=own)
        if how is not None:
            more = items(
                draw, name, as_of, currency,
                scale=scale, good=good, remainders=how == "remainders",
            )  # fmt: skip
            made += more[0]
            tied += more[1]
        terms = draw.choice(["net7", "net30", "net 90", "prepaid"])
        asked = ck.Application(
            currency=currency,
            requested_limit=draw.maybe(0.8, draw.amount(500, scale, currency)),
            requested_terms=draw.maybe(0.6, terms),
        )
        granted = line(draw, as_of, currency, scale)
        rows.append(
            {
                "id": name,
                "customer": one.to_dict(),
                "application": draw.maybe(0.6, asked.to_dict()),
                "line": draw.maybe(0.5, granted.to_dict()),
            }
        )
    ledger = None
    if how is not None:
        ledger = ck.Ledger.of(
            made, tied, open_as_of=as_of if how == "remainders" else None
        ).to_dict()
    if how == "unreadable":
        spoil(draw, ledger)
    return {
        "id": f"{place:02}-{policy}",
        "policy": policy,
        "as_of": as_of.isoformat(),
        "rates": None if rates is None else rates.to_dict(),
        "ledger": ledger,
        "rows": rows,
    }


def spoil(draw: Draw, ledger: Any) -> None:
    """A few rows that cannot be read, each for another reason."""
    columns = ledger["items"]
    rows = len(columns["id"])
    faults = [("doc_date", None), ("currency", "XYZ"), ("amount", None), ("kind", "loan")]
    for name, value in [*faults, ("due_date", "20000-01-01"), ("id", columns["id"][0])]:
        columns.setdefault(name, [None] * rows)[draw.randrange(rows)] = value


TABLE: Final[dict[str, Any]] = {
    "portfolio": {
        "id": ["T-0", "T-1", "T-1", None, "T-4", "T-5", "T-6", "T-7", "T-8", "T-9"],
        "currency": ["CNY", "CNY", "CNY", "CNY", "XYZ", "CNY", "CNY", None, "USD", "CNY"],
        "credit_sales_12m": [
            "3200000", "1000", "2000", "5", "70", "many", "0", "12", "900000.25", "1e30",
        ],
        "founded": ["2001-02-03"] * 5 + ["2001-13-03", "1999-01-01", "2020-01-01", None, "2010-10-10"],
        "trading_since": ["2014-05-01"] * 10,
        "reputation": ["good", "fair", None, "poor", "good", "good", "so-so", "good", "good", "good"],
        "ownership": ["listed"] * 10,
        "litigation_count": [0, 0, 1, 0, 0, 0, -1, 0, 1, 0],
        "insolvency": [False] * 9 + [None],
        "blocked": [False] * 10,
    },
    "statements": {
        "currency": "CNY",
        "period_end": ["2025-12-31"] * 8 + ["2027-12-31", "2020-12-31"],
        "total_assets": [900.0, 800, 700, 600, 500, 400, 300, 200, 100, 50],
        "current_assets": [500.0, 400, 300, 200, 100, 90, 900, 60, 50, 40],
        "total_liabilities": [100.0, 90, -5, 70, 60, 50, 40, 30, 20, 10],
        "current_liabilities": [90.0, 80, 70, 60, 50, 40, 30, 20, 10, 5],
        "equity": [800.0, 710, 630, 530, 440, 350, 260, 170, 80, -40],
        "retained_earnings": [400.0, 300, 200, 100, 50, 40, 30, 20, 10, 5],
        "revenue": [2000.0] * 10,
        "ebit": [200.0, 100, 50, 25, 12, 6, 3, 1, 0, -50],
        "net_income": [150.0, 90, 40, 20, 10, 5, 2, 1, 0, -60],
    },
    "applications": {
        "currency": ["CNY"] * 6 + ["ABC", "CNY", "USD", None],
        "requested_limit": ["500000", None, "1", "2", "3", "lots", "5", "6", "7", None],
        "requested_terms": ["net60", "net7", None, None, None, None, None, "prepaid", None, None],
    },
    "lines": {
        "currency": "CNY",
        "amount": ["100000", "unlimited", "none", "inherit", None, "5", "6", "7", "8", "9"],
        "until": ["2027-01-01"] * 8 + ["2026-01-01", "2026-99-99"],
    },
}  # fmt: skip
"""Columns as a loader gives them, with cells that cannot be read."""


def tables() -> list[dict[str, Any]]:
    """One table of columns, for the built-in policy."""
    given = {"policy": "standard", "as_of": TODAY.isoformat(), "rates": None, "ledger": None}
    return [{"id": "unreadable", **given, "columns": TABLE}]


def what_if() -> list[dict[str, Any]]:
    """Figures that are given in place of a customer, money in minor units."""
    draw, rows = Draw("what if"), []
    pool: dict[str, list[Any]] = {
        "credit_sales_12m": [0, 100_000_00, 320_000_000, 10**15],
        "expected_purchases_12m": [50_000_00],
        "requested_limit": [10_000_00, 90_000_000],
        "line": [40_000_00],
        "z2": [0.5, 1.1, 2.6, 9.0],
        "current_ratio": [0.5, 1.5, 2.0],
        "debt_ratio": [0.4, 0.6, 1.2],
        "net_margin": [-0.1, 0.03, 0.2],
        "external_rating": [35.0, 50.0, 90.0],
        "litigation_count": [0, 3],
        "average_days_late": [0.0, 8.0, 31.5],
        "on_time_share": [0.1, 0.6, 1.0],
        "oldest_overdue_days": [0, 10, 61],
        "years_in_business": [0, 2, 11],
        "years_trading": [0, 1, 9],
        "ownership": ["listed", "private", "cooperative"],
        "reputation": ["good", "poor"],
        "insolvency": [False, False, True],
        "blocked": [False],
        "settled_count": [2, 5],
        "statement_age_months": [3, 20],
        "equity": [-5.0, 80.0],
        "receivables": [0, 700_000_000],
        "overdue": [0, 5_000_00],
        "score": [299.0, 550.0, 700.0, 900.0],
    }
    for place, policy in enumerate(("standard", "methods", "knock_outs", "ledger") * 5):
        known = draw.choice([0.95, 0.7])
        figures = {name: draw.choice(values) for name, values in pool.items() if draw.chance(known)}
        if draw.chance(0.7):
            figures.pop("score", None)
        rows.append(
            {
                "id": f"what-if-{place:02}",
                "policy": policy,
                "as_of": TODAY.isoformat(),
                "customer": f"W-{place}",
                "figures": figures,
            }
        )
    return rows


# ---------------------------------------------------------------------------------------- orders

ORDERS: Final = (
    # policy, rates, largest unit, cases, currencies
    ("standard", YUAN, 90_000, 30, ["CNY", "CNY", "CNY", "USD"]),
    ("checks", YUAN, 9_000, 45, ["CNY", "CNY", "CNY", "USD", "EUR"]),
    ("group", EUROS, 20_000, 25, ["EUR", "EUR", "USD"]),
    ("house", YUAN, 9_000, 20, ["CNY", "USD"]),
    ("branch", None, 9_000, 10, ["CNY"]),
    ("manufacturers", DOLLARS, 9_000, 10, ["USD", "CNY"]),
    ("yen", None, 900_000, 6, ["JPY"]),
    ("dinar", None, 900, 6, ["KWD"]),
    ("ledger", None, 90_000, 8, ["CNY"]),
)


def verdicts(policies: Mapping[str, ck.Policy]) -> Iterator[dict[str, Any]]:
    """Orders, and the accounts that they are checked against."""
    for policy, rates, scale, cases, currencies in ORDERS:
        for number in range(cases):
            draw = Draw(f"order {policy} {number}")
            yield {
                "id": f"{policy}-{number:02}",
                "policy": policy,
                "as_of": TODAY.isoformat(),
                "rates": None if rates is None or draw.chance(0.05) else rates.to_dict(),
                **order_and_account(draw, policies[policy], TODAY, scale, currencies),
            }


# ---------------------------------------------------------------------------------------- months

MONTHS: Final = (
    # policy, rates, date, customers, currencies
    ("standard", None, TODAY, 25, ["CNY"]),
    ("watch", YUAN, date(2026, 11, 30), 45, ["CNY", "CNY", "USD", "EUR"]),
    ("house", None, TODAY, 15, ["CNY"]),
    ("manufacturers", DOLLARS, date(2024, 2, 29), 15, ["USD", "CNY"]),
    ("branch", None, date(2024, 2, 28), 5, ["CNY"]),
)


def watch(place: int, row: tuple[Any, ...]) -> dict[str, Any]:
    """The months of some customers of one house."""
    policy, rates, as_of, count, currencies = row
    draw, rows = Draw(f"months {place}"), []
    for number in range(count):
        name = f"M-{number:02}"
        made = months(draw, name, policy, as_of, draw.choice(currencies))
        if made:
            rows.append({"id": name, "months": [one.to_dict() for one in made]})
    return {
        "id": f"{place:02}-{policy}",
        "policy": policy,
        "as_of": as_of.isoformat(),
        "rates": None if rates is None else rates.to_dict(),
        "rows": rows,
    }


# ------------------------------------------------------------------------------------ the corpus


def corpus() -> dict[str, Any]:
    """The whole corpus: inputs as plain data, and what the library says of them."""
    made: dict[str, Any] = {
        "schema": "creditkit.corpus/1",
        "policies": policies(),
        "decisions": [book(place, row) for place, row in enumerate(BOOKS)],
        "tables": tables(),
        "figures": what_if(),
        "watched": [watch(place, row) for place, row in enumerate(MONTHS)],
    }
    houses = {entry["name"]: replay.policy_of(entry) for entry in made["policies"]}
    made["verdicts"] = list(verdicts(houses))
    made = replay.plain(made)
    for one in made["decisions"]:
        for row, decision in zip(
            one["rows"], replay.decided(one, houses[one["policy"]]), strict=True
        ):
            _record(row, decision)
    for one in made["tables"]:
        one["rows"] = []
        for decision in replay.table(one, houses[one["policy"]]):
            one["rows"].append({"id": f"{len(one['rows'])}"})
            _record(one["rows"][-1], decision)
    for row in made["figures"]:
        _record(row, replay.supplied(row, houses[row["policy"]]))
    for row in made["verdicts"]:
        _record(row, replay.checked(row, houses[row["policy"]]))
    for one in made["watched"]:
        each = map(replay.months, one["rows"])
        answers = replay.watched(one, each, houses[one["policy"]])
        for row, found in zip(one["rows"], answers, strict=True):
            _record(row, found)
    return made


def _record(row: dict[str, Any], result: Any) -> None:
    row["result"] = replay.plain(result.to_dict())
    if hasattr(result, "digest"):
        row["digest"] = result.digest


def results(made: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The recorded results by kind."""
    decisions = [row for one in made["decisions"] + made["tables"] for row in one["rows"]]
    return {
        "decisions": [row["result"] for row in decisions + made["figures"]],
        "verdicts": [row["result"] for row in made["verdicts"]],
        "watched": [row["result"] for one in made["watched"] for row in one["rows"]],
    }


# ------------------------------------------------------------------------------ what it must reach

NEVER: Final = frozenset(
    {
        # reasons of other rooms than decide, check and watch
        *(f"worklist.{name}" for name in ("overdue", "insolvent", "disputed", "not_known")),
    }
)
"""Codes of sentences that no result of the corpus can have as a reason."""


def unreached(made: Mapping[str, Any]) -> list[str]:
    """What the corpus should reach and does not, a line each."""
    from creditkit.reasons import TEMPLATES

    found = results(made)
    seen = {reason["code"] for kind in ("decisions", "verdicts") for one in found[kind]
            for reason in one["reasons"]}  # fmt: skip
    for one in found["watched"]:
        seen |= {alert["reason"]["code"] for alert in one["alerts"]}
        seen |= {reason["code"] for reason in one["not_judged"]}
    codes = {code for code in TEMPLATES if not code.startswith("action.")} - NEVER
    out = [f"reason {code}" for code in sorted(codes - seen)]
    for kind in ("decisions", "verdicts"):
        outcomes = {one["outcome"] for one in found[kind]}
        out += [f"outcome {one.value} of {kind}" for one in ck.Outcome if one.value not in outcomes]
    states = {check["status"] for one in found["verdicts"] for check in one["checks"]}
    wanted = {"pass", "fail", "indeterminate", "not_applicable"}
    out += [f"status {status} of a check" for status in sorted(wanted - states)]
    kinds = {release["kind"] for one in found["verdicts"] for release in one["release_if"]}
    wanted = {"amount", "payment", "prepayment", "terms", "date"}
    out += [f"a release by {kind}" for kind in sorted(wanted - kinds)]
    given = [pair for entry in made["policies"] for pair in _pairs(entry["document"])]
    keys, words = documented()
    out += [f"key {key}" for key in sorted(keys - {key for key, _ in given})]
    said = {(key, value) for key, value in given if isinstance(value, str)}
    out += [f"{key} = {word!r}" for key, word in sorted(words - said)]
    named = {name for _, value in given for name in re.findall(r"\w+", str(value))}
    return out + [f"figure {name}" for name in ck.FIGURES if name not in named]


WORD: Final = re.compile(r"\b[a-z_]+\b(?!:)")
"""A word of a list of choices, but for those that take a number (``floor:STEP``)."""


def documented() -> tuple[set[str], set[tuple[str, str]]]:
    """Every key of a policy document by its section, and every word that a key can have.

    Read from the manual beside the library that is asked; its tables are made from the code.
    """
    checkout = Path(ck.__file__).parents[2]
    text = (checkout / "docs" / "policy.md").read_text(encoding="utf-8")
    tables = text.partition("<!-- document -->")[2].partition("<!-- /document -->")[0]
    keys, words, section = set(), set(), ""
    for row in tables.splitlines():
        head = re.match(r"### (?:`(.+)`|The document)", row)
        if head:
            section = head[1] or ""
        found = re.match(r"\| `(\w+)` \| (?:one of ([^|]+?) \|)?", row)
        if found:
            key = f"{section}.{found[1]}".lstrip(".")
            keys.add(key)
            words |= {(key, word) for word in WORD.findall(found[2] or "")}
    return keys, words


def _pairs(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of plain data with its value."""
    if isinstance(value, list):
        for one in value:
            yield from _pairs(one, f"{path}[]")
    elif isinstance(value, dict):
        for key, one in value.items():
            here = f"{path}.{key}".lstrip(".")
            yield here, one
            yield from _pairs(one, here)


def main() -> None:
    """Make the corpus and write it, unless it does not reach what it is for."""
    made = corpus()
    for kind, found in results(made).items():
        print(f"{len(found)} {kind}")
    missed = unreached(made)
    if missed:
        sys.exit("not written, because it does not reach\n  " + "\n  ".join(missed))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else replay.PATH
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    print(f"{path}: {path.stat().st_size:,} bytes of {len(text):,} characters")


if __name__ == "__main__":
    main()
