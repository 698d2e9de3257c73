from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.money import (
    BOUND,
    AmountError,
    PenceError,
    Unit,
    exact_pounds,
    format_amount,
    format_exact,
    format_percent,
    parse_amount,
    percent,
    printed_precision,
    round_half_away,
    rounds_to,
    with_unit,
)

POUNDS, THOUSANDS, MILLIONS = Unit.POUNDS, Unit.THOUSANDS, Unit.MILLIONS
amounts = st.integers(-BOUND + 1, BOUND - 1)
units = st.sampled_from(Unit)


@pytest.mark.parametrize(
    ("text", "unit", "pounds"),
    [
        ("£1,250", POUNDS, 1_250),
        ("1250", POUNDS, 1_250),
        ("(300)", THOUSANDS, -300_000),
        ("-£1.331m", THOUSANDS, -1_331_000),
        ("−1,331", THOUSANDS, -1_331_000),
        ("–1,331", THOUSANDS, -1_331_000),
        ("300-", THOUSANDS, -300_000),
        ("+5", THOUSANDS, 5_000),
        ("152.5", THOUSANDS, 152_500),
        (".5", THOUSANDS, 500),
        ("1.2m", POUNDS, 1_200_000),
        ("£160k", MILLIONS, 160_000),
        ("£1000K", POUNDS, 1_000_000),
        ("£ 346k", POUNDS, 346_000),
        ("1.5 million", POUNDS, 1_500_000),
        ("£0.25 million", POUNDS, 250_000),
        ("£1.9bn", POUNDS, 1_900_000_000),
        ("£2.5M", POUNDS, 2_500_000),
        ("£(0.5)m", POUNDS, -500_000),
        ("(£0.5m)", POUNDS, -500_000),
        ("£-5", POUNDS, -5),
        ("- 5", POUNDS, -5),
        ("\u00a05 ", POUNDS, 5),
        ("(147,500)", THOUSANDS, -147_500_000),
        ("10.369", MILLIONS, 10_369_000),
        ("0", MILLIONS, 0),
        ("-0", MILLIONS, 0),
        ("5.00", POUNDS, 5),
        ("0.000001", MILLIONS, 1),
    ],
)
def test_reads_amounts_as_councils_write_them(text: str, unit: Unit, pounds: int) -> None:
    assert parse_amount(text, unit) == pounds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "£",
        "()",
        ".",
        "12O",
        "1,25",
        "1,2500",
        "12,34,567",
        ",500",
        "1 250",
        "1.2.3",
        "5.",
        "(5",
        "5)",
        "((5))",
        "-(5)",
        "(-5)",
        "--5",
        "-5-",
        "+-5",
        "5%",
        "1e5",
        "0x10",
        "1_000",
        "nan",
        "inf",
        "five",
        "12 per cent",
        "٣",
        "１２",
        "²",
        "5\u212a",  # the Kelvin sign looks like K
        "5 5",
        "£££5",
        "$5",
        "5mm",
        "=1+1",
        "2015/16",
        "(marginal)",
        "1" * 61,
        " " * 10_000 + "x",
        "9" * 10_000,
    ],
)
def test_refuses_what_is_not_an_amount(text: str) -> None:
    for unit in Unit:
        with pytest.raises(AmountError):
            parse_amount(text, unit)


def test_the_message_says_what_to_enter() -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount("12O", THOUSANDS)
    assert str(caught.value) == "'12O' is not an amount. Enter a number such as 120 or 120.5 (in £000)"


def test_a_long_text_is_quoted_in_short() -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount("x" * 100_000, POUNDS)
    assert len(str(caught.value)) < 150


def test_pence_are_refused_and_named() -> None:
    with pytest.raises(PenceError) as caught:
        parse_amount("-1.2345", THOUSANDS)
    assert str(caught.value) == "'-1.2345' (in £000) comes to −£1,234.50: amounts are whole pounds, without pence"


