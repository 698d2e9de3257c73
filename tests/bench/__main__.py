"""`python -m tests.bench [SCALE …]`: pages of a generated county against the bars of quality.md, "Speed".

Ratios are medians of rounds in which the two are timed by turns, so that a noisy machine disturbs both: in
processor time on SQLite, which works inside this process, and by the clock on PostgreSQL, which does not. The
database is its own (var/bench.sqlite3, or DATABASE_URL); a county that is there is used again.
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from urllib.parse import urljoin

import django

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "futurefit.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'bench.sqlite3'}")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DEMO"] = "1"
django.setup()

from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from futurefit.access.models import User  # noqa: E402
from futurefit.values.rag import Split  # noqa: E402
from projects.models import Programme  # noqa: E402
from savings.grid_form import held_as_text, key_of  # noqa: E402
from savings.models import LineInPeriod, Position, ReportingPeriod  # noqa: E402
from savings.services.grid import Cell, split_of  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench import exporting, importing  # noqa: E402
from tests.bench.yardsticks import raw_rollup  # noqa: E402

ROUNDS = {1: 15, 10: 9}
READER = "bench@council.example"
SMALL = {2: (2, 1), 200: (100, 2)}
"""Small programmes for counting queries: lines → projects and lines of each."""
GRID = "bench-grid"
"""A programme of one project with 20 lines × 6 years, all on target."""


@dataclass
class Report:
    """Prints what was measured beside its bar, and counts the bars missed."""

    missed: int = 0

    def add(self, what: str, measured: float, bar: float, *, unit: str = "×", note: str = "") -> None:
        number = f"{measured:.2f} {unit}" if isinstance(measured, float) else f"{measured:,} {unit}".strip()
        kept = measured <= bar
        self.missed += not kept
        self.say(what, number, f"≤ {bar:,} {unit}".strip(), ("kept" if kept else "MISSED") + note)

    def say(self, what: str, measured: str, bar: str = "", verdict: str = "") -> None:
        """One row of the table, printed when it is known."""
        print(f"{what:<76} {measured:>10}  {bar:>9}  {verdict}".rstrip(), flush=True)


def main(scales: list[int]) -> int:
    """Measure, print the table, and return how many bars were missed."""
    call_command("migrate", verbosity=0)
    user = _reader()
    for scale in scales:
        call_command("county", scale=scale, seed=1)
    for lines in SMALL:
        _small(lines)
    _grid()
    report = Report()
    report.say(f"{connection.vendor}, {os.cpu_count()} cores", "measured", "bar")
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_ENCODING="gzip")
    client.force_login(user)
    for scale in scales:
        measure_speed(report, client, scale)
    for scale in scales:
        measure_exports(report, scale)
    measure_grid(report, client)
    if {1, 10} <= set(scales):
        measure_growth(report, client)
    count_queries(report, client, {**{n: f"bench-{n}" for n in SMALL}, **_largest(scales)})
    weigh_pages(report, client)
    measure_import(report)
    if 10 in scales:
        report.add("a worker after every page at 10", _worker_mebibytes(), 120, unit="MiB")
    return report.missed


def _reader() -> User:
    user = User.objects.filter(email=READER).first()
    if user is None:
        user = factories.finance_officer()
        user.email = READER
        user.save()
    return user


def _small(lines: int) -> None:
    slug = f"bench-{lines}"
    if not Programme.objects.filter(slug=slug).exists():
        projects, lines_each = SMALL[lines]
        small = factories.small_programme(
            projects=projects, lines_each=lines_each, slug=slug, name=slug, is_current=False, generated=True
        )
        for project in small.projects:
            factories.MilestoneFactory(programme=small.programme, project=project)
            factories.RiskFactory(programme=small.programme, project=project)


def _grid() -> None:
    if not Programme.objects.filter(slug=GRID).exists():
        small = factories.small_programme(
            projects=1, lines_each=0, slug=GRID, name=GRID, is_current=False, generated=True, horizon_last=2021
        )
        for _line in range(20):
            factories.line(small.period, small.projects[0], {year: Split(1_000) for year in range(2016, 2022)})


def _largest(scales: list[int]) -> dict[int, str]:
    slug = f"county-{max(scales)}"
    return {LineInPeriod.objects.filter(period=_period(slug)).count(): slug}


def _period(slug: str) -> ReportingPeriod:
    return ReportingPeriod.objects.get(programme__slug=slug, closed_at=None)


def compare(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """The ratio of the medians, and the medians themselves in milliseconds; each is run once unmeasured."""
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    times: tuple[list[float], list[float]] = ([], [])
    for warm in (one, other):
        warm()
    for _ in range(rounds):
        for place, run in enumerate((one, other)):
            start = clock()
            run()
            times[place].append((clock() - start) * 1_000)
    first, second = median(times[0]), median(times[1])
    return first / second, first, second


def measure_speed(report: Report, client: Client, scale: int) -> None:
    """The roll-up page and the programme page against raw SQL, the line list against a bare table."""
    slug, rounds = f"county-{scale}", ROUNDS.get(scale, 5)
    period = _period(slug)
    bar = 3 if scale == 1 else 1.5

    def add(what: str, one: Callable, other: Callable, limit: float) -> None:
        ratio, mine, yardstick = compare(one, other, rounds)
        report.add(f"{what}, scale {scale}", ratio, limit, note=f"  ({mine:.0f} ms / {yardstick:.0f} ms)")

    def page(url: str, **query: str) -> Callable:
        return lambda: _get(client, url, programme=slug, **query)

    add(
        "roll-up page, theme × year / raw SQL",
        page(reverse("savings:plan"), by="theme"),
        lambda: raw_rollup(period.pk, "theme_id"),
        bar,
    )
    add(
        "programme page / raw SQL of its scan",
        page(reverse("pages:programme_detail")),
        lambda: raw_rollup(period.pk, "directorate_id", "theme_id"),
        bar,
    )
    directorate = period.lines.order_by("id").values_list("directorate__code", flat=True).first()
    add(
        "line list, filtered, sorted by total / bare table",
        page(reverse("savings:line_list"), directorate=directorate, sort="-total"),
        lambda: _get(client, "/bench/bare/", pk=period.pk, directorate=directorate, sort="-total"),
        2,
    )
    floor = compare(lambda: _get(client, "/bench/empty/"), lambda: None, rounds)[1]
    report.say("an empty page behind the same middleware", f"{floor:.1f} ms")


def measure_exports(report: Report, scale: int) -> None:
    """The workbook of every line against openpyxl's floor for the same cells, the CSV file against the workbook."""
    export = exporting.export_of(_period(f"county-{scale}"))
    xlsx, as_csv = exporting.writing(export), exporting.writing_csv(export)
    rounds = {1: 5, 10: 3}.get(scale, 1)
    ratio, mine, floor = compare(xlsx, exporting.floor(export), rounds)
    note = f"  ({mine:,.0f} ms / {floor:,.0f} ms)"
    report.add(f"XLSX of every line / openpyxl write-only, scale {scale}", ratio, 2.5, note=note)
    ratio, mine, whole = compare(as_csv, xlsx, rounds)
    note = f"  ({mine:,.0f} ms / {whole:,.0f} ms)"
    report.add(f"CSV of every line / XLSX of every line, scale {scale}", ratio, 0.1, note=note)
    report.add(f"memory that the XLSX takes, scale {scale}", _export_mebibytes(scale), 60, unit="MiB")


