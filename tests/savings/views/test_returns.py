"""The board of returns and the lines behind it: what finance sees, accepts, queries and reminds, and others see."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core import mail
from django.test import Client

from futurefit.council.models import PostKind
from futurefit.values.rag import Split
from savings.models import LineReturn, Position, Reminder
from tests import factories
from tests.factories import Cast, LineReturnFactory, SmallProgramme, line
from tests.savings.views.on_page import page, read_page, signed_in

pytestmark = pytest.mark.django_db

BOARD, LINES = "/returns/", "/returns/lines/"
TODAY, DUE_ON = date(2015, 10, 30), date(2015, 11, 6)


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def small() -> SmallProgramme:
    """Two projects with a line each of £150,000, £100,000 of it due; the second has one more, of £40,000."""
    made = factories.small_programme()
    made.period.due_on = DUE_ON
    made.period.save()
    line(made.period, made.projects[1], {2016: Split(40_000, claimed=10_000)}, code="CLAIM", title="Roof repairs")
    return made


@pytest.fixture
def people(small) -> Cast:
    return small.cast()


@pytest.fixture
def finance(people) -> Client:
    return signed_in(people.finance)


def claim(small: SmallProgramme, **fields) -> LineReturn:
    """The return of the third line, by the head who owes it."""
    fields.setdefault("owed_by", small.services[1].posts.first())
    return LineReturnFactory(line_in_period=small.period.lines.get(line__code="CLAIM"), **fields)


def amounts() -> tuple[int, int]:
    position = Position.objects.get(line_in_period__line__code="CLAIM")
    return position.delivered, position.claimed


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found
    return found[1]


def test_the_board_counts_each_line_once_and_its_money_is_that_of_the_list_behind_it(small, finance):
    claim(small)
    html = page(finance, BOARD, unit="pounds")
    assert "1 of 3 lines are in. 2 are still out, due Friday 6 November 2015, in 7 days." in words(html)
    figures = read_page(html).figures
    assert [figure.value for figure in figures] == [150_000, 190_000, 340_000]
    for figure in figures:
        (total,) = read_page(page(finance, figure.href)).by_id["total"]
        assert total.value == figure.value


def test_an_accepted_line_leaves_the_money_that_is_not_yet_confirmed(small, finance):
    claim(small, state="accepted")
    figures = read_page(page(finance, BOARD, unit="pounds")).figures
    assert [figure.value for figure in figures] == [150_000, 150_000, 300_000]
    assert "Accepted 1 line" in words(page(finance, BOARD))


def test_a_state_shows_the_rows_that_have_a_line_in_it_and_counts_them_whole(small, finance):
    claim(small)
    html = page(finance, BOARD, state="to_be_looked_at")
    assert small.services[1].name in html and f"{small.services[0].name}</a>" not in html
    assert "1 of 2" in words(html)
    assert "1 line" in words(page(finance, LINES, state="to_be_looked_at"))


def test_a_line_that_nobody_owes_stands_on_the_board_and_counts(small, finance):
    project = factories.ProjectFactory(programme=small.programme)
    line(small.period, project, {2016: 5_000})
    shown = words(page(finance, BOARD))
    assert "0 of 4 lines are in" in shown
    assert "Nobody owes this return" in shown and "Nobody owes it" in shown


def test_each_sees_own_lines_and_only_a_finance_officer_the_forms(small, people):
    claim(small)
    own, other = small.services[0].name, small.services[1].name
    for address in (BOARD, LINES):
        shown = page(signed_in(people.head), address)
        assert own in shown and other not in shown
        assert 'name="note"' not in shown and 'name="remind"' not in shown
    for reader in (people.head_of_finance, people.auditor, people.cabinet):
        shown = page(signed_in(reader), LINES)
        assert other in shown and 'name="note"' not in shown


def test_accepting_all_makes_what_is_claimed_delivered(small, finance):
    claim(small, evidence="Ledger of May")
    sent = {"seen": seen(page(finance, LINES)), "all": "yes"}
    answer = finance.post(LINES, sent, follow=True)
    assert "1 return accepted." in words(answer.content.decode())
    clicked_again = finance.post(LINES, sent)
    assert clicked_again.status_code == 409
    assert "now it is accepted by Finance officer" in words(clicked_again.content.decode())
    assert amounts() == (10_000, 0)
    assert LineReturn.objects.get().accepted_by == "Finance officer"


def test_a_refused_acceptance_keeps_what_was_typed_and_accepts_nothing(small, finance):
    due = claim(small)
    opened = {"seen": seen(page(finance, LINES)), "return": str(due.pk), "chosen": "yes"}
    answer = finance.post(LINES, {**opened, "note": "   "})
    html = answer.content.decode()
    assert answer.status_code == 400 and "<title>Error: " in html
    assert "CLAIM Roof repairs: delivery is claimed without evidence" in words(html)
    assert re.search(rf'value="{due.pk}" checked', html), "what was ticked stays ticked"
    assert amounts() == (0, 10_000)
    for posted in ({**opened, "return": []}, {**opened, "return": "99999"}, {**opened, "seen": "forged"}):
        assert finance.post(LINES, posted).status_code == 400


def test_a_stale_page_is_told_both_values_and_what_is_now_can_be_accepted(small, finance):
    claim(small, evidence="Ledger")
    opened = {"seen": seen(page(finance, LINES)), "all": "yes"}
    Position.objects.filter(line_in_period__line__code="CLAIM").update(claimed=12_000)
    answer = finance.post(LINES, opened)
    assert answer.status_code == 409
    assert "you saw it submitted, £10,000 claimed; now it is submitted, £12,000 claimed" in words(
        answer.content.decode()
    )
    finance.post(LINES, {"seen": seen(answer.content.decode()), "all": "yes"})
    assert amounts() == (12_000, 0)


def test_a_finance_officer_of_another_directorate_answers_nothing_and_gets_no_form(small):
    due = claim(small, evidence="Ledger")
    others = factories.holder(PostKind.FINANCE_OFFICER, directorates=[small.directorates[0]])
    client, all_of_it = signed_in(others), signed_in(factories.finance_officer())
    assert f'id="return-{due.pk}"' not in page(client, LINES)
    posted = {"seen": seen(page(all_of_it, LINES)), "return": str(due.pk)}
    assert client.post(LINES, posted).status_code == 403
    assert client.get("/returns/lines/CLAIM/query/").status_code == 403
    assert amounts() == (0, 10_000)


def test_a_query_goes_to_who_owes_the_return_and_stands_on_the_page(small, people, finance):
    post = people.other_head.holdings.get().post
    claim(small, owed_by=post)
    address = "/returns/lines/CLAIM/query/"
    opened = seen(page(finance, address))
    refused = finance.post(address, {"seen": opened, "reason": " "})
    assert refused.status_code == 400 and "What finance asks: nothing is entered" in words(refused.content.decode())
    answer = finance.post(address, {"seen": opened, "reason": "Which roof?"}, follow=True)
    assert f"{post.title}: one e-mail to 1 address." in words(answer.content.decode())
    assert "Finance asks: Which roof?" in mail.outbox[0].body
    assert "Finance officer asks: “Which roof?”" in words(page(finance, LINES, state="queried"))
    assert "Which roof?" in page(signed_in(people.other_head), LINES)


def test_what_is_kept_as_a_draft_is_its_authors_alone(small, finance):
    claim(small, state="draft", comment="Perhaps the roof is late")
    shown = page(finance, LINES)
    assert "Perhaps the roof" not in shown and "No return: last split." in words(shown)
    assert "Perhaps the roof" not in finance.get(LINES, {"export": "csv"}).content.decode()
    assert "Nothing is submitted that could be queried" in words(page(finance, "/returns/lines/CLAIM/query/"))
    at = datetime(2015, 10, 29, 9, 0, tzinfo=UTC)
    LineReturn.objects.update(first_submitted_at=at, queried_at=at, queried_by="Finance officer", query_reason="Which?")
    shown = page(finance, LINES)
    assert "Which?" in shown and "An answer is kept, not submitted." in shown and "Perhaps the roof" not in shown
    assert "Perhaps the roof" not in finance.get(LINES, {"export": "csv"}).content.decode()


def test_the_posts_ticked_are_reminded_and_the_board_says_when(small, people, finance):
    post = people.head.holdings.get().post
    html = page(finance, BOARD)
    assert f'value="{post.pk}" checked' in html
    answer = finance.post(BOARD, {"remind": str(post.pk)}, follow=True)
    assert f"{post.title}: one e-mail to 1 address." in words(answer.content.decode())
    clicked_again = finance.post(BOARD, {"remind": str(post.pk)}, follow=True)
    assert f"{post.title}: reminded of this today already, so not again" in words(clicked_again.content.decode())
    assert [message.to for message in mail.outbox] == [[people.head.email]]
    again = page(finance, BOARD)
    assert f'value="{post.pk}"' not in again, "reminded of all it owes today"
    assert "30 October" in words(again)
    assert Reminder.objects.get().sent_on == TODAY
    nobody = finance.post(BOARD, follow=True)
    assert "nobody was reminded" in words(nobody.content.decode()) and len(mail.outbox) == 1


def test_a_closed_period_shows_what_was_and_takes_no_answer(small, finance):
    claim(small, evidence="Ledger")
    opened = seen(page(finance, LINES))
    small.period.closed_at = datetime(2015, 11, 10, 17, 0, tzinfo=UTC)
    small.period.save()
    at = {"period": small.period.label}
    shown = page(finance, LINES, **at)
    assert 'name="note"' not in shown and "No return: last split." in words(shown)
    assert "Of 2 the last split stood." in words(page(finance, BOARD, **at))
    address = f"?period={small.period.label}"
    assert finance.post(LINES + address, {"seen": opened, "all": "yes"}).status_code == 400
    assert finance.post(BOARD + address, {"remind": "1"}).status_code == 400
    assert amounts() == (0, 10_000)


@pytest.mark.parametrize("export", ["csv", "xlsx"])
@pytest.mark.parametrize("address", [BOARD, LINES])
def test_the_board_and_its_lines_are_files_too(address, export, small, finance):
    claim(small, comment="=1+1")
    answer = finance.get(address, {"export": export})
    assert answer.status_code == 200
    if export == "csv":
        text = answer.content.decode("utf-8-sig")
        assert small.services[1].name in text and ",=1+1" not in text
