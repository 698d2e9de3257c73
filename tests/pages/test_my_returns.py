"""The page of one's own returns: what is asked, what is prefilled, whose it is, and what is left of it afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client

from futurefit.history.models import Act
from futurefit.values.rag import Split
from projects.models import Milestone
from risks.models import Risk
from savings.models import LineInPeriod, LineReturn, Position, ReportingPeriod
from savings.services.grid import split_of
from savings.services.lines import set_split
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db

MINE = "/returns/mine/"
ON_TARGET = Split(250_000, on_target=250_000)


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 12, 4)


class _Sent(HTMLParser):
    """The fields of lines as a browser sends them back untouched, without the choices."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._writing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if name.startswith("l-") and not name.endswith("-say"):
            self.fields[name] = given.get("value") or ""
            self._writing = name if tag == "textarea" else ""

    def handle_endtag(self, tag: str) -> None:
        self._writing = ""

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.fields[self._writing] += data


@dataclass
class Month:
    """Two lines of a head of service, in the month after the one that they come from."""

    period: ReportingPeriod
    lines: list[LineInPeriod]
    project: object
    head: Client
    director: Client
    head_title: str

    def fields(self, *, of: Client | None = None, address: str = MINE, **more: str) -> dict[str, str]:
        """What the page sends back as it was opened, with the choices and amounts added."""
        kept = _Sent()
        kept.feed(page(of or self.head, address))
        return {"period": self.period.label, **kept.fields, **more}

    def key(self, at: int) -> str:
        return f"l-{self.lines[at].pk}"

    def split(self, at: int, year: int = 2015) -> Split:
        return split_of(Position.objects.get(line_in_period=self.lines[at], year=year))


@pytest.fixture
def month() -> Month:
    programme = factories.ProgrammeFactory(is_current=True)
    last = factories.ReportingPeriodFactory(programme=programme)
    service = factories.ServiceFactory()
    project = factories.ProjectFactory(programme=programme, service=service, directorate=service.directorate)
    factories.line(last, project, {2015: ON_TARGET, 2019: 40_000}, title="Early years team")
    factories.line(last, project, {2016: Split(-50_000, red=-50_000)}, title="A loss")
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8, due_on=date(2015, 12, 11))
    period = close_and_open_next(actor=factories.TESTS, period=last, new=new)
    head = factories.head_of_service(service)
    return Month(
        period=period,
        lines=list(period.lines.order_by("line__order")),
        project=project,
        head=signed_in(head),
        director=signed_in(factories.director(service.directorate)),
        head_title=head.name,
    )


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_nothing_is_asked_that_is_known(month):
    shown = page(month.head, MINE)

    assert "0 of 2 lines done." in words_of(shown) and "Due Friday 11 December 2015." in words_of(shown)
    year = f"{month.key(0)}-2015"
    assert f'name="{year}-on_target" inputmode="decimal" autocomplete="off" value="250"' in shown
    assert f'name="{month.key(1)}-2016-red" inputmode="decimal" autocomplete="off" value="-50"' in shown
    assert "2015/16 month 7, no return came" in shown
    assert f'name="{month.key(0)}-2019-on_target"' in shown, "a later year can be said too"


def test_one_click_says_no_change_of_all_that_is_left_and_keeps_what_is_typed_of_the_rest(month):
    key = month.key(0)
    sent = month.fields(
        **{f"{key}-say": "change", f"{key}-2015-on_target": "190", f"{key}-2015-amber": "60k", "do": "remaining"}
    )

    answer = month.head.post(MINE, sent)

    assert (answer.status_code, answer["Location"]) == (302, f"{MINE}#lines")
    first, second = (LineReturn.objects.get(line_in_period=line) for line in month.lines)
    assert (first.no_change, second.no_change) == (False, True)
    assert first.amounts.get().amber == 60_000
    assert month.split(0) == ON_TARGET
    shown = page(month.head, MINE)
    assert "Amber grows by £60,000 and secure falls by £60,000" in shown
    assert "2 said." in words_of(shown)


def test_all_are_submitted_and_count_at_once(month):
    key = month.key(0)
    sent = month.fields(
        **{
            f"{key}-say": "change",
            f"{key}-2015-on_target": "190",
            f"{key}-2015-amber": "60",
            f"{key}-why": "Two schools left",
            f"{month.key(1)}-say": "same",
            "do": "submit",
        }
    )

    answer = month.head.post(MINE, sent, follow=True)

    shown = words_of(answer.content.decode())
    assert "Two lines are submitted for 2015/16 month 8. Finance has them now." in shown
    assert "2 of 2 lines done." in shown and "“Two schools left”" in shown
    clicked_again = month.head.post(MINE, sent)
    assert clicked_again.status_code == 400
    assert "it is submitted already" in words_of(clicked_again.content.decode())
    assert set(LineReturn.objects.values_list("version", flat=True)) == {1}
    assert month.split(0) == Split(250_000, on_target=190_000, amber=60_000)
    assert month.split(0, 2019) == Split(40_000)


