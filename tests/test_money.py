"""Money is exact: what it takes, what it refuses, how it rounds; and the messages of errors."""

from __future__ import annotations

import copy
import decimal
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from creditkit.errors import CreditkitError, InvalidFact, shown
from creditkit.money import (
    CURRENCIES,
    LARGEST,
    Line,
    Money,
    Rounding,
    currency_digits,
    minor_units,
    multiplied,
    plain_amount,
    rounded,
)

currencies = st.sampled_from(["CNY", "JPY", "KWD", "CLF", "USD"])
minors = st.one_of(
    st.integers(-LARGEST, LARGEST),
    st.integers(-1000, 1000),
    st.sampled_from([0, 1, -1, LARGEST, -LARGEST, LARGEST - 1, 2**53, 2**53 + 1]),
)

# -------------------------------------------------------------------------------------- currencies

WITHDRAWN = {"ANG", "BGN", "CUC"}  # from ISO 4217 since 2021, but in ledgers


def test_currencies_are_those_of_iso_4217() -> None:
    iso4217 = pytest.importorskip("iso4217")
    theirs = {c.code.upper(): c.exponent for c in iso4217.Currency if c.exponent is not None}
    wanted = {code: digits for code, digits in theirs.items() if CURRENCIES.get(code) != digits}
    assert wanted == {}
    assert set(CURRENCIES) - set(theirs) <= WITHDRAWN


@pytest.mark.parametrize("code", ["cny", "RMB", "XAU", "", None, 156, "CNY "])
def test_unknown_currencies_are_refused(code: object) -> None:
    with pytest.raises(InvalidFact, match="must be an ISO 4217 code"):
        currency_digits(code)
    with pytest.raises(InvalidFact, match=r"write .*CNY"):
        Money(1, code)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match=r"write .*CNY"):
        Money.from_minor(1, code)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ what it takes


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.3", "CNY", 1230),
        (Decimal("12.30"), "CNY", 1230),
        (12, "CNY", 1200),
        ("-0.01", "CNY", -1),
        ("1500", "JPY", 1500),
        ("1.500", "KWD", 1500),
        ("0.0001", "CLF", 1),
        ("12.3000000", "CNY", 1230),
        ("0E-999999", "CNY", 0),
        (Decimal("1E+3"), "CNY", 100_000),
        ("92233720368547758.07", "CNY", LARGEST),
        ("-92233720368547758.07", "CNY", -LARGEST),
    ],
)
def test_major_units(amount: Decimal | str | int, currency: str, minor: int) -> None:
    assert Money(amount, currency).minor == minor


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        (0.1, "must be exact money .* write '0.1' or Decimal\\('0.1'\\)"),
        (float("nan"), "must be exact money"),
        (True, "must be exact money"),
        (None, "must be exact money"),
        (np.float64(0.25), "write '0.25'"),
        (b"1", "must be exact money"),
        ("1.234", "must have at most 2 decimals in CNY"),
        ("1e-999999", "must have at most 2 decimals"),
        (Decimal("1e-999999"), "must have at most 2 decimals"),
        ("12,50", "plain digits"),
        ("1_000", "plain digits"),
        ("１２", "plain digits"),
        ("", "plain digits"),
        ("9" * 41, "plain digits"),
        ("nan", "finite amount"),
        ("-inf", "finite amount"),
        (Decimal("sNaN"), "finite amount"),
        ("1e25", "finite amount within 64 bits"),
        ("92233720368547758.08", "within 64 bits"),
        pytest.param(10**5000, "within 64 bits .*a whole number of 16610 bits", id="huge"),
    ],
)
def test_what_is_not_exact_money_is_refused(amount: object, rule: str) -> None:
    with pytest.raises(InvalidFact, match=rule) as caught:
        Money(amount, "CNY")  # type: ignore[arg-type]
    assert caught.value.path == "money"


def test_decimals_by_currency() -> None:
    with pytest.raises(InvalidFact, match="must have at most 0 decimals in JPY"):
        Money("1.5", "JPY")
    with pytest.raises(InvalidFact, match=r"order\.amount must have at most 3"):
        minor_units("0.0001", "KWD", "order.amount")


@pytest.mark.parametrize("minor", [1.0, "1", None, True, np.float64(3), Fraction(1)])
def test_minor_units_are_whole(minor: object) -> None:
    with pytest.raises(InvalidFact, match="must be a whole number of minor units"):
        Money.from_minor(minor, "CNY")  # type: ignore[arg-type]


def test_minor_units_from_numpy_are_python_numbers() -> None:
    money = Money.from_minor(np.int64(5), "CNY")  # type: ignore[arg-type]
    assert type(money.minor) is int
    with pytest.raises(InvalidFact, match="within 64 bits"):
        Money.from_minor(LARGEST + 1, "CNY")


