"""What a page is read as: programme, period, unit, view and basis, from its address (interfaces.md, Web).

`?programme=<slug>&period=<label>&unit=&view=&basis=` work on every page with figures. Anything unknown, also
an unknown parameter, is a 404 that names the value and what is allowed: never silently something else. `shape=today`
groups a closed period by where its lines stand today, on the pages that group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.urls import reverse

from futurefit.access.reader import Reader
from futurefit.access.today import today
from futurefit.council.models import PostKind
from futurefit.history.reads import as_at
from futurefit.ui.filter_bar import Switch
from futurefit.values.money import Unit
from projects.models import Programme, Project
from projects.scope import Scope, scope_of
from savings.models import ReportingPeriod
from savings.rollups import BASES, SHAPES, VIEWS

PARAMETERS = ("programme", "period", "unit", "view", "basis", "shape")
ASKED_ONCE = (*PARAMETERS, "by", "page", "sort", "export", "from", "group", "cause", "counted", "for", "of", "undoes")
"""Parameters of which an address can hold only one; a filter may take several values."""
VIEW_WORDS = {"incremental": "incremental", "cumulative": "cumulative"}
BASIS_WORDS = {"all": "approved and proposed", "approved": "approved", "proposed": "proposed"}
UNIT_NAMES = {unit.value: unit for unit in Unit}


class NothingYet(Exception):
    """There is no programme, or it has no reporting period yet: pages say what will be here and who adds it.

    `programme` is the one without a period; None where there is no programme either.
    """

    def __init__(self, why: str, programme: Programme | None = None) -> None:
        super().__init__(why)
        self.programme = programme


@dataclass(frozen=True)
class Reading:
    """How the page in hand is read. `scope` is what its reader may see.

    `offers_shapes`: whether the page can group its closed period by where lines stand today; `shape` is "then" where
    it cannot.
    """

    programme: Programme
    period: ReportingPeriod
    periods: tuple[ReportingPeriod, ...]
    unit: Unit
    view: str
    basis: str
    scope: Scope
    default_unit: Unit
    path: str = ""
    shape: str = "then"
    offers_shapes: bool = False

    @property
    def shaped_by(self) -> int | None:
        """For `Selection`: the programme whose open period says where lines stand, in today's shape."""
        return self.programme.pk if self.shape == "today" else None

    @property
    def horizon(self):
        return self.period.horizon

    @cached_property
    def today(self) -> date:
        """The last day of a closed period shown, else the setting TODAY, else the date (domain.md)."""
        return today(None if self.period.is_open else self.period.ends_on)

    def line_list_as_read(self, **changes: str | None) -> str:
        """The address of the line list read like this page, with its period; `changes` as in `parameters`.

        Written once for each change: a page of figures has hundreds of links to it.
        """
        known = tuple(changes.items())
        if known not in self._line_lists:
            query = {**self.parameters(**changes), "period": self.period.label}
            self._line_lists[known] = f"{reverse('savings:line_list')}?{urlencode(query)}"
        return self._line_lists[known]

    @cached_property
    def _line_lists(self) -> dict[tuple[tuple[str, str | None], ...], str]:
        return {}

    @property
    def moment(self) -> datetime | None:
        """When a closed period was closed: what is not money is shown as it stood then. None: as it stands."""
        return self.period.closed_at

    def rows(self, model: type[Model]) -> QuerySet[Any]:
        """The rows of a tracked model as they are read: as they stand, or in a closed period as they stood then.

        Those of then have no order of their own: order them by name.
        """
        return model._default_manager.all() if self.moment is None else as_at(model, self.moment)

    def words_of(self, model: type[Model], column: str, name: str) -> str | Subquery:
        """What a row that `column` refers to is called, for `Part.also` and `annotate`: its `name` as it is read."""
        if self.moment is None:
            return f"{column}__{name}"
        then = as_at(model, self.moment).filter(id=OuterRef(f"{column}_id")).order_by()
        return Subquery(then.values(name)[:1])

    def projects(self) -> QuerySet[Any]:
        """Projects, workstreams and blocks of the programme whose dossier the reader may open, as they are read.

        Rights are those of today.
        """
        found = self.rows(Project).filter(programme_id=self.programme.pk)
        if self.scope.everything:
            return found
        return found.filter(id__in=Project.objects.visible_to(self.scope).values("pk"))

    def projects_in(self, **place: int) -> QuerySet[Any]:
        """Those of `projects` that stand in a theme or directorate: then, or in today's shape today."""
        if self.shape == "then":
            return self.projects().filter(**place)
        return self.projects().filter(id__in=Project.objects.filter(**place).values("pk"))

    @property
    def period_words(self) -> str:
        """ "2015/16 month 7 (closed)"."""
        return f"{self.period.spoken} ({'open' if self.period.is_open else 'closed'})"

    @property
    def words(self) -> str:
        """The tail of every caption: unit, view, basis and period."""
        basis = "" if self.basis == "all" else f" · {BASIS_WORDS[self.basis]} amounts only"
        shape = ", in today’s shape" if self.shape == "today" else ""
        return f"{self.unit.symbol} · {VIEW_WORDS[self.view]}{basis} · as at {self.period_words}{shape}"

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """The parameters that keep this reading on another page, without those that are the default there."""
        kept: dict[str, str] = {}
        if not self.programme.is_current:
            kept["programme"] = self.programme.slug
        if not self.period.is_open:
            kept["period"] = self.period.label
        if self.unit != self.default_unit:
            kept["unit"] = self.unit.value
        if self.view != "incremental":
            kept["view"] = self.view
        if self.basis != "all":
            kept["basis"] = self.basis
        if self.shape != "then":
            kept["shape"] = self.shape
        for name, value in changes.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = value
        return kept

    @property
    def other_periods_url(self) -> str:
        """Where the reader chooses another period for the page in hand; empty where there is only one."""
        if len(self.periods) < 2:
            return ""
        kept = {"page_at": self.path, **self.parameters(period=None, shape=None)}
        return f"{reverse('savings:period_list')}?{urlencode(kept)}"

    @property
    def query(self) -> str:
        """`parameters` as a query string with its "?", empty where all are the default."""
        kept = self.parameters()
        return f"?{urlencode(kept)}" if kept else ""