@pytest.mark.parametrize(
    ("text", "pounds"),
    [("0.4", 0), ("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("2.4999999", 2), ("0.49", 0)],
)
def test_pence_of_an_import_round_half_away_from_nought(text: str, pounds: int) -> None:
    assert parse_amount(text, POUNDS, round_pence=True) == pounds


def test_exact_pounds_keeps_the_pence_for_the_report_of_an_import() -> None:
    assert exact_pounds("1.2345", THOUSANDS) == Decimal("1234.5")
    assert exact_pounds("0.30000000000000004", THOUSANDS) == Decimal("300.00000000000004")


def test_size_is_bounded() -> None:
    assert parse_amount("999,999,999,999,999", POUNDS) == BOUND - 1
    for text, unit in (("1000000000000000", POUNDS), ("1000000bn", POUNDS), ("-1000000000", MILLIONS)):
        with pytest.raises(AmountError, match="too large"):
            parse_amount(text, unit)
    # not lost to the precision of a decimal context either
    with pytest.raises(PenceError):
        parse_amount("999999999999999.00000000000000000000000000001", POUNDS)
    for text in ("9" * 50, "999999999999999.5"):
        with pytest.raises(AmountError, match="too large"):
            parse_amount(text, POUNDS, round_pence=True)


@given(st.text())
def test_any_text_is_an_amount_or_an_amount_error(text: str) -> None:
    for unit in Unit:
        try:
            assert abs(parse_amount(text, unit)) < BOUND
        except AmountError as error:
            assert str(error)


@given(amounts, units)
def test_exact_text_reads_back(amount: int, unit: Unit) -> None:
    text = format_exact(amount, unit)
    assert parse_amount(text, unit) == amount
    assert text.isascii() and not text.endswith((".", "-"))
    assert "." not in text or not text.endswith("0")


@given(amounts, units, st.booleans())
def test_shown_text_reads_back_where_decimals_suffice(amount: int, unit: Unit, sign: bool) -> None:
    assert parse_amount(format_amount(amount, unit, decimals=unit.power, sign=sign), unit) == amount


@given(st.integers(-BOUND // 2, BOUND // 2), units, st.integers(0, 6))
def test_shown_text_is_never_further_off_than_half_its_last_digit(amount: int, unit: Unit, decimals: int) -> None:
    shown = exact_pounds(format_amount(amount, unit, decimals=decimals), unit)
    assert abs(shown - amount) * 2 <= Decimal(unit.factor) / 10**decimals


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (152_500, POUNDS, "152,500"),
        (152_500, THOUSANDS, "153"),
        (-152_500, THOUSANDS, "−153"),
        (152_499, THOUSANDS, "152"),
        (10_369_000, MILLIONS, "10.369"),
        (-1_331_000, MILLIONS, "−1.331"),
        (1_234_567_500_000, MILLIONS, "1,234,567.500"),
        (0, MILLIONS, "0.000"),
        (0, THOUSANDS, "0"),
        (400, THOUSANDS, "0"),
        (-400, THOUSANDS, "0"),
        (-499, MILLIONS, "0.000"),
        (-500, MILLIONS, "−0.001"),
        (50_000, MILLIONS, "0.050"),
    ],
)
def test_shows_amounts_as_the_mock_ups_do(amount: int, unit: Unit, text: str) -> None:
    assert format_amount(amount, unit) == text


def test_sign_and_decimals_on_request() -> None:
    assert format_amount(5_000, THOUSANDS, sign=True) == "+5"
    assert format_amount(-5_000, THOUSANDS, sign=True) == "−5"
    assert format_amount(0, THOUSANDS, sign=True) == "0"
    assert format_amount(152_500, THOUSANDS, decimals=1) == "152.5"
    assert format_amount(1_500_000, MILLIONS, decimals=0) == "2"
    assert format_amount(1_250, POUNDS, decimals=2) == "1,250.00"


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (120_500, THOUSANDS, "120.5"),
        (120_000, THOUSANDS, "120"),
        (-1_331_000, MILLIONS, "-1.331"),
        (1, MILLIONS, "0.000001"),
        (-300, THOUSANDS, "-0.3"),
        (1_250_000, POUNDS, "1250000"),
        (0, MILLIONS, "0"),
    ],
)
def test_exact_text_is_short(amount: int, unit: Unit, text: str) -> None:
    assert format_exact(amount, unit) == text


def test_amounts_in_a_sentence() -> None:
    assert with_unit(10_369_000, MILLIONS) == "£10.369m"
    assert with_unit(152_500, POUNDS) == "£152,500"
    assert with_unit(347_000, THOUSANDS) == "£347,000"
    assert with_unit(-1_331_000, MILLIONS) == "−£1.331m"
    assert with_unit(-1_331_000, THOUSANDS) == "−£1,331,000"
    assert with_unit(5, POUNDS, sign=True) == "+£5"
    assert with_unit(0, POUNDS, sign=True) == "£0"


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [
        (1, 2, 1),
        (-1, 2, -1),
        (1, -2, -1),
        (-1, -2, 1),
        (3, 2, 2),
        (5, 2, 3),
        (-5, 2, -3),
        (1, 3, 0),
        (2, 3, 1),
        (0, 7, 0),
    ],
)
def test_halves_go_away_from_nought(numerator: int, denominator: int, quotient: int) -> None:
    assert round_half_away(numerator, denominator) == quotient


