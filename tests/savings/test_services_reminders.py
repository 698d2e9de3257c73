"""Posts are reminded by e-mail: the message itself, never twice for a cause in a day, and what a failure leaves."""

from __future__ import annotations

import json
import smtplib
from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from futurefit.council.models import Post, PostKind
from futurefit.history.models import Act
from futurefit.values.rag import Split
from projects.models import Programme
from savings.models import LineReturn, Reminder, ReportingPeriod
from savings.services.reminders import OpenLine, OpenLines, remind, tell_query
from tests import factories
from tests.factories import TESTS, HoldingFactory, LineReturnFactory, PostFactory, UserFactory, line

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2015, 11, 9), date(2015, 11, 10)
ROOF, BUSES = OpenLine("L1", "Roof repairs"), OpenLine("L2", "School buses")
ASKED = OpenLine("L3", "Catering", "Which contract is this?")


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = "https://futurefit.example.gov.uk"


@pytest.fixture
def period() -> ReportingPeriod:
    programme = factories.ProgrammeFactory(is_current=True)
    return factories.ReportingPeriodFactory(programme=programme, due_on=date(2015, 11, 13))


@pytest.fixture
def post() -> Post:
    held = PostFactory(kind=PostKind.HEAD_OF_SERVICE, title="Head of service, education")
    HoldingFactory(post=held, user=UserFactory(email="head@council.example", name="Somebody"))
    return held


def sent(period, *owed: OpenLines, on: date = MONDAY, **more) -> list[str]:
    return [each.outcome for each in remind(actor=TESTS, period=period, owed=owed, on=on, **more)]


def test_the_message_names_post_lines_due_date_and_address_and_nobody_by_name(period, post):
    assert sent(period, OpenLines(post.pk, due=[ROOF, BUSES], queried=[ASKED])) == ["sent"]
    (message,) = mail.outbox
    assert message.to == ["head@council.example"]
    assert message.subject == "2 returns to submit and 1 query to answer: 2015/16 month 7"
    assert (
        message.body.strip()
        == """To the holder of the post: Head of service, education

2 savings still need your return for 2015/16 month 7, due on 13 November 2015:

- L1 Roof repairs
- L2 School buses

Finance asks about 1 return for 2015/16 month 7:

- L3 Catering
  Finance asks: Which contract is this?

Say how each stands on this page. A line that has not changed is one click:

https://futurefit.example.gov.uk/returns/mine/

You get this e-mail because you hold this post in FutureFit or act for its holder."""
    )
    assert "Somebody" not in message.body


def test_one_line_is_told_in_the_singular_and_many_queries_in_the_plural(period, post):
    sent(period, OpenLines(post.pk, due=[ROOF]))
    sent(period, OpenLines(post.pk, queried=[ASKED, ASKED]))
    assert [message.subject for message in mail.outbox] == [
        "1 return to submit: 2015/16 month 7",
        "2 queries to answer: 2015/16 month 7",
    ]
    assert "1 saving still needs your return for" in mail.outbox[0].body
    assert "Finance asks about 2 returns" in mail.outbox[1].body


def test_no_post_is_reminded_twice_of_a_cause_on_a_day_and_another_cause_or_day_counts_anew(period, post):
    assert sent(period, OpenLines(post.pk, due=[ROOF])) == ["sent"]
    assert sent(period, OpenLines(post.pk, due=[ROOF, BUSES])) == ["already_today"]
    assert sent(period, OpenLines(post.pk, due=[ROOF], queried=[ASKED])) == ["sent"]
    assert "Roof repairs" not in mail.outbox[-1].body, "only what was not asked for today"
    assert sent(period, OpenLines(post.pk, due=[ROOF]), on=TUESDAY) == ["sent"]
    assert len(mail.outbox) == 3
    reminders = Reminder.objects.order_by("pk").values_list("cause", "sent_on", "lines", "sent_to")
    assert list(reminders) == [
        ("due", MONDAY, 1, "head@council.example"),
        ("queried", MONDAY, 1, "head@council.example"),
        ("due", TUESDAY, 1, "head@council.example"),
    ]
    acts = Act.objects.filter(verb="savings.reminder_sent").order_by("pk")
    assert acts[0].sentence == "Reminded Head of service, education by e-mail of 1 return of 2015/16 month 7."


def test_it_goes_to_everybody_who_holds_the_post_or_acts_for_its_holder_on_the_day(period, post):
    HoldingFactory(post=post, user=UserFactory(email="acting@council.example"), acting_for_holder=True)
    HoldingFactory(post=post, user=UserFactory(email="former@council.example"), to_date=date(2015, 11, 8))
    HoldingFactory(post=post, user=UserFactory(email="gone@council.example", is_active=False))
    HoldingFactory(post=post, user=UserFactory(email="demo@council.example", is_demo=True))
    sent(period, OpenLines(post.pk, due=[ROOF]))
    assert mail.outbox[0].to == ["head@council.example", "acting@council.example"]