@given(minors, currencies)
def test_round_trips(minor: int, currency: str) -> None:
    money = Money.from_minor(minor, currency)
    assert Money(money.amount, currency) == money
    assert Money(plain_amount(minor, currency), currency) == money
    assert Money(str(money).split()[0].replace(",", ""), currency) == money
    assert eval(repr(money)) == money
    assert pickle.loads(pickle.dumps(money)) == money
    assert copy.copy(money) == copy.deepcopy(money) == money
    assert hash(Money(money.amount, currency)) == hash(money)


@given(minors, currencies)
def test_no_decimal_context_changes_an_amount(minor: int, currency: str) -> None:
    money = Money.from_minor(minor, currency)
    amount, text = money.amount, str(money)
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        assert money.amount == amount
        assert str(money) == text
        assert Money(text.split()[0].replace(",", ""), currency) == money


# -------------------------------------------------------------------------------------- arithmetic


@given(minors, minors)
def test_sums_are_exact(one: int, two: int) -> None:
    a, b = Money.from_minor(one, "CNY"), Money.from_minor(two, "CNY")
    assume(abs(one + two) <= LARGEST and abs(one - two) <= LARGEST)
    assert (a + b).minor == one + two
    assert (a - b).minor == one - two
    assert (-a).minor == -one
    assert (a < b, a <= b, a > b, a >= b) == (one < two, one <= two, one > two, one >= two)
    assert (a == b) == (one == two)
    assert bool(a) == bool(one)


def test_sums_beyond_64_bits_are_refused() -> None:
    with pytest.raises(InvalidFact, match="within 64 bits"):
        Money.from_minor(LARGEST, "CNY") + Money(1, "CNY")


def test_two_currencies_never_meet() -> None:
    yuan, dollar = Money(1, "CNY"), Money(1, "USD")
    for meet in (
        lambda: yuan + dollar,
        lambda: yuan - dollar,
        lambda: yuan < dollar,
        lambda: yuan >= dollar,
    ):
        with pytest.raises(InvalidFact, match=r"must be in CNY .* convert it with Rates first"):
            meet()
    with pytest.raises(InvalidFact, match="must be Money in CNY"):
        yuan + 1  # type: ignore[operator]
    assert yuan != dollar
    assert yuan != 100
    assert len({yuan, dollar, Money("1.00", "CNY")}) == 2
    with pytest.raises(TypeError):
        yuan * 0.5  # type: ignore[operator]


def test_money_is_immutable() -> None:
    money = Money(1, "CNY")
    with pytest.raises(AttributeError, match="immutable"):
        money.minor = 2
    with pytest.raises(AttributeError, match="immutable"):
        del money.currency


def test_money_in_text() -> None:
    assert str(Money("-1234567.8", "CNY")) == "-1,234,567.80 CNY"
    assert f"{Money(5, 'JPY'):>8}" == "   5 JPY"
    assert repr(Money("-0.05", "CNY")) == "Money('-0.05', 'CNY')"
    assert repr(Money(-3, "JPY")) == "Money('-3', 'JPY')"
    assert str(Line.UNLIMITED) == "unlimited"


# ---------------------------------------------------------------------------------------- rounding

MODES = {
    "half_even": decimal.ROUND_HALF_EVEN,
    "half_up": decimal.ROUND_HALF_UP,
    "floor": decimal.ROUND_FLOOR,
    "ceil": decimal.ROUND_CEILING,
}


@given(
    st.one_of(st.integers(-(2**64), 2**64), st.integers(-60, 60)),
    st.integers(0, 6),
    st.sampled_from(sorted(MODES)),
)
@example(-5, 1, "half_even")
@example(-5, 1, "half_up")
@example(-15, 1, "half_even")
def test_modes_are_those_of_decimal(numerator: int, digits: int, mode: str) -> None:
    """Tenths, hundredths ...: what decimal can write down exactly."""
    with decimal.localcontext() as context:
        context.prec = 60
        exact = Decimal(numerator).scaleb(-digits)
        wanted = int(exact.quantize(Decimal(1), rounding=MODES[mode]))
    assert rounded(numerator, 10**digits, mode) == wanted


@given(
    st.one_of(st.integers(-(2**70), 2**70), st.integers(-60, 60)),
    st.integers(1, 2**40),
    st.sampled_from([1, 7, 100, 100_000]),
    st.sampled_from(sorted(MODES)),
)
def test_rounding_is_to_the_nearest_or_next_step(
    numerator: int, denominator: int, step: int, mode: str
) -> None:
    result = rounded(numerator, denominator, mode, step)
    off = Fraction(result) - Fraction(numerator, denominator)
    assert result % step == 0
    if mode == "floor":
        assert -step < off <= 0
    elif mode == "ceil":
        assert 0 <= off < step
    else:
        assert abs(off) <= Fraction(step, 2)
        if abs(off) == Fraction(step, 2):  # a tie
            if mode == "half_even":
                assert result // step % 2 == 0
            else:
                assert abs(result) > abs(Fraction(numerator, denominator))