@given(st.integers(), st.integers().filter(bool))
def test_rounding_is_nearest_and_odd(numerator: int, denominator: int) -> None:
    rounded = round_half_away(numerator, denominator)
    assert 2 * abs(rounded * denominator - numerator) <= abs(denominator)
    assert round_half_away(-numerator, denominator) == -rounded


def test_rounding_by_nought_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        round_half_away(1, 0)


def test_percent() -> None:
    assert percent(1, 3) == Decimal("33.3")
    assert percent(1, 8) == Decimal("12.5")
    assert percent(1, 2000) == Decimal("0.1")  # 0.05 per cent: a half goes up
    assert percent(-1, 2000) == Decimal("-0.1")
    assert percent(-50, -100) == Decimal("50.0")
    assert percent(3, 2) == Decimal("150.0")
    assert str(percent(0, 5)) == "0.0"
    assert percent(0, 0) is None
    assert percent(5, 0) is None


def test_percent_as_shown() -> None:
    assert format_percent(percent(892, 1000)) == "89.2%"
    assert format_percent(percent(-4, 100)) == "−4.0%"
    assert format_percent(percent(0, 100)) == "0.0%"
    assert format_percent(Decimal(12)) == "12.0%"
    assert format_percent(None) == "not applicable"


@pytest.mark.parametrize(
    ("printed", "unit", "pounds"),
    [
        ("2.619", MILLIONS, 1_000),
        ("584", THOUSANDS, 1_000),
        ("1,025", THOUSANDS, 1_000),
        ("0.5m", MILLIONS, 100_000),
        ("£160k", THOUSANDS, 1_000),
        ("£160k", MILLIONS, 1_000),
        ("£1250K split equally", POUNDS, 1_000),
        ("£8.9 million", MILLIONS, 100_000),
        ("£1.9bn", MILLIONS, 100_000_000),
        (">£2.5M", POUNDS, 100_000),
        ("approaching £33M", POUNDS, 1_000_000),
        ("in excess of £250k", POUNDS, 1_000),
        ("£ 346k", POUNDS, 1_000),
        ("(147,500)", THOUSANDS, 1_000),
        ("-1.081", MILLIONS, 1_000),
        ("£(0.5)m", POUNDS, 100_000),
        ("190 (inc. 90 ASC delivery budget savings)", THOUSANDS, 1_000),
        ("9 contracts worth £2.5m", POUNDS, 100_000),
        ("190 members", THOUSANDS, 1_000),
        ("£305m", POUNDS, 1_000_000),
        ("£152,500", POUNDS, 1),
        ("0.12345678", MILLIONS, 1),
    ],
)
def test_precision_as_printed(printed: str, unit: Unit, pounds: int) -> None:
    assert printed_precision(printed, unit) == pounds


@pytest.mark.parametrize("printed", ["", "-", "(marginal)", "£", "tbc"])
def test_no_number_no_precision(printed: str) -> None:
    assert printed_precision(printed, THOUSANDS) is None


def test_rounds_to() -> None:
    assert rounds_to(2_618_600, 2_619_000, 1_000)
    assert rounds_to(2_618_500, 2_619_000, 1_000)
    assert not rounds_to(2_618_499, 2_619_000, 1_000)
    assert rounds_to(-2_618_500, -2_619_000, 1_000)
    assert not rounds_to(196_000, 256_000, 1_000)
    # a figure split by the reader need not be a multiple of what is printed
    assert rounds_to(312_500, 312_500, 1_000)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("£", POUNDS),
        ("Pounds", POUNDS),
        ("£000", THOUSANDS),
        ("£'000", THOUSANDS),
        ("£ ’000s", THOUSANDS),
        ("£K", THOUSANDS),
        ("thousands", THOUSANDS),
        ("£m", MILLIONS),
        ("£ million", MILLIONS),
        ("MILLIONS", MILLIONS),
    ],
)
def test_reads_units(text: str, unit: Unit) -> None:
    assert Unit.parse(text) is unit


def test_refuses_other_units() -> None:
    with pytest.raises(AmountError, match="'€' is not a unit"):
        Unit.parse("€")


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_reads_its_own_symbol_and_name(unit: Unit) -> None:
    assert Unit.parse(unit.symbol) is Unit.parse(unit.value) is unit


def test_factors() -> None:
    assert [(unit.symbol, unit.factor) for unit in Unit] == [("£", 1), ("£000", 1_000), ("£m", 1_000_000)]