def read(request: HttpRequest, *, also: Iterable[str] = (), shapes: bool = False) -> Reading:
    """The reading of a request. `also` names further parameters that the page knows.

    With `shapes` the page groups by the shape asked for; elsewhere, and in the open period, that of the period is read.

    Raises Http404 for anything unknown and `NothingYet` where there is no programme or period.
    """
    if "\x00" in request.path:
        raise Http404("There is nothing at this address.")
    known = {*PARAMETERS, *also}
    for name, value in request.GET.items():
        if "\x00" in value:
            raise Http404(f"'{name}' holds a character that no address of this site has.")
        if name not in known:
            raise Http404(f"This page does not know '{name}'. It knows: {', '.join(sorted(known))}.")
    for name in ASKED_ONCE:
        if len(values := request.GET.getlist(name)) > 1:
            raise Http404(f"'{name}' is asked for {len(values)} times: {', '.join(values)}. Ask for it once.")
    scope = scope_of(request.reader)
    periods = _periods_of(request.GET.get("programme"))
    programme = periods[0].programme
    default_unit = default_unit_of(request.reader)
    period = _period(request.GET.get("period"), periods)
    shape = _choice("shape", request.GET.get("shape"), {name: name for name in SHAPES}, "then")
    has_today = not period.is_open and any(each.is_open for each in periods)
    return Reading(
        programme=programme,
        period=period,
        periods=periods,
        unit=_choice("unit", request.GET.get("unit"), UNIT_NAMES, default_unit),
        view=_choice("view", request.GET.get("view"), {name: name for name in VIEWS}, "incremental"),
        basis=_choice("basis", request.GET.get("basis"), {name: name for name in BASES}, "all"),
        scope=scope,
        default_unit=default_unit,
        path=request.path,
        shape=shape if shapes and has_today else "then",
        offers_shapes=shapes and has_today,
    )


def shape_control(reading: Reading) -> list[Switch]:
    """The switch between the shape of then and today's, on a page of a closed period that groups; else nothing."""
    if not reading.offers_shapes:
        return []
    return [Switch("shape", "Grouped as", [("then", "Then"), ("today", "Today")], reading.shape)]


def default_unit_of(reader: Reader) -> Unit:
    """£m for cabinet members to start with, £000 for everybody else (pages.md)."""
    return Unit.MILLIONS if reader.has_post(PostKind.CABINET_MEMBER) else Unit.THOUSANDS


def find_period(programme: Programme, label: str | None) -> ReportingPeriod:
    """The period of this label, or without one the open period, else the last. Raises LookupError with the choice."""
    periods = tuple(ReportingPeriod.objects.of_programme(programme))
    if not periods:
        raise LookupError(f"{programme.name} has no reporting period yet.")
    if not label:
        return next((period for period in periods if period.is_open), periods[-1])
    for period in periods:
        if period.label == label:
            return period
    labels = ", ".join(period.label for period in periods)
    raise LookupError(f"There is no reporting period '{label}'. Choose one of: {labels}.")


def check_shape(programme: Programme, shape: str) -> str:
    """The shape, "then" or "today". Raises LookupError for that of today where no period is open to say it."""
    if shape == "today" and not ReportingPeriod.objects.of_programme(programme).open().exists():
        raise LookupError(f"{programme.name} has no open reporting period, so there is no shape of today.")
    return shape


def _periods_of(slug: str | None) -> tuple[ReportingPeriod, ...]:
    """The periods of the programme named, or of the current one, with the programme, in one query."""
    chosen = Q(programme__slug=slug) if slug else Q(programme__is_current=True)
    periods = tuple(ReportingPeriod.objects.filter(chosen).select_related("programme"))
    if periods:
        return periods
    programme = (Programme.objects.filter(slug=slug) if slug else Programme.objects.current()).first()
    if programme is not None:
        raise NothingYet(f"{programme.name} has no reporting period yet.", programme)
    if slug:
        raise Http404(f"There is no programme '{slug}'.")
    raise NothingYet("There is no programme yet.")


def _period(label: str | None, periods: tuple[ReportingPeriod, ...]) -> ReportingPeriod:
    if label is None:
        return next((period for period in periods if period.is_open), periods[-1])
    for period in periods:
        if period.label == label:
            return period
    labels = ", ".join(period.label for period in periods)
    raise Http404(f"There is no reporting period '{label}'. Choose one of: {labels}.")


def _choice(name: str, value: str | None, choices: dict, default):
    if value is None:
        return default
    if value not in choices:
        raise Http404(f"'{value}' is not a {name}. Choose one of: {', '.join(choices)}.")
    return choices[value]
