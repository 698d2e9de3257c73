"""The commentary of a theme or directorate for a period: written, changed, refused, frozen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from futurefit.history.models import Act
from savings.models import Commentary
from savings.services.commentary import write_commentary
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return factories.ReportingPeriodFactory()


@pytest.fixture
def director():
    return factories.actor(factories.director(factories.DirectorateFactory()))


def test_it_is_written_once_and_then_changed_and_each_is_an_act(period, director):
    theme = factories.ThemeFactory(programme=period.programme, name="Commissioning")
    assert write_commentary(actor=director, period=period, of=theme, words=" On course. ", version=0)
    assert write_commentary(actor=director, period=period, of=theme, words="Late by a month.", version=1)
    assert not write_commentary(actor=director, period=period, of=theme, words="Late by a month.", version=2)
    (commentary,) = Commentary.objects.all()
    assert (commentary.words, commentary.version, commentary.theme) == ("Late by a month.", 2, theme)
    assert commentary.written_by == str(director)
    assert [act.sentence for act in Act.objects.filter(verb="savings.commentary_written").order_by("pk")] == [
        "Wrote the commentary on Commissioning for 2015/16 month 7.",
        "Wrote the commentary on Commissioning for 2015/16 month 7 anew.",
    ]
    assert [row.words for row in commentary.history.order_by("history_id")] == ["On course.", "Late by a month."]


def test_one_that_somebody_else_wrote_since_is_not_written_over(period, director):
    directorate = factories.DirectorateFactory()
    write_commentary(actor=director, period=period, of=directorate, words="Mine.", version=0)
    with pytest.raises(ValidationError) as refused:
        write_commentary(actor=director, period=period, of=directorate, words="Yours.", version=0)
    assert refused.value.code == "stale"
    assert Commentary.objects.get().words == "Mine."


def test_nothing_too_much_and_a_closed_period_are_refused(period, director):
    theme = factories.ThemeFactory(programme=period.programme)
    with pytest.raises(ValidationError, match="Commentary: nothing is entered"):
        write_commentary(actor=director, period=period, of=theme, words="  \n ")
    with pytest.raises(ValidationError, match="at most 5,000 characters, not 5,001"):
        write_commentary(actor=director, period=period, of=theme, words="x" * 5_001)
    period.closed_at = datetime(2015, 11, 10, 17, 0, tzinfo=UTC)
    period.save()
    with pytest.raises(ValidationError, match="is closed"):
        write_commentary(actor=director, period=period, of=theme, words="Too late.")
    assert not Commentary.objects.exists()
