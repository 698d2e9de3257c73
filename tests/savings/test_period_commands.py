"""`open_period` and `close_period`: one act, in words and as JSON, and what each refuses."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from savings.models import ReportingPeriod
from savings.services.period_facts import prepare_period
from savings.services.periods import period_named
from tests import factories
from tests.savings.worked_programme import worked_programme

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    written = io.StringIO()
    call_command(*words, stdout=written)
    return written.getvalue()


def refused(*words: str) -> tuple[str, int]:
    with pytest.raises(CommandError) as error:
        run(*words)
    return str(error.value), error.value.returncode


@pytest.fixture
def worked(db):
    return worked_programme()


def test_closing_says_what_is_outstanding_and_opens_the_next(worked):
    told = run("close_period", "--next", "2016/17 m3", "--due", "2016-07-08", "--yes")
    assert "1  Lines without an amount." in told
    assert told.endswith("2016/17 month 2 is closed for ever. 2016/17 month 3 is open.\n")
    following = ReportingPeriod.objects.get(closed_at=None)
    assert (following.label, following.due_on) == ("2016/17 M03", date(2016, 7, 8))


def test_what_was_prepared_for_the_period_counts(worked):
    new = period_named("Summer 2016", date(2016, 8, 31))
    prepare_period(actor=factories.TESTS, period=worked.period, due_on=None, return_years_ahead=1, following=new)
    assert "so its last day has to be entered" in refused("close_period", "--next", "Summer 2016")[0]
    run("close_period", "--next", "Summer 2016", "--ends-on", "2016-08-31", "--yes")
    assert ReportingPeriod.objects.get(closed_at=None).ends_on == date(2016, 8, 31)


def test_json_is_for_programs(worked):
    found = json.loads(run("close_period", "--next", "2016/17 M03", "--yes", "--format", "json"))
    assert found["closed"]["period"] == "2016/17 M02" and found["closed"]["closed_at"]
    assert found["opened"] == {
        "programme": "worked",
        "period": "2016/17 M03",
        "ends_on": "2016-06-30",
        "due_on": None,
        "closed_at": None,
    }
    assert found["outstanding"]["without_amount"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--next", "2016/17 M13"), "'2016/17 M13' is not a reporting period"),
        (("--next", "2016/17 M02"), "must end after 31 May 2016, the end of 2016/17 M02. In turn is 2016/17 M03."),
        (("--next", "2016/17 M03", "--due", "July"), "--due: 'July' is not a day. Write it as 2016-07-08."),
        (("--next", "2016/17 M03", "--programme", "none"), "There is no programme 'none'. Choose one of: worked."),
        (("--next", "2016/17 M03", "--ends-on", "2016-07-01"), "ends on 30 June 2016, not on 1 July 2016"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_closed(worked, words, message):
    told, code = refused("close_period", *words, "--yes")
    assert message in told and code == 2
    assert ReportingPeriod.objects.get().is_open


@pytest.mark.parametrize(("answer", "is_closed"), [("2016/17 M02\n", True), ("yes\n", False), ("", False)])
def test_on_a_terminal_the_name_of_the_period_is_typed_first(worked, monkeypatch, answer, is_closed):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))
    if is_closed:
        run("close_period", "--next", "2016/17 M03")
    else:
        assert refused("close_period", "--next", "2016/17 M03") == ("2016/17 month 2 was not closed.", 1)
    assert ReportingPeriod.objects.get(pk=worked.period.pk).is_open is not is_closed


def test_the_first_period_is_the_month_of_today_unless_named(db, settings):
    settings.TODAY = date(2016, 5, 20)
    programme = factories.ProgrammeFactory(slug="new", name="New", is_current=True)
    assert refused("close_period", "--next", "2016/17 M03") == (
        "New has no open period. Open its first: open_period.",
        2,
    )
    assert run("open_period") == "2016/17 month 2 of New is open, to 31 May 2016.\n"
    told, code = refused("open_period", "2016/17 M03")
    assert "New has a first period already" in told and code == 1
    other = factories.ProgrammeFactory(slug="other")
    found = json.loads(
        run("open_period", "2015/16 Q2", "--programme", "other", "--due", "2015-10-09", "--format", "json")
    )
    assert found["opened"]["due_on"] == "2015-10-09"
    assert [period.label for period in (*programme.periods.all(), *other.periods.all())] == [
        "2016/17 M02",
        "2015/16 Q2",
    ]
    assert "is not a reporting period" in refused("open_period", "2016/17 M13")[0]
