"""Data frames in and out: pandas, Polars, PyArrow and DuckDB, the same kind back, money exact.

    ledger(frame), portfolio(frame), statements(frame),
    monthly_figures(frame)                                a frame's columns as creditkit's tables
    to_frame(result, like=frame)                          decisions, ageing, sales, scores, alerts, worklists,
                                                          allocations, schedules, tables back
    score(model, frame)                                   a published formula as an expression, lazy
    decide(policy, frame)                                 a whole policy, in batches

What a column must be:

- **Money**: decimals, whole numbers or text, in major units. Decimals become minor units through
  their whole-number representation; more decimals than the currency has are refused with the row.
  Floats are refused, unless ``from_float=True`` says that they are to be rounded half-even.
- **Text** (names, codes, kinds): strings, categoricals, dictionaries; whole numbers too, as digits.
  pandas columns of dtype ``object`` are read one by one and have to hold text, `Decimal` or
  ``date`` where that is what the field takes; anything else in them is refused with the row.
- **Dates**: dates, ISO text, or datetimes at midnight without a zone. A time of day or a zone is
  refused: midnight in UTC is another day in Shanghai.
- **Numbers** (statement lines): floats, whole numbers, decimals. Null and NaN are "not known".

``columns`` maps the name of a field to the name of a column, and then exactly these are read;
without it every column of the frame must have the name of a field. ``constants`` gives fields that
are the same in every row. Money goes out as a decimal column: ``Decimal`` in Polars, ``decimal128``
in PyArrow and DuckDB, and in pandas ``ArrowDtype(decimal128)``, for which pyarrow is needed. Beside a
line stands its state (``line_state``, ``line.amount_state``): ``unlimited`` and ``none`` have no amount.

Needs the extra ``frames`` (narwhals); no frame library is imported that did not make the frame.
"""

from __future__ import annotations

from creditkit.frames._engines import decide, score
from creditkit.frames._tables import ledger, monthly_figures, portfolio, statements
from creditkit.frames._writing import to_frame

__all__ = ["decide", "ledger", "monthly_figures", "portfolio", "score", "statements", "to_frame"]
