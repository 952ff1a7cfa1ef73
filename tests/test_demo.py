"""The demo runs on the sample company and on any ledger, tells the same twice, fits the page."""

from __future__ import annotations

import csv
import importlib
import re
import subprocess
import sys
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import creditkit as ck
from creditkit.facts.notes import NOTES

EXAMPLES = Path(__file__).parents[1] / "examples"
ENVIRONMENT = {  # with the library that is tested here
    "PYTHONIOENCODING": "utf-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": str(Path(ck.__file__).parents[1]),
}
SECTIONS = {
    "en": (
        "The book at a glance|What changed since last month|Customers|Referred or rejected|"
        "One decision|Orders at the check|Terms and the next invoice|Ageing|The ten oldest debts|"
        "Expected receipts|Provision matrix|Call list|Alerts"
    ),
    "zh": (
        "账面一览|较上月变化|客户|转人工审批或拒绝及理由|决策说明|"
        "订单信用检查|账期与下张发票|账龄|逾期最久|预计回款|坏账准备|催收名单|风险预警"
    ),
}
LEDGER = """\
account,id,doc_date,due_date,amount,settled_on,paid
North,1,2026-01-05,2026-02-04,"1,000.00",2026-02-03,
North,2,2026-02-05,2026-03-07,800.00,2026-03-07,
North,3,2026-03-05,2026-04-04,900.00,2026-04-02,
North,4,2026-06-05,2026-07-05,700.00,,
South,5,2026-01-10,2026-02-09,500.00,2026-04-20,200.00
South,6,2026-05-10,2026-06-09,-50.00,,
South,7,2026-06-30,2026-07-30,600.00,,
"""


