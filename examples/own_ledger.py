"""A ledger of somebody else's: a CSV file of invoices, with a small mapping of its columns.

What cannot be read as a whole (no such column, no date in the stated form) is an `Unreadable` with
the file, the line and what to write instead. A single row that cannot be read goes on as it is: the
library says so in the ledger's notes, and its customer's figures are not known.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from host import Company, Row, Unreadable, by, columns, parsed, sales

import creditkit as ck

FIELDS = ("account", "id", "kind", "doc_date", "due_date", "amount", "settled_on", "paid")
FIELDS += ("disputed", "currency")
NEEDED = ("account", "id", "doc_date", "amount")
DATES = ("doc_date", "due_date", "settled_on")
AMOUNTS = ("amount", "paid", "disputed")


# The file


def read(path: Path, encoding: str = "utf-8-sig") -> tuple[list[str], dict[int, list[str]]]:
    """The head and, by line, the rows of a CSV file; commas, semicolons, tabs or bars separate them."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        remedy = "save it as UTF-8, or name its encoding in the mapping: encoding = 'gb18030'"
        raise Unreadable(f"{path} cannot be decoded: {error}; {remedy}") from None
    first = text.partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        table = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise Unreadable(f"{path} is no CSV file: {error} in line {reader.line_num}") from None
    if not table:
        raise Unreadable(f"{path} is empty")
    head = [cell.strip() for cell in table[0][1]]
    repeated = sorted({name for name in head if name and head.count(name) > 1})
    if repeated:
        raise Unreadable(f"{path} has two columns of the name {repeated[0]!r}")
    wide = [(line, len(row)) for line, row in table[1:] if len(row) > len(head)]
    if wide:
        line, cells = wide[0]
        rule = f"line {line} has {cells} cells for {len(head)} columns"
        more = f", the first of {len(wide)} such lines" if len(wide) > 1 else ""
        remedy = f"put quotes around cells with a {separator!r} in them"
        raise Unreadable(f"{path}: {rule}{more}; {remedy}")
    return head, dict(table[1:])


# The mapping


def mapping(path: Path, given: Path | None, known: Path) -> Row:
    """The mapping that was given, or the first that we know whose columns the file has."""
    if given is not None:
        how = checked(parsed(given), given)
        return fitted(how, read(path, how["encoding"])[0], path, given)
    head = read(path)[0]
    for candidate in sorted(known.glob("*.toml")):
        how = checked(parsed(candidate), candidate)
        if all(how["columns"][name] in head for name in NEEDED):
            return fitted(how, head, path, candidate)
    raise Unreadable(
        f"{path}: no mapping has these columns: {', '.join(head)}. "
        "Write one (see examples/mappings) and pass --mapping"
    )


def checked(how: Row, path: Path) -> Row:
    """A mapping whose keys are known and whose values are of the right type."""
    types = dict.fromkeys(("currency", "dates", "encoding", "decimal"), str)
    types |= {"columns": dict, "flags": dict, "as_of": date}
    words = {str: "text", dict: "a table", date: "a date"}
    for name, value in how.items():
        if name not in types:
            raise Unreadable(f"{path}: {name} is not known{meant(name, types)}")
        if not isinstance(value, types[name]) or isinstance(value, datetime):
            raise Unreadable(f"{path}: {name} must be {words[types[name]]} (got {value!r})")
    how = {"encoding": "utf-8-sig", "decimal": ".", "flags": {}, "columns": {}, **how}
    for name, value in how["columns"].items():
        if name not in FIELDS:
            raise Unreadable(f"{path}: columns.{name} is not known{meant(name, FIELDS)}")
        if not isinstance(value, str):
            raise Unreadable(f"{path}: columns.{name} must be the name of a column (got {value!r})")
    for name in [*(f"columns.{one}" for one in NEEDED if one not in how["columns"]), "dates"]:
        if name not in how:
            raise Unreadable(f"{path}: {name} must be given; see examples/mappings/plain.toml")
    if how["decimal"] not in (".", ","):
        raise Unreadable(f"{path}: decimal must be '.' or ',' (got {how['decimal']!r})")
    if "currency" not in how and "currency" not in how["columns"]:
        raise Unreadable(f"{path}: currency must be given, or a column of currencies")
    return how


def fitted(how: Row, head: list[str], path: Path, source: Path) -> Row:
    """The mapping with the columns that the file has; one that may be missing keeps its own name."""
    for ours, theirs in how["columns"].items():
        if theirs not in head and (ours in NEEDED or ours != theirs):
            raise Unreadable(
                f"{source}: columns.{ours} = {theirs!r} is no column of {path}{meant(theirs, head)}"
            )
    return {**how, "columns": {ours: name for ours, name in how["columns"].items() if name in head}}


def meant(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names)}"


# The rows


