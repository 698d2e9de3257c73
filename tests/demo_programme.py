"""What a test gets from the fixtures `demo` and `committed_demo`: the way to the demonstration's rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management import call_command

from futurefit.access.demo_posts import DEMO_DOMAIN
from futurefit.access.models import User
from futurefit.access.reader import Reader, reader_of
from projects.models import Programme, Project, Theme
from savings.models import ReportingPeriod, SavingsLine

PAPERS, YEAR_END, OPEN = "2015/16 M07", "2015/16 M12", "2016/17 M02"
PERIODS = (PAPERS, YEAR_END, OPEN)


@dataclass(frozen=True)
class Demo:
    """Every row is fetched when asked for, so that no test sees what another did to an instance."""

    @property
    def programme(self) -> Programme:
        return Programme.objects.get(slug="futurefit")

    def period(self, label: str = PAPERS) -> ReportingPeriod:
        return ReportingPeriod.objects.select_related("programme").get(programme__slug="futurefit", label=label)

    def project(self, code: str) -> Project:
        return Project.objects.get(programme__slug="futurefit", code=code)

    def theme(self, slug: str) -> Theme:
        return Theme.objects.get(programme__slug="futurefit", slug=slug)

    def line(self, code: str) -> SavingsLine:
        return SavingsLine.objects.get(programme__slug="futurefit", code=code)

    def user(self, key: str) -> User:
        """The account of a post of the demonstration: finance, head, otherhead, director, s151, cabinet, office, …"""
        return User.objects.get(email=f"{key}@{DEMO_DOMAIN}")

    def reader(self, key: str) -> Reader:
        return reader_of(self.user(key))


def load() -> Demo:
    call_command("demo", verbosity=0)
    return Demo()