@given(st.integers(-LARGEST, LARGEST), st.fractions(-10, 10), st.sampled_from(sorted(MODES)))
def test_multiplied_rounds_once(minor: int, factor: Fraction, mode: str) -> None:
    wanted = rounded(minor * factor.numerator, factor.denominator, mode)
    assert multiplied(minor, factor, mode) == wanted
    assert abs(wanted - minor * factor) <= 1


def test_multiplied_by_a_share_that_binary_cannot_hold() -> None:
    assert multiplied(100, Fraction("0.57"), "floor") == 57  # int(0.57 * 100) is 56
    assert multiplied(480_999, Fraction(1), "floor:1000") == 400_000
    assert multiplied(-480_999, Fraction(1), "floor:1000") == -500_000
    assert multiplied(480_001, Fraction(1), "ceil:1000") == 500_000
    assert multiplied(480_999, Fraction(1), "floor:1000", "JPY") == 480_000
    assert multiplied(12_345, Fraction(1), "ceil:0.05") == 12_345
    assert multiplied(12_346, Fraction(1), "ceil:0.05") == 12_350


@pytest.mark.parametrize(
    "text", ["half_even", "half_up", "floor", "ceil", "floor:1000", "ceil:0.05"]
)
def test_rounding_modes_read_and_write(text: str) -> None:
    assert str(Rounding(text)) == text
    assert Rounding(str(Rounding(text))).step_minor("CNY") == Rounding(text).step_minor("CNY")


@pytest.mark.parametrize(
    "text",
    [
        *("", "down", "half_even:10", "half_up:10", "floor:", "floor:0", "floor:0.00", "floor:-1"),
        *("floor:nan", "floor:inf", "floor:1_000", "floor:１０", "floor: 10", "floor:1e3"),
        *("ceil:1000000000000000000", "Floor", "floor:abc", None, 5),
    ],
)
def test_other_rounding_modes_are_refused(text: object) -> None:
    with pytest.raises(InvalidFact, match="must be half_even, half_up, floor:STEP or ceil:STEP"):
        Rounding(text)  # type: ignore[arg-type]


def test_a_step_finer_than_the_currency_is_refused() -> None:
    with pytest.raises(InvalidFact, match=r"rounding\.step must have at most 0 decimals in JPY"):
        multiplied(100, Fraction(1), "floor:0.5", "JPY")


# ------------------------------------------------------------------------------ messages of errors


def test_an_error_names_path_rule_value_and_remedy() -> None:
    error = InvalidFact("ledger.amount", "must be exact money", 0.1, "write '0.10'", row=3, count=2)
    assert str(error) == (
        "ledger.amount must be exact money (got 0.1) in row 3, the first of 2 such rows; "
        "write '0.10'"
    )
    assert isinstance(error, CreditkitError)
    assert isinstance(error, ValueError)
    assert str(InvalidFact("a", "must be given")) == "a must be given"
    assert str(InvalidFact("a", "must be given", None)) == "a must be given (got None)"
    assert str(InvalidFact("a", "must be", 1, row=0, count=1)) == "a must be (got 1) in row 0"


@pytest.mark.parametrize(
    "error",
    [
        InvalidFact("a", "must be given"),
        InvalidFact("a", "must be given", None, "write it", row=2, count=7),
        InvalidFact("a", "must be in CNY", Money(1, "USD")),
    ],
    ids=["short", "long", "money"],
)
def test_errors_pickle_and_copy(error: InvalidFact) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is InvalidFact
        assert str(again) == str(error)
        assert vars(again) == vars(error)


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def test_values_are_shown_shortly() -> None:
    assert shown("x" * 500) == "'" + "x" * 76 + "..."
    assert len(shown("x" * 500)) == 80
    assert shown(10**5000) == "a whole number of 16610 bits"
    assert shown([10**5000]) == "a list"  # Python refuses to write it down
    assert shown(Unshowable()) == "a Unshowable"
    assert str(InvalidFact("a", "must be", Unshowable())) == "a must be (got a Unshowable)"


def test_a_span_of_time_is_no_amount() -> None:
    """numpy counts spans of time among the whole numbers."""
    with pytest.raises(InvalidFact, match="whole number of minor units"):
        Money.from_minor(np.timedelta64(5, "D"), "CNY")  # type: ignore[arg-type]
