"""The version of a row: another exactly when the line says something else, and the same in the next period."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.council.models import Service
from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position
from savings.services.lines import change_line, rename_directorate, set_split, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from savings.spreadsheets.stamps import FACTS, GROUPS, Amounts, said_by, stamp, stamps_of
from tests import factories
from tests.factories import TESTS
from tests.savings.worked_programme import Worked, worked_programme

words = st.text(max_size=12)
amounts = st.builds(
    Amounts,
    st.none() | st.integers(2015, 2020),
    *([st.integers(-(10**15), 10**15)] * (len(Amounts._fields) - 1)),
)
rows = st.tuples(
    st.tuples(*[words] * len(FACTS)),
    st.tuples(*[st.none() | st.integers(1, 9)] * len(GROUPS)),
    st.lists(amounts, max_size=4, unique_by=lambda each: each.year),
)


@given(rows, st.randoms())
def test_the_order_of_the_amounts_does_not_matter(row, random):
    facts, groups, said = row
    mixed = list(said)
    random.shuffle(mixed)
    assert stamp(facts, groups, mixed) == stamp(facts, groups, said)


@given(rows, rows)
def test_rows_that_say_different_things_have_different_versions(one, other):
    def meant(row):
        return row[0], row[1], frozenset(row[2])

    assert (stamp(*one) == stamp(*other)) == (meant(one) == meant(other))


def test_words_do_not_run_from_one_fact_into_the_next():
    none = (None,) * len(GROUPS)
    one = ("ab", "c", *[""] * (len(FACTS) - 2))
    other = ("a", "bc", *[""] * (len(FACTS) - 2))
    assert stamp(one, none, ()) != stamp(other, none, ())


@given(rows)
def test_no_spreadsheet_takes_a_version_for_a_number_a_date_or_a_formula(row):
    version = stamp(*row)
    assert version[0] == "v" and len(version) == 11
    assert version.isalnum() and version.islower()


def test_a_typed_nought_is_not_the_same_as_no_amount():
    nothing = ("",) * len(FACTS), (None,) * len(GROUPS)
    assert stamp(*nothing, [Amounts(2016, 0)]) != stamp(*nothing, [])
    assert stamp(*nothing, [Amounts(None, 5)]) != stamp(*nothing, [Amounts(2016, 5)])


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


def versions(worked: Worked) -> dict[str, str]:
    """The version of each line of the open period, by its code."""
    lines = LineInPeriod.objects.filter(period__programme=worked.programme, period__closed_at=None)
    return {said.code: said.version for said in said_by(lines)}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {code for code in before if before[code] != after[code]}


def test_a_version_outlives_the_opening_of_the_next_period(worked):
    before = versions(worked)
    next_month = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    close_and_open_next(actor=TESTS, period=worked.period, new=next_month)
    assert versions(worked) == before


FACT_CHANGES = [
    {"title": "Another title"},
    {"budget_code": "E1234"},
    {"amount_in_words": "marginal"},
    {"note": "Said by finance"},
    {"method": "property"},
    {"recurring": "one_off"},
    {"saving_type": "faster"},
    {"heading": None},
    {"directorate": None},
    {"service": None},
]


@pytest.mark.parametrize("changes", FACT_CHANGES, ids=lambda each: next(iter(each)))
def test_changing_one_fact_makes_that_row_stale_and_no_other(worked, changes):
    before = versions(worked)
    change_line(actor=TESTS, line=worked.lines["A1"], changes=changes)
    assert changed(before, versions(worked)) == {"A1"}


def test_moving_a_line_makes_its_row_stale(worked):
    before = versions(worked)
    change_line(actor=TESTS, line=worked.lines["A1"], changes={"project": worked.projects["PE"]})
    assert changed(before, versions(worked)) == {"A1"}


def test_two_services_of_one_name_are_two(worked):
    twin = factories.ServiceFactory(name=worked.services["n1"].name, directorate=worked.directorates["North"])
    assert Service.objects.filter(name=twin.name).count() == 2
    before = versions(worked)
    change_line(actor=TESTS, line=worked.lines["A1"], changes={"service": twin})
    assert changed(before, versions(worked)) == {"A1"}


def test_another_split_makes_the_row_stale_and_the_old_one_makes_it_current_again(worked):
    before = versions(worked)
    position = Position.objects.get(line_in_period=worked.lines["A1"], year=2016)
    set_split(actor=TESTS, position=position, split=Split(100, delivered=40, on_target=30, amber=19, red=11))
    assert changed(before, versions(worked)) == {"A1"}
    set_split(actor=TESTS, position=position, split=Split(100, delivered=40, on_target=30, amber=20, red=10))
    assert versions(worked) == before


def test_what_a_row_does_not_say_makes_none_stale(worked):
    before = versions(worked)
    position = Position.objects.get(line_in_period=worked.lines["A1"], year=2016)
    split = Split(100, delivered=40, on_target=30, amber=20, red=10)
    set_split(actor=TESTS, position=position, split=split, comment="Asked the contractor")
    change_line(actor=TESTS, line=worked.lines["A1"], changes={"illustration": "Made up", "corporate_area": None})
    withdraw_line(actor=TESTS, line=worked.lines["N1"], reason="Not needed")
    assert versions(worked) == before


def test_a_renamed_directorate_is_another_word_in_its_rows(worked):
    before = versions(worked)
    rename_directorate(actor=TESTS, directorate=worked.directorates["North"], name="North and West")
    assert changed(before, versions(worked)) == {"A1", "B1", "M1", "W1"}


def test_the_versions_of_many_lines_take_two_queries(worked, django_assert_num_queries):
    lines = LineInPeriod.objects.in_period(worked.period)
    with django_assert_num_queries(2):
        few = stamps_of(lines.filter(line__code__in=["A1", "A2"]))
    for _ in range(200):
        factories.line(worked.period, worked.projects["PA"], {2016: 100})
    with django_assert_num_queries(2):
        many = stamps_of(lines)
    assert len(many) == 6 + 200 and few.items() <= many.items()