def test_what_is_refused_keeps_everything_typed_and_leads_to_its_field(month):
    first, second = month.key(0), month.key(1)
    sent = month.fields(
        **{
            f"{first}-say": "change",
            f"{first}-2015-delivered": "10",
            f"{first}-2015-on_target": "18O",
            f"{first}-evidence": "Ledger of November",
            f"{second}-say": "change",
            f"{second}-2016-amber": "(50)",
            f"{second}-2016-red": "",
            "do": "submit",
        }
    )

    answer = month.head.post(MINE, sent)
    shown = answer.content.decode()
    assert answer.status_code == 400 and "<title>Error: Due from you" in shown
    assert f'<a href="#{first}-2015-on_target">Early years team: On target for 2015/16: &#x27;18O&#x27;' in shown
    assert 'value="18O"' in shown and "Ledger of November" in shown and 'value="(50)"' in shown

    answer = month.head.post(MINE, {**sent, f"{first}-2015-on_target": "180"})
    shown = answer.content.decode()
    assert f'href="#{first}-why">Early years team: enter a reason: in 2015/16 secure falls by £60,000.' in shown
    assert f'href="#{second}-why">A loss: enter a reason: amber grows by £50,000.' in shown
    assert not LineReturn.objects.exists()


def test_the_lines_that_are_said_can_be_submitted_alone(month):
    sent = month.fields(**{f"{month.key(1)}-say": "same"})

    answer = month.head.post(MINE, {**sent, "do": "submit"})
    assert answer.status_code == 400
    assert "Early years team: say how it stands" in answer.content.decode()

    month.head.post(MINE, {**sent, "do": "ready"})
    assert [row.line_in_period for row in LineReturn.objects.filter(state="submitted")] == [month.lines[1]]
    assert "1 of 2 lines done." in words_of(page(month.head, MINE))


def test_what_finance_changed_meanwhile_is_shown_beside_what_was_typed_and_can_then_be_kept(month):
    key = month.key(0)
    sent = month.fields(**{f"{key}-say": "change", f"{key}-2015-on_target": "200", f"{key}-why": "Less"})
    finance = factories.actor(factories.finance_officer())
    set_split(
        actor=finance,
        position=Position.objects.get(line_in_period=month.lines[0], year=2015),
        split=Split(250_000, red=250_000),
    )

    answer = month.head.post(MINE, {**sent, "do": "keep"})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "somebody changed its amounts since you opened the page" in shown
    assert re.search(r"As it stands now.*£250,000.*Red", words_of(shown)) and 'value="200"' in shown

    seen = re.search(rf'name="{key}-seen" value="([^"]+)"', shown)
    month.head.post(MINE, {**sent, f"{key}-seen": seen[1], "do": "keep"})
    assert LineReturn.objects.get().amounts.get().on_target == 200_000


def test_what_is_kept_can_be_thrown_away(month):
    month.head.post(MINE, month.fields(do="remaining"))
    assert LineReturn.objects.count() == 2

    month.head.post(MINE, month.fields(do="discard"))

    assert not LineReturn.objects.exists()
    assert Act.objects.latest("pk").sentence.startswith("Threw away what was kept of the returns of 2 lines")


def test_finance_asks_and_is_answered_on_the_same_page(month):
    key = month.key(1)
    month.head.post(MINE, month.fields(**{f"{key}-say": "same", "do": "ready"}))
    row = LineReturn.objects.get()
    row.state, row.queried_at, row.query_reason = "queried", row.submitted_at, "Is it still all red?"
    row.version += 1
    row.save()

    shown = page(month.head, MINE)
    assert "Finance asks" in shown and "“Is it still all red?”" in shown
    assert shown.index("A loss") < shown.index("Early years team"), "what finance asks about comes first"

    answer = month.head.post(MINE, month.fields(**{f"{key}-say": "same", "do": "ready"}))
    assert "A loss: answer what finance asks." in answer.content.decode()
    month.head.post(MINE, month.fields(**{f"{key}-say": "same", f"{key}-why": "Yes, all of it", "do": "ready"}))
    row.refresh_from_db()
    assert (row.state, row.comment) == ("submitted", "Yes, all of it")


def test_a_director_chooses_the_post_and_acts_for_it(month):
    shown = words_of(page(month.director, MINE))
    assert f"You are acting for {month.head_title} ." in shown
    address = re.search(r'action="(/returns/mine/\?for=[^"]+)"', page(month.director, MINE))[1]

    sent = month.fields(of=month.director, **{f"{month.key(at)}-say": "same" for at in (0, 1)}, do="submit")
    answer = month.director.post(address, sent)

    assert answer["Location"] == address
    assert Act.objects.latest("pk").sentence.endswith(f"acting for {month.head_title}.")


