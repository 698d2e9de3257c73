"""Questions worth asking: which fact each rule takes, and that each leads to its evidence."""

from dataclasses import replace
from datetime import date

import pytest

from futurefit.pages import questions
from futurefit.pages.delivery import ToldMilestone, ToldRisk, ToldRisks
from futurefit.pages.questions import WorstAmount, about_amount, about_risk, about_time, about_worsening
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from futurefit.values.rag import Split
from savings.changes import YearStanding
from tests.demo_programme import OPEN, PAPERS
from tests.pages.page import page


class _Reading:
    unit = Unit.MILLIONS
    horizon = Horizon(2015, 2020, True)
    query = "?period=2015/16+M07"


READING = _Reading()
LATE = ToldMilestone("Charging policy", "", "", "Sept 2015", "September 2015", "Late", "alert", 31)
RISKS = ToldRisks(12, beyond=[ToldRisk("The market does not answer.", "", 20)], within=[], unscored=[])


class _Change:
    def __init__(self, code: str, before: int, after: int) -> None:
        self.code, self.title = code, f"Line {code}"
        self.before, self.after = (
            YearStanding(Split(1_000_000, on_target=amount)) if amount else None for amount in (before, after)
        )


@pytest.mark.parametrize(
    ("rated", "asked"),
    [
        ("red", "What has to be decided, and by when, for the £0.500m planned for 2018/19?"),
        ("amber", "What would make the £0.500m planned for 2018/19 safe?"),
        ("not rated", "Who will say how the £0.500m planned for 2018/19 stands?"),
    ],
)
def test_the_question_about_an_amount_is_put_by_how_it_is_rated(rated, asked):
    found = about_amount(READING, WorstAmount("SSC-4", "Revolving door fund", 2018, 500_000, rated))
    assert (found.question, found.fact) == (asked, f"£0.500m is {rated}.")
    assert found.href == "/lines/SSC-4/?period=2015/16+M07"


def test_an_amount_without_a_year_says_so():
    found = about_amount(READING, WorstAmount("SSC-4", "Fund", None, 500_000, "red"))
    assert "planned in a year not yet known" in found.question


def test_the_longest_late_milestone_comes_before_the_next_one():
    due = replace(LATE, title="Contract", written="by June 2016", days_late=0)
    assert about_time(READING, [LATE], [due]).fact == "due “Sept 2015”, 31 days late."
    assert about_time(READING, [replace(LATE, days_late=1)], []).fact == "due “Sept 2015”, 1 day late."
    assert about_time(READING, [], [due]).kind == "The next milestone"
    assert about_time(READING, [], []) is None


def test_the_line_whose_secure_amount_fell_most_over_all_its_years_is_asked_about():
    changes = [_Change("A", 300_000, 200_000), _Change("B", 300_000, 150_000), _Change("A", 100_000, 0)]
    found = about_worsening(READING, changes)
    assert (found.link, found.fact) == ("Line A", "£0.200m less is secure than at the last closed period.")


def test_a_line_that_rose_and_nothing_at_all_ask_nothing():
    assert about_worsening(READING, [_Change("A", 100_000, 300_000)]) is None
    assert about_worsening(READING, []) is None


def test_a_risk_beyond_tolerance_comes_before_one_that_nobody_scored():
    unscored = ToldRisks(12, beyond=[], within=[], unscored=[ToldRisk("Staff leave.", "", None)])
    assert about_risk(READING, RISKS).fact == "scored 20, and 12 is accepted."
    assert about_risk(READING, unscored).fact == "one risk is not scored."
    assert about_risk(READING, ToldRisks(12, [], [], [])) is None


def test_kinds_are_asked_once_each_and_at_most_three(monkeypatch):
    monkeypatch.setattr(questions, "changes_told_by", lambda rows, period: [])
    reading = _Reading()
    reading.period = None
    found = questions.questions_of(reading, {"worst": []}, ([LATE], []), RISKS)
    assert [each.kind for each in found] == ["The longest late milestone", "The highest risk"]


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestOnThePapers:
    @pytest.fixture(autouse=True)
    def _the_day_of_the_demo(self, settings):
        settings.DEMO, settings.TODAY = True, date(2016, 5, 20)

    def test_the_largest_red_amount_of_a_directorate_leads_to_its_line(self, client, demo):
        shown = page(client, demo.user("cabinet"), "/directorates/ChS/", period=OPEN)
        # SEND-01 2017/18: 40,000 red; ES-CURRENT-01 2017/18: 32,000 red.
        assert "What has to be decided, and by when, for the £0.040m planned for 2017/18?" in shown.words
        assert "/lines/SEND-01/" in shown.html

    def test_a_theme_without_a_rating_is_asked_about_its_largest_amount_not_rated(self, client, demo):
        shown = page(client, demo.user("cabinet"), "/themes/self-sufficient-council/", period=PAPERS)
        # 1a Optimise Council Tax prints 2.25 for 2017/18, the largest of the table.
        assert "Who will say how the £2.250m planned for 2017/18 stands?" in shown.words

    def test_a_head_of_service_is_asked_about_lines_that_are_theirs_alone(self, client, demo):
        shown = page(client, demo.user("otherhead"), "/directorates/ChS/", period=OPEN)
        assert "The largest red amount" not in shown.words