def run(*arguments: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=cwd,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run(cwd=tmp_path_factory.mktemp("elsewhere"))


@cache
def shown(language: str) -> str:
    """The tour on the sample company in one language."""
    return run("--lang", language)


def untimed(page: str) -> list[str]:
    return [line for line in page.splitlines() if not line.startswith(("time: ", "用时: "))]


def columns(line: str) -> int:
    return int(own("screen").columns_of(line))


def test_every_section_is_there(sample: str) -> None:
    for title in SECTIONS["en"].split("|"):
        assert re.search(rf"^{title}.*─", sample, re.MULTILINE), title


def test_between_a_tenth_and_a_quarter_is_referred(sample: str) -> None:
    found = re.search(r"refer (\d+) \((\d+\.\d)%\)", sample)
    assert found is not None
    assert 10 <= float(found[2]) <= 25


def test_whoever_is_referred_has_a_reason(sample: str) -> None:
    page = sample.split("Referred or rejected")[1].split("One decision")[0].splitlines()
    headed = [place for place, line in enumerate(page) if line.startswith("  C-")]
    assert len(headed) >= 7
    assert all(page[place + 1].startswith("    · ") for place in headed)


@pytest.mark.parametrize(
    ("order", "outcome"),
    [("DO-01", "APPROVE"), ("DO-02", "HOLD"), ("DO-03", "HOLD"), ("DO-04", "REFER"),
     ("DO-05", "APPROVE"), ("DO-06", "REFER"), ("DO-07", "APPROVE"), ("DO-08", "REJECT"),
     ("DO-09", "APPROVE")],
)  # fmt: skip
def test_orders_come_out_as_their_scene_says(sample: str, order: str, outcome: str) -> None:
    head = next(line for line in sample.splitlines() if line.startswith(f"  {order}  "))
    assert head.endswith(outcome)


def test_what_was_approved_passes_when_it_is_shipped(sample: str) -> None:
    assert "approves; when it is shipped: APPROVE" in sample


def test_who_is_insolvent_is_not_rung_and_disputes_stand_apart(sample: str) -> None:
    page = sample.split("Call list")[1].split("Alerts")[0]
    called, rest = page.split("C-1057")
    assert called.count("  C-10") == 10
    assert re.search(r"Insolvent; the claim is the whole balance of\s+[\d,.]+\s+CNY", rest)
    assert re.search(r"^  dispute to settle .*\n  C-1049 ", rest, re.MULTILINE)


def test_room_is_counted_once() -> None:
    """Members of a group share its line, and whoever is blocked has no room."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        import demo
    finally:
        sys.path.remove(str(EXAMPLES))
    tour = demo.sample(None)
    left, alone = {}, 0
    for name, standing in tour.standing.items():
        group, line = tour.customers[name].group, standing.line
        owed = tour.exposure(name).minor
        if group is not None:
            granted = tour.now.lines[group][0].amount.minor
            left[group] = left.get(group, granted) - max(0, owed)
        elif isinstance(line, ck.Money) and not tour.customers[name].blocked | (name in tour.ended):
            alone += max(0, line.minor - owed)
    assert len(left) == 1  # of its members one inherits its line, so the group's room is all used
    assert tour.free.minor == alone + sum(left.values())


def test_what_could_not_be_judged_is_told(sample: str) -> None:
    told = sample.split("not judged: ")[1]
    assert re.match(r"UTILISATION \d+, DSO \d+.*\n", told)
    assert re.search(r"· \d+ customers  UTILISATION: cannot be judged; not known: Line\.", told)


def test_two_runs_tell_the_same(sample: str) -> None:
    assert untimed(run()) == untimed(sample)


def test_a_line_that_has_ended_is_marked_and_in_no_sum(sample: str) -> None:
    assert re.search(r"^C-1043 .* 960 ended ", sample, re.MULTILINE)
    assert re.search(r"^  lines ended +960,000  1 customer, not among", sample, re.MULTILINE)
    tour = own("demo").sample(None)
    granted = tour.total(v.line for name, v in tour.standing.items() if name != "C-1043")
    assert f"lines granted  {granted.amount:,.0f}  47 customers" in sample


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("en", r"─ (\d+) referred \((\d+\.\d)%\), (\d+) rejected \((\d+\.\d)%\) of 64$"),
        ("zh", r"─ 64 家中转人工审批 (\d+) 家（(\d+\.\d)%），拒绝 (\d+) 家（(\d+\.\d)%）$"),
    ],
)
def test_head_and_list_of_who_was_stopped_agree(language: str, head: str) -> None:
    page = shown(language)
    found = re.search(head, page, re.MULTILINE)
    assert found is not None
    listed = page[found.end() :].split("─")[0]
    assert listed.count("\n  C-") == int(found[1]) + int(found[3])
    assert 10 <= float(found[2]) <= 25


def test_what_a_credit_manager_would_ask_is_said(sample: str) -> None:
    assert re.search(r"^  AAA +\d+  █", sample, re.MULTILINE)  # the bar beside its number
    assert re.search(r"^  – +1  ", sample, re.MULTILINE)  # who has no grade, as below
    assert "in the tables:  · nothing, or not known   – no grade" in sample
    assert re.search(r"^  warned for: less than requested\s×\s\d+; ", sample, re.MULTILINE)
    assert "· [warning only] TERMS: " in sample and "· [hold] OVERDUE: " in sample
    assert "counts 425,016 CNY; with it 3,432,811 of 3,612,636 CNY" in sample
    assert "Altman Z'' (1995) -1.602 ·" in sample  # as its reason says it
    assert "Alerts are of the last full month." in sample.split("Alerts ─")[1]


def part_of(page: str, title: str) -> list[str]:
    """The lines of one section, without its head."""
    lines = page.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(title) and "─" in line)
    rest = [n for n, line in enumerate(lines) if n > start and "──" in line]
    return [line for line in lines[start + 1 : min(rest, default=len(lines))] if line.strip()]


def amounts_in(lines: list[str]) -> list[int]:
    """The first whole amount of each line that has one after its title."""
    found = (re.search(r"(?<= )(-?\d{1,3}(?:,\d{3})*)(?= |$)", line) for line in lines)
    return [int(one[1].replace(",", "")) for one in found if one is not None]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("place", [6, 9, 10])  # terms, receipts, provision
def test_what_lies_ahead_is_short(language: str, place: int) -> None:
    title = SECTIONS[language].split("|")[place]
    assert 4 < len(part_of(shown(language), title)) <= 12, title


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terms_read_back_and_the_next_invoice_adds_up(language: str) -> None:
    page = part_of(shown(language), SECTIONS[language].split("|")[6])
    english, chinese = (line.split("  ")[2] for line in page[1:3])
    assert ck.PaymentTerms.parse(english) == ck.PaymentTerms.parse(chinese)
    assert english == "50% 1/10 net 30, rest net 60"
    invoice, *dues = (
        ck.Money(found[1].replace(",", ""), "CNY")
        for line in page[3:]
        if (found := re.search(r"(?:invoice of|开具发票|·) ([\d,.]+) CNY", line))
    )
    assert len(dues) == 2 and sum(dues, ck.Money(0, "CNY")) == invoice
    assert "18.4%" in "".join(page)  # 1 / 99 x 365 / 20


def test_expected_receipts_add_up_to_what_is_owed(sample: str) -> None:
    page = part_of(sample, "Expected receipts")
    weeks = [
        line for line in page if line.startswith("  to 2026-") or line.startswith("  to 2027-")
    ]
    assert len(weeks) == 6
    tour = own("demo").sample(None)
    total = tour.receipts.total
    assert f"{tour.balance(tour.ageing).amount:,.0f}" in page[-2]
    for week, line in zip(total.weeks, weeks, strict=True):
        assert f"{week.low.amount:,.0f} – {week.high.amount:,.0f}" in line
    *parts, owed = amounts_in(page[6:-1])
    assert abs(sum(amounts_in(weeks)) + sum(parts) - owed) <= 5  # each is rounded for the page


def test_the_allowance_is_that_of_the_rates_of_the_books_own_history(sample: str) -> None:
    page = part_of(sample, "Provision matrix")
    assert page[-1].strip().startswith("Loss rates rest on the invoices of 2025-05-21")
    tour = own("demo").sample(None)
    assert tour.given_rates == ()
    assert page[-2].split()[-1] == f"{tour.provision.total.amount:,.0f}"


def test_the_change_of_dso_is_one_line_whose_parts_add_up(sample: str) -> None:
    number = r"([-+]?\d+\.\d)"
    parts = ", ".join(f"{name} {number}" for name in ("volume", "mix", "terms", "delinquency"))
    found = re.search(
        rf"DSO of 3 months: {number} → {number}, of it {parts}$", sample, re.MULTILINE
    )
    assert found is not None
    before, after, *split = map(float, found.groups())
    assert after - before == pytest.approx(sum(split), abs=0.3)


def test_a_young_ledger_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(LEDGER, encoding="utf-8")
    page = run("--ledger", str(path))
    assert part_of(page, "Expected receipts") == ["  too few invoices were settled to go by"]
    assert "The loss rates are given" in part_of(page, "Provision matrix")[-1]
    assert part_of(page, "Terms and the next invoice")[-1] == "  · 550.00 CNY by 2026-07-07, net 7"
    early = run("--ledger", str(path), "--as-of", "2026-01-20", "--lang", "zh")
    assert "应收账款周转天数（3 个月）：未知，账簿历史不足" in early
    assert part_of(early, "坏账准备")[-1].strip().startswith("损失率")


def test_rates_of_buckets_that_nothing_has_reached_are_given_and_named(tmp_path: Path) -> None:
    """A year of invoices that are all paid on the day: nothing is ever past due."""
    rows = [f"North,{n},2025-{n:02}-05,2025-{n:02}-25,100.00,2025-{n:02}-25," for n in range(1, 13)]
    rows.append("North,99,2026-06-30,2026-07-30,70.00,,")
    path = tmp_path / "items.csv"
    path.write_text("\n".join([LEDGER.splitlines()[0], *rows, ""]), encoding="utf-8")
    page = part_of(run("--ledger", str(path)), "Provision matrix")
    assert page[1].split() == ["not", "due", "70", "0%", "0"]
    assert page[-1].strip().startswith("No history of 1-30, 31-60")


HALF = re.compile(r"[一-鿿）][,;:]|[,;:] ?[一-鿿（]|：  ?\S|  的")


def test_the_chinese_page_is_chinese() -> None:
    page = shown("zh")
    assert not HALF.search(page), HALF.search(page)
    told = page.split("决策说明示例")[1].split("订单信用检查")[0]
    assert told.index("信用等级") < told.index("Grade")  # the reader's language first
    assert "国有" in page or "民营" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_the_page(language: str) -> None:
    page = shown(language)
    assert [line for line in page.splitlines() if columns(line) > 100] == []
    assert all(title in page for title in SECTIONS[language].split("|"))
    assert "\x1b" not in page


def test_the_sample_sells_what_its_customers_file_says() -> None:
    demo = own("demo")
    tour = demo.sample(None)
    assert tour.now.ledger.notes == []
    sold = tour.now.sold(demo.TODAY.replace(year=2025), demo.TODAY)
    for customer in tour.now.customers:
        if customer.credit_sales_12m is not None:
            assert customer.credit_sales_12m.amount == sold.get(customer.id, 0), customer.id


def test_a_ledger_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(LEDGER, encoding="utf-8")
    page = run("--ledger", str(path))
    assert re.search(r"receivables +1,550$", page, re.MULTILINE)  # 700 + 300 + 600 - 50
    assert re.search(
        r"^  5 +2026-02-09 +141 +250 +South", page, re.MULTILINE
    )  # the credit taken off
    assert "This ledger knows no credit lines" in page
    # South has settled too few invoices for any limit; 850 is open
    assert re.search(r"^South +D .* 850 +· +0 +850 +7 +refer$", page, re.MULTILINE)
    # of North's sales of 3,400 grade A gets 20 %, and 700 is open
    assert re.search(r"^North +A .* 700 +· +680 +20 +30 +refer$", page, re.MULTILINE)
    assert "customers who owe more than it: 2, of these approved: 0" in page
    assert "largest customers" not in page  # there are two
    again = run("--ledger", str(path), "--as-of", "2026-06-30")  # the newest document's date
    assert untimed(again) == untimed(page)


def own(module: str) -> Any:
    """A module of the examples, which stand beside each other and in no package."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(str(EXAMPLES))


PLAIN = EXAMPLES / "mappings" / "plain.toml"


def book(path: Path, mapping: str = "") -> Any:
    """A ledger file as the demo reads it, with a mapping of its own where one is given."""
    given = path.with_suffix(".toml")
    given.write_text(mapping, encoding="utf-8")
    how = own("own_ledger").mapping(path, given if mapping else None, EXAMPLES / "mappings")
    return own("own_ledger").book(path, how)


def mapped(**more: str) -> str:
    """The plain mapping with other values."""
    lines = PLAIN.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() not in more]
    return "\n".join([*(f"{key} = {value}" for key, value in more.items()), *kept])