def test_another_post_s_returns_are_not_there_and_another_s_line_is_not_written(month):
    other = signed_in(factories.head_of_service(factories.ServiceFactory()))
    assert "No return is due." in page(other, MINE)
    assert other.get(MINE, {"for": "somebody"}).status_code == 404

    answer = other.post(MINE, month.fields(**{f"{month.key(0)}-say": "change", "do": "submit"}))
    assert answer.status_code == 400 and not LineReturn.objects.exists()
    assert "A line is no longer due of this post" in answer.content.decode()


def test_a_page_that_is_not_ours_is_refused_in_words(month):
    for name, value in ((f"{month.key(0)}-target", "1"), ("l-x-say", "same"), (f"{month.key(0)}-version", "one")):
        answer = month.head.post(MINE, month.fields(**{f"{month.key(0)}-say": "same", name: value, "do": "keep"}))
        assert answer.status_code == 400, name
        assert "the page was not sent as it was opened" in answer.content.decode()


def test_a_closed_month_shows_what_was_returned_and_takes_nothing(month):
    key = month.key(1)
    month.head.post(MINE, month.fields(**{f"{key}-say": "same", "do": "ready"}))
    close_and_open_next(
        actor=factories.TESTS, period=month.period, new=NewPeriod("2015/16 M09", 2015, date(2015, 12, 31), 9)
    )

    shown = page(month.head, MINE, period="2015/16 M08")
    assert "Returned for 2015/16 month 8" in shown and "No return came for one line" in shown
    assert "<textarea" not in shown and 'name="do"' not in shown
    answer = month.head.post(f"{MINE}?period=2015/16+M08", {"period": "2015/16 M08", "do": "submit"})
    assert answer.status_code == 400
    assert "2015/16 month 8 is closed: what was returned never changes." in answer.content.decode()


def test_milestones_and_risks_are_told_beside_the_returns_and_changed_in_place(month):
    mine = factories.MilestoneFactory(
        programme=month.period.programme, project=month.project, title="Contract ends", date_as_written="January 2016"
    )
    done = factories.MilestoneFactory(programme=month.period.programme, project=month.project, status="completed")
    factories.MilestoneFactory(programme=month.period.programme, title="Of somebody else")
    risk = factories.RiskFactory(programme=month.period.programme, project=month.project)
    later = factories.RiskFactory(programme=month.period.programme, project=month.project, review_on=date(2016, 3, 1))
    Milestone.objects.filter(pk=mine.pk).update(latest=date(2016, 1, 31), earliest=date(2016, 1, 1))
    shown = page(month.head, MINE)
    assert "Contract ends" in shown and risk.description in shown
    assert done.title not in shown and "Of somebody else" not in shown and later.description not in shown

    sent = {"period": month.period.label, "do": "delivery", f"m-{mine.pk}": "ongoing", f"r-{risk.pk}": "soon"}
    sent |= {f"m-{mine.pk}-version": "1", f"r-{risk.pk}-version": "1"}
    answer = month.head.post(MINE, sent)
    assert answer.status_code == 400
    assert "Next review: “soon” is not a day." in answer.content.decode() and 'value="soon"' in answer.content.decode()
    assert month.head.post(MINE, {**sent, f"r-{risk.pk}": "1 12 2015"}).status_code == 400, "it has come already"

    answer = month.head.post(MINE, {**sent, f"r-{risk.pk}": "4 3 2016"})
    assert (answer.status_code, answer["Location"]) == (302, f"{MINE}#delivery")
    assert Milestone.objects.get(pk=mine.pk).status == "ongoing"
    assert Risk.objects.get(pk=risk.pk).review_on == date(2016, 3, 4)
    answer = month.head.post(MINE, {**sent, f"m-{mine.pk}": "completed", f"r-{risk.pk}": ""})
    assert "somebody else changed it since you opened the page" in answer.content.decode()
    answer = month.head.post(MINE, {**sent, f"m-{done.pk}": "ongoing"})
    assert "is not in this list any more" in answer.content.decode()


def test_home_says_first_how_many_lines_are_done_and_when_they_are_due(month):
    month.head.post(MINE, month.fields(**{f"{month.key(1)}-say": "same", "do": "ready"}))

    shown = words_of(page(month.head, "/"))
    assert "1 of 2 lines done for 2015/16 month 8 , due Friday 11 December 2015." in shown
    assert f"{month.head_title}: 1 of 2 lines done" in words_of(page(month.director, "/"))
