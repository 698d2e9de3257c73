"""Every number of a summary page is the roll-up it claims: what is read off the page against `rollup --format json`."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from futurefit.council.models import Directorate
from projects.models import Theme
from savings.models import MtfpHeading
from tests.demo_programme import OPEN, PAPERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

BY_RATING = {
    "D Green delivered": "delivered",
    "T Green on target": "on_target",
    "A Amber": "amber",
    "R Red": "red",
    "N Not rated": "not_rated",
    "Less: delivered beyond the target": "over_delivered",
    "Reversal of one-off savings, not in the target": "reversal",
    "Target": "target",
}
BASES = {"Approved": "approved", "Proposed": "proposed", "Approved and proposed": "all"}
OF_TOTAL = {"Total": "target", "Secure": "secure", "At risk": "at_risk", "Not rated": "not_rated"}
TILES = {"Planned": "target", "Secure": "secure", "At risk": "at_risk"}
NO_ROLL_UP = {"investment", "to-deliver"}
"""Tables whose amounts are no savings, or are of several years: their own tests hold them."""


@dataclass(frozen=True)
class Table:
    """A table of the page: the amounts of each row by the words at the head of their column."""

    rows: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Summary:
    """The page of a theme or directorate in a period, and what the command prints of it."""

    html: str
    period: str
    option: str
    key: str

    @cached_property
    def tables(self) -> dict[str, Table]:
        found = re.findall(r'<caption id="([\w-]+)-caption">(.*?)</table>', self.html, re.S)
        return {key: _table(body) for key, body in found if "data-value" in body}

    @property
    def tiles(self) -> Iterator[tuple[str, int]]:
        for words, amount in re.findall(
            r'ff-tile__words">([^<]*)</span><span class="ff-tile__figure" data-value="(-?\d+)"', self.html
        ):
            yield words, int(amount)

    def rolled_up(self, by: str, basis: str = "all") -> dict[str, Any]:
        out = io.StringIO()
        asked = (f"--{self.option}", self.key, "--period", self.period, "--basis", basis, "--format", "json")
        call_command("rollup", "--by", by, *asked, stdout=out)
        return json.loads(out.getvalue())


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _table(body: str) -> Table:
    heads = [_words(each) for each in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', body, re.S)][1:]
    rows = {}
    for row in re.findall(r"<tr[^>]*>(?:(?!<tr).)*?</tr>", body.partition("</thead>")[2], re.S):
        label = _words(row[row.index("<th") : row.index("</th>")])
        cells = re.findall(r"<td([^>]*)>", row)
        rows[label] = {
            head: int(found[1])
            for head, cell in zip(heads, cells, strict=True)
            if (found := re.search(r'data-value="(-?\d+)"', cell))
        }
    return Table(rows)


def amount(row: Mapping[str, Any], head: str, measure: str) -> int:
    """One amount of a row of the command: of a year, or of all years."""
    if head in OF_TOTAL:
        return row["total"][measure if head == "Total" else OF_TOTAL[head]]
    return row["years"]["not_profiled" if head == "Not profiled" else head][measure]


def check_rows(table: Table, found: Mapping[str, Any], name: str) -> None:
    """A table by project or service: each row that of its label, the last the total."""
    *parts, (_total, last) = table.rows.items()
    for label, amounts in parts:
        of_row = [row for row in found["rows"] if row["label"] in label]
        if not of_row:
            assert not any(amounts.values()), (name, label)
            continue
        row = max(of_row, key=lambda each: len(each["label"]))
        assert amounts == {head: amount(row, head, "target") for head in amounts}, (name, label)
    assert last == {head: amount(found["total"], head, "target") for head in last}, name


def check(page: Summary) -> int:
    """Compare every figure of the tables and tiles; how many were compared."""
    tables = dict(page.tables)
    by = page.option
    whole = page.rolled_up(by)["total"]
    bases = {words: page.rolled_up(by, basis)["total"] for words, basis in BASES.items()}
    name = f"{by} {page.key} in {page.period}"
    for label, amounts in tables.pop("matrix").rows.items():
        measure = "claimed" if "claimed" in label else BY_RATING[label]
        assert amounts == {head: amount(whole, head, measure) for head in amounts}, (name, label)
    for label, amounts in tables.pop("approval").rows.items():
        assert amounts == {head: amount(bases[label], head, "target") for head in amounts}, (name, label)
    for key, grouping in (("projects", "project"), ("services", "service")):
        if key in tables:
            check_rows(tables.pop(key), page.rolled_up(grouping), name)
    if "over-time" in tables:
        *_before, last = tables.pop("over-time").rows.values()
        assert last == {"Delivered": counted(page, "delivered"), "Target": counted(page, "target")}, name
    assert set(tables) <= NO_ROLL_UP, f"{name}: nothing compares {set(tables) - NO_ROLL_UP}"
    for words, shown in page.tiles:
        measure = next((measure for start, measure in TILES.items() if words.startswith(start)), None)
        assert shown == (whole["total"][measure] if measure else counted(page, "delivered", of_the_year=True)), words
    compared = [cell for key, table in page.tables.items() if key not in NO_ROLL_UP for cell in table.rows.values()]
    return sum(map(len, compared))


def counted(page: Summary, measure: str, *, of_the_year: bool = False) -> int:
    """A measure without lines under funding headings, of the years up to that of the period or of that alone."""
    funding = {str(heading) for heading in MtfpHeading.objects.filter(kind=MtfpHeading.Kind.FUNDING)}
    year = page.period.split()[0]
    return sum(
        money[measure]
        for row in page.rolled_up("mtfp_heading")["rows"]
        if row["label"] not in funding
        for label, money in row["years"].items()
        if label == year or (label < year and not of_the_year)
    )


@pytest.mark.parametrize("period", [PAPERS, OPEN])
def test_every_number_of_every_summary_page_is_the_roll_up_it_claims(period: str, demo, settings):
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)
    client = Client()
    client.force_login(demo.user("cabinet"), backend="futurefit.access.backends.AccountBackend")
    asked = [("theme", theme.slug, f"/themes/{theme.slug}/") for theme in Theme.objects.all()]
    asked += [("directorate", each.code, f"/directorates/{each.code}/") for each in Directorate.objects.all()]
    compared = 0
    for option, key, address in asked:
        html = client.get(address, {"period": period}).content.decode().partition("<main")[2]
        if 'id="matrix-caption"' in html:
            compared += check(Summary(html, period, option, key))
        else:
            assert "has an amount in this reading" in html, address
    assert compared > 300