def book(path: Path, how: Row, as_of: date | None = None) -> Company:
    """Invoices with what was paid, as a ledger and as customers of whom nothing else is known."""
    head, raw = read(path, how["encoding"])
    given = {}
    for line, row in raw.items():
        cells = dict(zip(head, row, strict=False))
        given[line] = {
            ours: cells.get(theirs, "").strip() or None for ours, theirs in how["columns"].items()
        }
    if not given:
        raise Unreadable(f"{path} has no rows below its head")
    table = [mapped(row, how) for row in given.values()]
    refuse_unread(path, given, how)
    currencies = {row["currency"] for row in table if row["currency"] is not None}
    if len(currencies) != 1:
        found = ", ".join(sorted(currencies)) or "none"
        raise Unreadable(f"{path}: one currency at a time, please (got {found})")
    dated = [row for row in table if row["account"] and row["doc_date"]]
    last = max((row["doc_date"] for row in dated), default=None)
    if last is None:
        raise Unreadable(f"{path}: no row has an account and a date")
    as_of = as_of or how.get("as_of") or date.fromisoformat(last)
    first = {
        name: min(row["doc_date"] for row in many) for name, many in by(dated, "account").items()
    }
    began = min(first.values())
    if began > as_of.isoformat():
        raise Unreadable(f"{path}: nothing is dated by {as_of}; the first document is of {began}")
    sold = sales([row for row in dated if plain(row["amount"])], "account")
    year = sold(as_of - relativedelta(years=1), as_of)
    return Company(
        as_of=as_of,
        customers=[
            ck.Customer(
                id=name,
                currency=next(iter(currencies)),
                credit_sales_12m=year.get(name, Decimal(0)),
                trading_since=date.fromisoformat(since),
            )
            for name, since in sorted(first.items())
            if since <= as_of.isoformat()
        ],
        ledger=ledger(table, path),
        sold=sold,
    )


def ledger(table: list[Row], path: Path) -> ck.Ledger:
    same = {name: name for name in ("id", "account", "kind", "currency", "amount", "doc_date")}
    same |= {"due_date": "due_date", "disputed": "disputed"}
    paid = [row for row in table if row["paid"] is not None]
    ties = columns(paid, target="id", currency="currency", amount="paid", on="settled_on")
    made = ck.Ledger.from_columns(columns(table, **same), ties)
    if made.readable is not None and not made.readable.any():
        why = ", ".join(f"{note.code} {note.count}" for note in made.faults)
        raise Unreadable(f"{path}: no row can be read ({why})")
    return made


def mapped(row: Row, how: Row) -> Row:
    """One row under the library's names: ISO dates, its kind, what was paid, what is disputed."""
    named: Row = {**dict.fromkeys(FIELDS), **row}
    for name in DATES:
        named[name] = iso(row.get(name), how["dates"]) or row.get(name)
    if not iso(row.get("doc_date"), how["dates"]):
        named["doc_date"] = None  # the row cannot be read, and is in no sum of ours
    for name in AMOUNTS:
        named[name] = exact(row.get(name), how["decimal"]) or row.get(name)
    credit = (named["amount"] or "").startswith("-")
    named["kind"] = named["kind"] or ("credit_note" if credit else "invoice")
    named["currency"] = named["currency"] or how.get("currency")
    if named["paid"] is None and named["settled_on"] is not None and not credit:
        named["paid"] = named["amount"]
    yes = how["flags"].get("disputed")
    if yes is not None:
        named["disputed"] = named["amount"] if row.get("disputed") == yes else None
    return named


def iso(text: str | None, form: str) -> str | None:
    """A date in the form of the mapping, as ISO text; None where it is none."""
    try:
        return None if text is None else datetime.strptime(text, form).date().isoformat()
    except ValueError:
        return None


def exact(text: str | None, decimal: str) -> str | None:
    """1,234.50, (1,234.50) and 1,234.50- in plain digits; None where the commas do not fit."""
    body, sign = text or "", ""
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1], "-"
    elif body.startswith("-") or body.endswith("-"):
        body, sign = body.removeprefix("-").removesuffix("-"), "-"
    whole, _, rest = body.partition(decimal)
    group = rf"[ \u00a0\u202f'{'.' if decimal == ',' else ','}]"
    if not re.fullmatch(rf"[0-9]+|[0-9]{{1,3}}({group}[0-9]{{3}})+", whole):
        return None
    if not re.fullmatch(r"[0-9]*", rest):
        return None
    digits = re.sub(group, "", whole)
    return f"{sign}{digits}.{rest}" if rest else f"{sign}{digits}"


def plain(text: Any) -> bool:
    return isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", text) is not None


def refuse_unread(path: Path, given: dict[int, Row], how: Row) -> None:
    """Refuse a file in which a column has cells and none of them can be read: its form is another."""
    flagged = how["flags"].get("disputed") is not None
    for name in (*DATES, *AMOUNTS):
        cells = [(line, row[name]) for line, row in given.items() if row.get(name)]
        if name == "disputed" and flagged:
            continue
        reads = iso if name in DATES else exact
        form = how["dates"] if name in DATES else how["decimal"]
        if cells and all(reads(cell, form) is None for _, cell in cells):
            key = "dates" if name in DATES else "decimal"
            line, cell = cells[0]
            raise Unreadable(
                f"{path}: no {name} can be read with {key} = {form!r}, such as {cell!r} in line "
                f"{line}; change {key} in the mapping"
            )