@pytest.mark.parametrize(
    ("written", "mapping"),
    [
        (LEDGER.encode("utf-8-sig"), ""),
        (LEDGER.encode("utf-16"), ""),
        (LEDGER.replace("\n", "\r\n").encode(), ""),
        (LEDGER.replace(",", "\t").replace('"1\t000.00"', "1000.00").encode(), ""),
        (LEDGER.replace('"1,000.00"', "1 000").replace("-50.00", "50.00-").encode(), ""),
        (LEDGER.replace('"1,000.00"', "1'000.00").replace("-50.00", "(50)").encode(), ""),
        (
            LEDGER.replace('"1,000.00"', "1.000.00").replace(".00", "!00").replace("1!000", "1.000")
            .replace(",", ";").replace("!", ",").encode(),
            mapped(decimal="','"),
        ),
        (
            LEDGER.replace("account", "客户").encode("gb18030"),
            mapped(encoding="'gb18030'", account="'客户'").replace("account = '客户'\n", "")
            .replace("[columns]", "[columns]\naccount = '客户'"),
        ),
    ],
    ids=["bom", "utf-16", "crlf", "tabs", "spaces", "accountants", "semicolons", "chinese"],
)  # fmt: skip
def test_a_ledger_reads_the_same_however_it_is_written(
    tmp_path: Path, written: bytes, mapping: str
) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text(LEDGER, encoding="utf-8")
    path = tmp_path / "items.csv"
    path.write_bytes(written)
    assert book(path, mapping).ledger.same_as(book(plain).ledger)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("800.00", "eight"), "documents without an amount that can be read: 1 (id 2)"),
        (("800.00", '"8,00"'), "documents without an amount that can be read: 1 (id 2)"),
        (("800.00", "1e99"), "documents without an amount that can be read: 1 (id 2)"),
        (
            ("2026-03-07,800.00", "2026-13-07,800.00"),
            "documents with a date that cannot be read: 1 (id 2)",
        ),
        (("North,2,2026-02-05", "North,2,"), "documents without a date of their own: 1 (id 2)"),
        (("North,2", ",2"), "documents without a customer: 1 (id 2)"),
        (("North,2", "North,1"), "documents whose id another one has too: 2 (id 1)"),
        (("2026-03-07,\n", "07.03.2026,\n"), "payments with a date that cannot be read: 1"),
    ],
)
def test_a_row_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: Any, change: tuple[str, str], told: str
) -> None:
    path = tmp_path / "items.csv"
    path.write_text(LEDGER.replace(*change), encoding="utf-8")
    assert own("demo").main(["--ledger", str(path)]) == 0
    page = capsys.readouterr().out
    assert told in page and "…" not in page.split("The book at a glance")[0]
    assert own("demo").main(["--ledger", str(path), "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert not re.search(r"\b(item|allocation|ledger|data)\.[a-z]", page)
    assert not HALF.search(page), HALF.search(page)


OF_AGEING = {
    "item.no_posting_date",
    "item.no_delivery_date",
    "item.no_acceptance_date",
    "item.no_rate",
    "item.out_of_range",
}
"""Notes that only an ageing adds."""


def test_notes_and_reasons_have_words_in_the_demo() -> None:
    demo = own("demo")
    of_ledgers = {code for code in NOTES if code.startswith(("item.", "allocation."))}
    assert of_ledgers - OF_AGEING <= {*demo.NOTES}
    codes = {key for key in ck.Policy.standard().document.reason_keys if ":" not in key}
    assert codes <= {*demo.WHY}
    page = demo.Page(own("screen").Screen(), demo.sample(None), "en")
    many = ck.ageing.__globals__["Note"](code="item.no_id", count=9, ids=("1", "2", "3", "4"))
    assert page.noted(many) == "documents without an id: 9 (id 1, 2, 3 …)"


def test_of_nothing_there_is_no_percentage(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(
        "account,id,doc_date,due_date,amount\nSouth,3,2026-06-28,2026-07-30,2000\n",
        encoding="utf-8",
    )
    page = run("--ledger", str(path))
    assert re.search(r"^  receivables +0 +2,000 +new$", page, re.MULTILINE)
    assert re.search(r"^  past due, .* 0 +0 +–$", page, re.MULTILINE)
    assert re.search(
        r"^  应收账款 +0 +2,000 +新增$", run("--ledger", str(path), "--lang", "zh"), re.M
    )
    empty = run("--ledger", str(path), "--as-of", "2026-06-28")
    assert "-100.0%" not in page + empty


@pytest.mark.parametrize(
    ("text", "mapping", "message"),
    [
        ("", "", "is empty"),
        (LEDGER.splitlines()[0], "", "has no rows below its head"),
        ("a,b\n1,2\n", "", "no mapping has these columns: a, b. Write one"),
        (LEDGER.replace(",800.00", ",1,800.00"), "", "line 3 has 8 cells for 7 columns"),
        (LEDGER.replace("account", "id"), "", "two columns of the name 'id'"),
        (LEDGER.replace("2026-", "20.26."), "", "no doc_date can be read with dates = '%Y-%m-%d'"),
        (
            LEDGER.replace('"1,000.00"', '"1000,00"').replace(".00", ",00").replace(",00", '",00"'),
            "", "cells for 7 columns",
        ),
        (LEDGER.replace(",", ";").replace(".00", ",00").replace('"1;', '"1'), "",
         "no amount can be read with decimal = '.', such as '1000,00' in line 2"),
        (LEDGER, mapped(decimal="';'"), "decimal must be '.' or ','"),
        (LEDGER, mapped(dates="5"), "dates must be text (got 5)"),
        (LEDGER, mapped(datse="''"), "datse is not known; did you mean 'dates'?"),
        (LEDGER, mapped(encoding="'klingon'"), "unknown encoding"),
        (LEDGER, mapped().replace('= "due_date"', '= "DueDate"'),
         "columns.due_date = 'DueDate' is no column of"),
        (LEDGER, mapped().replace('account    = "account"', ""), "columns.account must be given"),
        (LEDGER, "x = [", "is not TOML"),
        ("account,id,doc_date,amount,currency\nA,1,2026-01-01,5,CNY\nA,2,2026-01-01,5,EUR\n", "",
         "one currency at a time, please (got CNY, EUR)"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, text: str, mapping: str, message: str
) -> None:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(own("host").Unreadable) as caught:
        book(path, mapping)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ledger", "nowhere.csv"], "nowhere.csv"),
        (["--ledger", str(PLAIN.parent)], "directory"),
        (["--ledger", str(EXAMPLES / "company" / "policy.toml")], "columns"),
        (["--policy", str(EXAMPLES / "company" / "items.csv")], "is not TOML"),
        (["--as-of", "tomorrow"], "must be a date such as 2026-11-21"),
    ],
)
def test_the_demo_ends_with_a_sentence(arguments: list[str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["company/policy.toml", "payment_behaviour.toml"])
def test_the_policies_of_the_demo_have_no_findings(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert ck.Policy.from_toml(text).warnings == ()
    assert ck.Policy.from_dict(tomllib.loads(text)) == ck.Policy.from_toml(text)


IBM = EXAMPLES.parents[1] / "shared/data/ibm_accounts_receivable.csv"
real = pytest.mark.skipif(not IBM.exists(), reason="the real ledger is not in the project")


@real
def test_a_real_ledger() -> None:
    page = run("--ledger", str(IBM))
    assert "2013-06-30   100 customers, 2,466 documents" in page
    found = re.search(r"refer (\d+) \((\d+\.\d)%\)", page)
    assert found is not None
    assert 10 <= float(found[2]) <= 25
    assert "by their own history: 83 customers; by the book's: 17" in page
    # nobody of 2012 was paid more than 60 days late
    assert part_of(page, "Provision matrix")[-1] == (
        "  No history of 61-90, 91-120, over 120: these rates are given."
    )


@real
def test_the_page_on_a_real_ledger_shows_what_its_code_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Its block is not run where the ledger is absent, so what it prints is compared here."""
    page = (EXAMPLES.parent / "docs" / "real-ledger.md").read_text("utf-8")
    found = re.search(r"```py\n(from datetime.*?)```\n\n```\n(.*?)```", page, re.DOTALL)
    assert found is not None
    monkeypatch.chdir(IBM.parent)
    read = {"day": lambda cell: datetime.strptime(cell, "%m/%d/%Y").date().isoformat()}
    exec(found[1], {"ck": ck, "csv": csv, **read})
    assert capsys.readouterr().out == found[2]