def measure_grid(report: Report, client: Client) -> None:
    """Opening and saving a grid of 20 lines × 6 years, where every amount changes each time."""
    period = _period(GRID)
    grid = reverse("savings:grid_edit", args=[period.lines.first().project.code])
    rounds = ROUNDS[1]

    def add(what: str, one: Callable, other: Callable, limit: float) -> None:
        ratio, mine, yardstick = compare(one, other, rounds)
        report.add(f"grid 20 × 6, {what}", ratio, limit, note=f"  ({mine:.0f} ms / {yardstick:.0f} ms)")

    add(
        "opened / hand-written inputs",
        lambda: _get(client, grid, programme=GRID),
        lambda: _get(client, "/bench/inputs/", pk=period.pk),
        3,
    )
    add("saved / a plain form", _typing_anew(client, period, grid), _typing_plainly(client, period), 2)


def _typing_anew(client: Client, period: ReportingPeriod, grid: str) -> Callable:
    """Saves the grid with every amount another one than before, in £000, however often it is called."""

    def save() -> None:
        fields = {"period": period.label}
        for position in Position.objects.filter(line_in_period__period=period).select_related("line_in_period"):
            key = key_of(Cell(position.line_in_period.line_id, position.year))
            fields[f"{key}-was"] = held_as_text(split_of(position))
            fields[key], fields[f"{key}-status"] = str(position.target // 1_000 % 900 + 1), "amber"
        _post(client, f"{grid}?programme={GRID}", fields)

    return save


def _typing_plainly(client: Client, period: ReportingPeriod) -> Callable:
    """The same through the plain form."""

    def save() -> None:
        fields = {}
        for position in Position.objects.filter(line_in_period__period=period).select_related("line_in_period"):
            key = f"{position.line_in_period_id}-{position.year}"
            fields[key], fields[f"{key}-status"] = str(position.target + 1_000), "amber"
        _post(client, f"/bench/form/?pk={period.pk}", fields)

    return save


def measure_growth(report: Report, client: Client) -> None:
    """The line list in its default order at ten counties against one."""
    url = reverse("savings:line_list")
    ratio, ten, one = compare(
        lambda: _get(client, url, programme="county-10"), lambda: _get(client, url, programme="county-1"), ROUNDS[10]
    )
    report.add("line list in default order, 10 / 1", ratio, 1.3, note=f"  ({ten:.0f} ms / {one:.0f} ms)")


def pages(slug: str) -> dict[str, tuple[str, int]]:
    """Address and bar of queries of the pages with figures or rows of a programme."""
    line = LineInPeriod.objects.filter(period=_period(slug)).select_related("line", "project", "theme", "directorate")
    first = line.exclude(theme=None).order_by("line__order").first()
    return {
        "roll-up page": (reverse("savings:plan"), 10),
        "programme": (reverse("pages:programme_detail"), 10),
        "home": (reverse("pages:home"), 12),
        "themes": (reverse("pages:theme_list"), 12),
        "theme": (reverse("pages:theme_detail", args=[first.theme.slug]), 12),
        "directorates": (reverse("pages:directorate_list"), 12),
        "directorate": (reverse("pages:directorate_detail", args=[first.directorate.code]), 12),
        "projects": (reverse("pages:project_list"), 12),
        "dossier": (reverse("pages:project_detail", args=[first.project.code]), 12),
        "lines": (reverse("savings:line_list"), 12),
        "line": (reverse("savings:line_detail", args=[first.line.code]), 12),
        "grid": (reverse("savings:grid_edit", args=[first.project.code]), 12),
        "milestones": (reverse("pages:milestone_list"), 12),
        "risks": (reverse("risks:risk_list"), 12),
        "periods": (reverse("savings:period_list"), 12),
        "reconciliation": (reverse("savings:reconciliation"), 12),
    }


def count_queries(report: Report, client: Client, programmes: dict[int, str]) -> None:
    """Queries at 2, at 200 and at thousands of lines: the same, and within the bar."""
    found: dict[str, dict[int, int]] = {}
    bars: dict[str, int] = {}
    for lines, slug in programmes.items():
        for name, (url, bar) in pages(slug).items():
            _get(client, url, programme=slug)
            with CaptureQueriesContext(connection) as queries:
                _get(client, url, programme=slug)
            found.setdefault(name, {})[lines] = len(queries)
            bars[name] = bar
    for name, counts in found.items():
        spread = max(counts.values()) - min(counts.values())
        words = ", ".join(f"{count} at {lines:,}" for lines, count in counts.items())
        report.add(f"queries: {name} ({words} lines)", max(counts.values()), bars[name], unit="")
        if spread:
            report.add(f"queries: {name} grows with the lines", spread, 0, unit="")


def weigh_pages(report: Report, client: Client) -> None:
    """Compressed HTML, style and script of a first view, and requests that would leave the machine."""
    for name, (url, _bar) in pages("county-1").items():
        response = _get(client, url, programme="county-1")
        body = response.content
        html = gzip.decompress(body) if response.get("Content-Encoding") == "gzip" else body
        text = html.decode()
        weight = len(gzip.compress(html)) + sum(_compressed(address) for address in _needed(text))
        elsewhere = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(?:https?:)?//[^"]*"', text)
        report.add(f"first view of {name}", weight // 1_000, 60, unit="KB")
        if elsewhere:
            report.add(f"requests elsewhere from {name}", len(elsewhere), 0, unit="")


def _needed(text: str) -> set[str]:
    """Addresses of the styles and scripts of a page, with the styles that a style imports."""
    links = [tag for tag in re.findall(r"<link [^>]*>", text) if 'rel="stylesheet"' in tag]
    found = {re.findall(r'href="([^"]+)"', tag)[0] for tag in links} | set(
        re.findall(r'<script[^>]*src="([^"]+)"', text)
    )
    for address in list(found):
        if address.endswith(".css"):
            imported = re.findall(r"""@import (?:url\()?["']?([^"')]+)""", _static(address).decode())
            found |= {urljoin(address, other) for other in imported}
    return found


def _static(address: str) -> bytes:
    return Path(str(finders.find(address.removeprefix("/static/")))).read_bytes()


def _compressed(address: str) -> int:
    return len(gzip.compress(_static(address), 9))


def _get(client: Client, url: str, **query):
    with override_settings(ROOT_URLCONF="tests.bench.yardsticks"):
        response = client.get(url, {name: value for name, value in query.items() if value is not None})
    if response.status_code != 200:
        raise SystemExit(f"{url} {query} answered {response.status_code}")
    return response


def _post(client: Client, url: str, fields: dict[str, str]) -> None:
    with override_settings(ROOT_URLCONF="tests.bench.yardsticks"):
        response = client.post(url, fields)
    if response.status_code != 302:
        raise SystemExit(f"{url} answered {response.status_code} to what was typed")


def measure_import(report: Report) -> None:
    """A workbook of 20,000 lines × 6 years, imported by a process of its own and taken back."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--import"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    seconds, of_processor, mebibytes = done.stdout.split()[-3:]
    words = f"import of {importing.LINES:,} lines × {len(importing.YEARS)} years"
    report.add(words, float(seconds), 30, unit="s", note=f"  ({of_processor} s of the processor here)")
    report.add(f"{words}: memory", int(mebibytes), 500, unit="MiB")


def _worker_mebibytes() -> int:
    """The most memory a process of its own takes that serves every page of the larger county once."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--worker"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1])


def _export_mebibytes(scale: int) -> int:
    """What the workbook takes in a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "--export", str(scale)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def serve_every_page() -> None:
    """What `_worker_mebibytes` starts: serve, then say how much it took."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(_reader())
    for url, _bar in pages("county-10").values():
        _get(client, url, programme="county-10")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024)


if __name__ == "__main__":
    if "--worker" in sys.argv:
        serve_every_page()
    elif "--import" in sys.argv:
        print(importing.import_savings())
    elif "--export" in sys.argv:
        print(exporting.mebibytes_of_a_workbook(_period(f"county-{sys.argv[-1]}")))
    else:
        sys.exit(1 if main([int(given) for given in sys.argv[1:]] or [1, 10]) else 0)
