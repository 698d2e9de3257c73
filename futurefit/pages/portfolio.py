"""A portfolio: the themes and projects that a cabinet member's post leads, and their money told in pounds of ten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.access.reader import HeldPost
from futurefit.pages import as_read, sentences
from futurefit.pages.delivered_over_time import against_target
from futurefit.pages.delivery import ToldMilestone, ToldRisks, late_and_due, told_risks
from futurefit.pages.figures import Groups, Sheet, Tile
from futurefit.pages.questions import Question, questions_of
from futurefit.pages.remarks import words_of
from futurefit.ui.charts import MiniBar
from futurefit.ui.figure_table import FigureTable
from futurefit.ui.figures import cell_html
from projects.models import Project
from savings.links import group_url
from savings.reading import Reading
from savings.rollups import Row
from savings.selection import Selection

LATE_SHOWN = 5
"""How many late milestones the home page of a member tells."""


@dataclass(frozen=True)
class Work:
    """A theme or project of the portfolio: its cell of planned money, its shares and what is worth knowing."""

    label: str
    kind: str
    href: str
    planned: SafeString
    bar: MiniBar | None
    worth_knowing: tuple[str, ...]


@dataclass(frozen=True)
class Portfolio:
    """What a post leads today, as the page reads it: themes, and projects of other themes or of none."""

    reading: Reading
    post: HeldPost
    beside: as_read.Beside

    @cached_property
    def theme_ids(self) -> frozenset[int]:
        return frozenset(led.theme_id for led in self.beside.rows["led_themes"])

    @cached_property
    def project_ids(self) -> frozenset[int]:
        return frozenset(led.project_id for led in self.beside.rows["led_projects"])

    @cached_property
    def sheet(self) -> Sheet:
        where = Selection(led_by=self.post.id)
        return Sheet.of(self.reading, ("theme", "project"), where=where, groups={"led_by": self.post.code})

    @cached_property
    def projects(self) -> dict[int, Project]:
        """The projects that are led, and those of the themes that are."""
        return {
            pk: project
            for pk, project in self.beside.projects.items()
            if pk in self.project_ids or project.theme_id in self.theme_ids
        }

    @cached_property
    def late_and_due(self) -> tuple[list[ToldMilestone], list[ToldMilestone]]:
        """Its milestones that are surely late, the longest first, and those due soon."""
        own = [
            each
            for each in self.beside.rows["milestones"]
            if each.project_id in self.projects or each.theme_id in self.theme_ids
        ]
        return late_and_due(own, self.reading, self.projects, self.beside.theme_names)

    @property
    def late(self) -> list[ToldMilestone]:
        return self.late_and_due[0]

    @property
    def longest_late(self) -> list[ToldMilestone]:
        """Those that home tells; how many there are in all it says in words."""
        return self.late[:LATE_SHOWN]

    @property
    def late_words(self) -> str:
        """ "Five of 21 late milestones are shown." """
        return sentences.shown_of(len(self.longest_late), len(self.late), "late milestone", "late milestones")

    @cached_property
    def risks(self) -> ToldRisks:
        """Its open risks by how they are scored."""
        return told_risks(self.beside.rows["risks"], self.beside.rows["scale"], self.reading, self.projects)

    @cached_property
    def over_time(self) -> FigureTable | None:
        """Delivered against target over the periods, of what the post leads today."""
        return against_target(self.reading, Selection(led_by=self.post.id))

    @cached_property
    def questions(self) -> list[Question]:
        """What is worth asking of the portfolio before a meeting."""
        return questions_of(self.reading, self.beside.rows, self.late_and_due, self.risks)

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """Themes first, then the projects that are not part of one of them."""
        late, _ = late_and_due(self.beside.rows["milestones"], self.reading, self.projects, {})
        falling = self.sheet.shown.falling()
        works = []
        for grouping, ids in (("theme", self.theme_ids), ("project", self._projects_apart)):
            below = falling.rollup(grouping, view=self.reading.view)
            for row in self.sheet.by(grouping).rows:
                group_id = row.group.group_id
                if group_id not in ids:
                    continue
                led = {pk for pk, each in self.projects.items() if group_id == _owner(grouping, pk, each)}
                without = [line for pk in led for line in self.beside.lines_in_words.get(pk, ())]
                own_late = [
                    each
                    for each in late
                    if each.project_id in led or (grouping == "theme" and each.theme_id == group_id)
                ]
                bar = self.sheet.mini(row, f"work-{grouping}-{group_id}", below.find(group_id))
                works.append(self._work(grouping, row, bar, words_of(without), own_late))
        return tuple(works)

    @property
    def _projects_apart(self) -> frozenset[int]:
        return frozenset(
            pk for pk in self.project_ids if pk in self.projects and self.projects[pk].theme_id not in self.theme_ids
        )

    def _work(self, grouping: str, row: Row, bar: MiniBar, without: str, late: Iterable[ToldMilestone]) -> Work:
        groups: Groups = {grouping: row.key}
        late = list(late)
        known = []
        if late:
            known.append(
                f"{sentences.capital(sentences.count_of(len(late), 'milestone', 'milestones'))} late, "
                f"the longest “{late[0].title}” by {sentences.days_of(late[0].days_late)}."
            )
        if without:
            known.append(f"{without}.")
        if row.total.holds_rows and not row.total.approved:
            known.append("All of it is proposed.")
        return Work(
            label=row.label,
            kind=self._kind(grouping, row),
            href=group_url(self.reading, grouping, row.group),
            planned=cell_html(self.sheet.figure(row.total, groups=groups), self.reading.unit, label="Planned"),
            bar=bar if row.total.holds_rows else None,
            worth_knowing=tuple(known),
        )

    def _kind(self, grouping: str, row: Row) -> str:
        if grouping == "project":
            return self.projects[row.group.group_id].get_kind_display()
        inside = sum(1 for project in self.projects.values() if project.theme_id == row.group.group_id)
        return f"Theme, {sentences.count_of(inside, 'project or workstream', 'projects and workstreams')}"

    @property
    def total_cell(self) -> SafeString:
        return cell_html(self.sheet.figure(self.sheet.total.total), self.reading.unit, label="Planned")

    @property
    def total_bar(self) -> MiniBar | None:
        falling = self.sheet.shown.falling().rollup(view=self.reading.view).total
        bar = self.sheet.mini(self.sheet.total, "work-all", falling)
        return bar if self.sheet.holds_money else None

    @property
    def lead(self) -> SafeString:
        """ "Three pieces of work are yours. In all they are to take £2.318m out of the council’s budget." """
        count = len(self.works)
        yours = f"{sentences.capital(sentences.count_of(count, 'piece of work is', 'pieces of work are'))} yours."
        if not self.sheet.holds_money:
            return format_html("{} No savings line of {} has an amount yet.", yours, "it" if count == 1 else "them")
        return format_html(
            "{} In all {} to take {} out of the council’s budget.",
            yours,
            "it is" if count == 1 else "they are",
            self.sheet.inline(self.sheet.total.total),
        )

    @property
    def tiles(self) -> list[Tile]:
        """Delivered of this year, and of the whole plan done or on course, in doubt, and not judged."""
        return in_ten_tiles(self.sheet)


def in_ten_tiles(sheet: Sheet) -> list[Tile]:
    """Four numbers in words a resident would understand, each with the amounts behind it."""
    year = sheet.increments.year(sheet.percent_year)
    whole = sheet.total.total
    label = sheet.label(sheet.percent_year)
    unit = sheet.reading.unit
    delivered = sentences.in_ten(
        year.counted_delivered, year.counted_target, planned=f"planned for {label}", done="is delivered"
    )
    first = Tile(
        delivered.before,
        year.counted_delivered,
        unit,
        sheet.counted(year, "delivered").href,
        after=delivered.after,
        source=format_html(
            "{} of {}, {}{}",
            sheet.inline_counted(year, "delivered"),
            sheet.inline_counted(year, "target"),
            label,
            format_html("; {}", sheet.losses(year)) if year.loss else "",
        ),
        text=delivered.figure,
    )
    tiles = [first]
    for measure, done in (
        ("secure", "is done or on course"),
        ("at_risk", "is in doubt"),
        ("not_rated", "nobody has judged yet"),
    ):
        share = sentences.in_ten(whole.amount(measure), whole.target, planned="in the whole plan", done=done)
        note = format_html("{} of {}", sheet.inline(whole, measure), sheet.inline(whole))
        if measure == "at_risk" and whole.red:
            note = format_html("{}, of which {} is red", note, sheet.inline(whole, "red"))
        tiles.append(
            Tile(
                share.before,
                whole.amount(measure),
                unit,
                sheet.figure(whole, measure=measure).href,
                after=share.after,
                source=note,
                text=share.figure,
            )
        )
    return tiles


def _owner(grouping: str, project_id: int, project: Project) -> int | None:
    return project_id if grouping == "project" else project.theme_id