def test_a_post_that_nobody_holds_is_named_and_does_not_count_as_reminded(period):
    vacant = PostFactory(kind=PostKind.HEAD_OF_SERVICE, title="Head of service, waste")
    (outcome,) = remind(actor=TESTS, period=period, owed=[OpenLines(vacant.pk, due=[ROOF])], on=MONDAY)
    assert outcome.words == (
        "Head of service, waste: nobody with an e-mail address holds this post, so nothing was sent."
    )
    assert not Reminder.objects.exists()


def test_where_sending_fails_the_row_goes_again_and_history_tells_both(period, post, monkeypatch):
    other = PostFactory(kind=PostKind.HEAD_OF_SERVICE, title="Head of service, waste")
    HoldingFactory(post=other)

    def send(message, *args, **kwargs):
        if message.to == ["head@council.example"]:
            raise smtplib.SMTPRecipientsRefused({"head@council.example": (550, b"no such box")})
        return 1

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", send)
    owed = [OpenLines(post.pk, due=[ROOF]), OpenLines(other.pk, due=[BUSES])]
    outcomes = remind(actor=TESTS, period=period, owed=owed, on=MONDAY)
    assert [each.outcome for each in outcomes] == ["failed", "sent"]
    assert "could not be sent (SMTPRecipientsRefused" in outcomes[0].words
    assert list(Reminder.objects.values_list("post", flat=True)) == [other.pk]
    assert Act.objects.get(verb="savings.reminder_not_sent").sentence == (
        "The reminder to Head of service, education could not be sent, so it does not count."
    )
    monkeypatch.undo()
    assert sent(period, OpenLines(post.pk, due=[ROOF])) == ["sent"]


def test_a_query_reaches_the_holders_of_the_post_that_owed_the_return(period, post):
    project = factories.ProjectFactory(programme=period.programme)
    due = line(period, project, {2016: 100}, code="L9", title="Roof repairs")
    queried = LineReturnFactory(line_in_period=due, queried=True, owed_by=post)
    assert tell_query(period=period, queried=queried, on=MONDAY).outcome == "sent"
    (message,) = mail.outbox
    assert message.subject == "Finance asks about your return: L9, 2015/16 month 7"
    assert "- L9 Roof repairs\n  Finance asks: Which contract?" in message.body
    nobody = LineReturnFactory(line_in_period=line(period, project, {2016: 100}), queried=True)
    assert tell_query(period=period, queried=nobody, on=MONDAY) is None


# --- the command


def owing(period: ReportingPeriod, *posts: Post) -> Programme:
    """A due line of each post, which leads its project."""
    for post in posts:
        project = factories.ProjectFactory(programme=period.programme)
        factories.ProjectPost.objects.create(project=project, post=post, role="head_lead")
        line(period, project, {2016: Split(100, red=100)}, code=f"C{post.pk}", title="Roof repairs")
    return period.programme


def asked(**options) -> dict:
    out = StringIO()
    call_command("remind", json=True, stdout=out, **options)
    found: dict = json.loads(out.getvalue())
    return found


def test_the_command_reminds_once_and_a_second_run_on_the_same_day_nobody(period, post, settings):
    settings.TODAY = MONDAY
    owing(period, post)
    dry = asked(dry_run=True)
    assert [each["outcome"] for each in dry["reminders"]] == ["would_send"]
    assert (mail.outbox, Reminder.objects.count()) == ([], 0)
    assert asked() == {
        "programme": period.programme.slug,
        "period": "2015/16 M07",
        "due_on": "2015-11-13",
        "dry_run": False,
        "reminders": [
            {
                "post": "Head of service, education",
                "outcome": "sent",
                "due": 1,
                "queried": 0,
                "sent_to": ["head@council.example"],
                "error": "",
            }
        ],
    }
    assert [each["outcome"] for each in asked()["reminders"]] == ["already_today"]
    assert len(mail.outbox) == 1


def test_the_command_waits_with_what_is_due_until_so_many_days_before_and_with_queries_for_nothing(
    period, post, settings
):
    settings.TODAY = MONDAY
    owing(period, post)
    assert asked(within=3)["reminders"] == []
    LineReturn.objects.all().delete()
    due = period.lines.get()
    LineReturnFactory(line_in_period=due, queried=True)
    assert [(each["outcome"], each["queried"]) for each in asked(within=3)["reminders"]] == [("sent", 1)]


def test_the_message_leaves_by_the_console_where_no_server_is_named(period, post, settings, capsys):
    settings.TODAY = MONDAY
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    owing(period, post)
    call_command("remind")
    out = capsys.readouterr().out
    assert "Subject: 1 return to submit: 2015/16 month 7" in out
    assert "To: head@council.example" in out
    assert "Head of service, education: one e-mail to 1 address." in out


def test_options_that_cannot_be_used_end_with_2_and_an_unsent_message_with_1(period, post, settings, monkeypatch):
    settings.TODAY = MONDAY
    with pytest.raises(CommandError) as refused:
        call_command("remind", programme="none")
    assert refused.value.returncode == 2
    owing(period, post)

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    with pytest.raises(CommandError, match="1 e-mail could not be sent") as refused:
        call_command("remind", stdout=StringIO())
    assert refused.value.returncode == 1
