"""What the pages are measured against: plain SQL of the same roll-up, an empty page, a bare table, plain inputs."""

from __future__ import annotations

import django_tables2
from django import forms
from django.db import connection
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from futurefit.access.permissions import EVERY_POST, open_to
from savings.models import LineInPeriod, Position, ReportingPeriod

LINES_ON_A_PAGE = 50

_MEASURES = """
    SUM(p.target), SUM(COALESCE(p.original, 0)), SUM(CASE WHEN p.approved THEN p.target ELSE 0 END),
    SUM(p.delivered), SUM(p.claimed), SUM(p.on_target), SUM(p.amber), SUM(p.red),
    SUM(CASE WHEN p.target > 0 AND p.delivered + p.claimed > p.target THEN p.delivered + p.claimed - p.target
             WHEN p.target < 0 AND p.delivered + p.claimed < p.target THEN p.delivered + p.claimed - p.target
             WHEN p.target = 0 THEN p.delivered + p.claimed ELSE 0 END),
    SUM(CASE WHEN p.target > 0 THEN p.amber + p.red ELSE 0 END),
    SUM(CASE WHEN p.target < 0 AND l.saving_type <> 'faster' THEN p.target ELSE 0 END),
    SUM(CASE WHEN p.target < 0 AND l.saving_type <> 'faster' THEN 100 * p.target
             ELSE 100 * (p.delivered + p.claimed + p.on_target) + 50 * p.amber END)
"""


def raw_rollup(period_id: int, *columns: str) -> list[tuple]:
    """Every measure by the named columns of the line in period, year, recurrence and kind of heading: one query."""
    groups = ", ".join(f"l.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {groups}, p.year, l.recurring = 'one_off', l.heading_kind = 'funding', {_MEASURES} "
            "FROM savings_position p JOIN savings_lineinperiod l ON l.id = p.line_in_period_id "
            "WHERE l.period_id = %s AND NOT l.withdrawn "
            f"GROUP BY {groups}, p.year, l.recurring = 'one_off', l.heading_kind = 'funding'",
            [period_id],
        )
        return cursor.fetchall()


@open_to(EVERY_POST)
def empty_page(request: HttpRequest) -> HttpResponse:
    """Nothing, behind the same middleware, session and user."""
    return HttpResponse("<!doctype html><title>Empty</title>")


class YearColumn(django_tables2.Column):
    """The target of one year, from what the page fetched at once."""

    def __init__(self, year: int, **options) -> None:
        self.year = year
        super().__init__(empty_values=(), orderable=False, verbose_name=str(year), **options)

    def render(self, record: LineInPeriod) -> str:
        return f"{record.by_year.get(self.year, 0):,}"


class BareTable(django_tables2.Table):
    """The columns of the line list, with the library's own template."""

    code = django_tables2.Column(accessor="line__code")
    title = django_tables2.Column()
    project = django_tables2.Column(accessor="project_label")
    theme = django_tables2.Column(accessor="theme_label")
    directorate = django_tables2.Column(accessor="directorate_label")
    total = django_tables2.Column()

    class Meta:
        template_name = "django_tables2/table.html"


@open_to(EVERY_POST)
def bare_table(request: HttpRequest) -> HttpResponse:
    """The page of lines that a first attempt with django-tables2 gives: no links, no rights, no words."""
    period = ReportingPeriod.objects.select_related("programme").get(pk=request.GET["pk"])
    totals = Position.objects.filter(line_in_period=OuterRef("pk")).order_by().values("line_in_period")
    lines = LineInPeriod.objects.filter(period=period, withdrawn=False).select_related("line")
    if directorate := request.GET.get("directorate"):
        lines = lines.filter(directorate__code=directorate)
    lines = lines.annotate(total=Subquery(totals.annotate(sum=Sum("target")).values("sum")))
    table = BareTable(
        lines,
        order_by=request.GET.get("sort"),
        extra_columns=[(f"year_{year}", YearColumn(year)) for year in period.horizon.years],
    )
    table.paginate(page=1, per_page=LINES_ON_A_PAGE)
    on_page = [row.record for row in table.page.object_list]
    amounts: dict[int, dict[int | None, int]] = {}
    wanted = Position.objects.filter(line_in_period__in=[line.pk for line in on_page])
    for line_id, year, target in wanted.values_list("line_in_period_id", "year", "target"):
        amounts.setdefault(line_id, {})[year] = target
    for line in on_page:
        line.by_year = amounts.get(line.pk, {})
    template = engines["django"].from_string(
        "{% load render_table from django_tables2 %}<!doctype html><title>Lines</title>{% render_table table %}"
    )
    return HttpResponse(template.render({"table": table}, request))


def _amounts_of(period_id: int) -> tuple[list[LineInPeriod], dict[tuple[int, int | None], Position]]:
    lines = list(LineInPeriod.objects.filter(period=period_id, withdrawn=False).select_related("line"))
    positions = Position.objects.filter(line_in_period__in=[line.pk for line in lines])
    return lines, {(position.line_in_period_id, position.year): position for position in positions}


STATUSES = [(name, name) for name in ("", "delivered", "on_target", "amber", "red", "split")]


@open_to(EVERY_POST)
def hand_written_inputs(request: HttpRequest) -> HttpResponse:
    """A field for each amount and one for how it stands, in a template written for it: no rights, no totals."""
    period = ReportingPeriod.objects.get(pk=request.GET["pk"])
    lines, positions = _amounts_of(period.pk)
    rows = [
        (line, [(year, positions.get((line.pk, year))) for year in (*period.horizon.years, None)]) for line in lines
    ]
    return HttpResponse(_INPUTS.render({"rows": rows, "years": period.horizon.years, "statuses": STATUSES}, request))


_INPUTS = engines["django"].from_string(
    "<!doctype html><title>Amounts</title><form method=post>{% csrf_token %}<table>"
    "<tr><th>Line</th>{% for year in years %}<th>{{ year }}</th>{% endfor %}<th>Not profiled</th></tr>"
    "{% for line, cells in rows %}<tr><th>{{ line.title }}<br>{{ line.line.code }}</th>"
    "{% for year, cell in cells %}<td>"
    '<input name="{{ line.pk }}-{{ year }}" value="{{ cell.target }}" aria-label="{{ line.title }}, {{ year }}">'
    '<select name="{{ line.pk }}-{{ year }}-status">{% for value, words in statuses %}'
    '<option value="{{ value }}">{{ words }}</option>{% endfor %}</select></td>{% endfor %}</tr>{% endfor %}'
    "</table><button>Save</button></form>"
)


@open_to(EVERY_POST)
def plain_form(request: HttpRequest) -> HttpResponse:
    """One Django form of a number and a choice for each amount, saved in bulk: no history, no lock, nobody else."""
    _lines, positions = _amounts_of(int(request.GET["pk"]))
    form = forms.Form(request.POST)
    for line_pk, year in positions:
        form.fields[f"{line_pk}-{year}"] = forms.IntegerField()
        form.fields[f"{line_pk}-{year}-status"] = forms.ChoiceField(choices=STATUSES, required=False)
    if not form.is_valid():
        return HttpResponse(str(form.errors), status=400)
    for (line_pk, year), position in positions.items():
        target = form.cleaned_data[f"{line_pk}-{year}"]
        status = form.cleaned_data[f"{line_pk}-{year}-status"]
        position.target = target
        for name in ("delivered", "claimed", "on_target", "amber", "red"):
            setattr(position, name, target if name == status else 0)
    fields = ["target", "delivered", "claimed", "on_target", "amber", "red"]
    Position.objects.bulk_update(positions.values(), fields)
    return redirect("/bench/empty/")


urlpatterns = [
    path("bench/empty/", empty_page),
    path("bench/inputs/", hand_written_inputs),
    path("bench/form/", plain_form),
    path("bench/bare/", bare_table),
    path("", include("futurefit.urls")),
]
