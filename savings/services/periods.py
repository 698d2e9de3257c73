"""Opening and closing reporting periods (domain.md, Reporting periods).

Opening copies the rows of the last period; closing freezes them. Closing one and opening the next is one act, in a
handful of statements whatever the number of lines. It leaves copies of the two periods in their history and none of
the rows that are copied: what those were is the closed period's rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked
from futurefit.ui.entry_fields import on_day
from futurefit.values.financial_year import (
    FinancialYear,
    Horizon,
    calendar_month_ends_on,
    financial_month,
    month_after,
    month_ends_on,
    quarter_after,
    quarter_ends_on,
)
from futurefit.values.rag import DEFAULT_DEFINITIONS, DEFAULT_WEIGHTS, Status
from projects.models import Programme
from savings.copied_rows import COPIED
from savings.groupings import groups_to_freeze
from savings.models import GroupInPeriod, LineInPeriod, Position, RagDefinition, ReportingPeriod, Requirement
from savings.models.period import spoken_period


@dataclass(frozen=True)
class NewPeriod:
    """What a period is called and when it ends; `illustration` says in words what of it is illustrated.

    `return_years_ahead` is how many years after its own its returns look ahead: as in the last period unless given.
    """

    label: str
    financial_year: int
    ends_on: date
    month: int | None = None
    due_on: date | None = None
    illustration: str = ""
    return_years_ahead: int | None = None

    @property
    def spoken(self) -> str:
        return spoken_period(self.label, self.month)


_LABEL = re.compile(
    r"(?P<year>[0-9]{4}/[0-9]{2}) (?:M(?P<month>0?[1-9]|1[0-2])|Q(?P<quarter>[1-4])|(?P<outturn>outturn))",
    re.IGNORECASE,
)


_NEARLY = re.compile(r"[0-9]{4}/[0-9]{2} ?[mq] ?[0-9]+$", re.IGNORECASE)
"""What was meant for a month or quarter and is none, such as 2015/16 M13."""


def period_called(label: str) -> NewPeriod:
    """The period that a label names: "2015/16 M07", "2015/16 Q2" or "2015/16 outturn". Raises ValueError."""
    match = _LABEL.fullmatch(" ".join(label.split()))
    if match is None:
        raise ValueError(
            f"'{label}' is not a reporting period. Write a year and month, quarter or outturn, such as 2015/16 M07, "
            "2015/16 Q2 or 2015/16 outturn."
        )
    year = FinancialYear.parse(match["year"])
    if match["month"]:
        month = int(match["month"])
        return NewPeriod(f"{year} M{month:02d}", year.start, month_ends_on(year.start, month), month=month)
    if match["quarter"]:
        quarter = int(match["quarter"])
        return NewPeriod(f"{year} Q{quarter}", year.start, quarter_ends_on(year.start, quarter))
    return NewPeriod(f"{year} outturn", year.start, year.ends_on)


def period_named(label: str, ends_on: date | None = None) -> NewPeriod:
    """The period of a label: a month, quarter or outturn, or any other name with its last day.

    Raises ValidationError naming the field, the value and the rule.
    """
    words = " ".join(label.split())
    if not words:
        raise ValidationError({"label": "Name of the period: nothing is entered."})
    try:
        found = period_called(words)
    except ValueError as error:
        if _NEARLY.match(words):
            raise ValidationError({"label": f"Name of the period: {error}"}) from error
        if ends_on is None:
            raise ValidationError(
                {"ends_on": f"Last day: “{words}” is no month, quarter or outturn, so its last day has to be entered."}
            ) from error
        found = NewPeriod(words, FinancialYear.containing(ends_on).start, ends_on)
    if ends_on is not None and ends_on != found.ends_on:
        raise ValidationError(
            {"ends_on": f"Last day: {found.spoken} ends on {on_day(found.ends_on)}, not on {on_day(ends_on)}."}
        )
    return found


def next_in_turn(period: ReportingPeriod) -> NewPeriod | None:
    """The period that comes next in the same calendar: the month, quarter or outturn after; None for other calendars.

    After an outturn that followed a month or quarter the first of the next year comes.
    """
    try:
        found = period_called(period.label)
    except ValueError:
        return None
    if found.month is not None:
        year, month = month_after(found.financial_year, found.month)
        return period_called(f"{FinancialYear(year)} M{month:02d}")
    if (quarterly := _LABEL.fullmatch(found.label)) and quarterly["quarter"]:
        year, quarter = quarter_after(found.financial_year, int(quarterly["quarter"]))
        return period_called(f"{FinancialYear(year)} Q{quarter}")
    former = next_in_turn(period.copied_from) if period.copied_from else None
    if former is None or former.label.endswith("outturn"):
        return period_called(f"{FinancialYear(found.financial_year).next()} outturn")
    return former


def refuse_out_of_turn(period: ReportingPeriod, new: NewPeriod) -> None:
    """Raises ValidationError where the period cannot follow this one: it ends later, or is the outturn of its year."""
    is_outturn = new.label.endswith("outturn") and new.label != period.label
    if new.ends_on < period.ends_on or (new.ends_on == period.ends_on and not is_outturn):
        raise ValidationError(
            {"ends_on": f"The next period must end after {on_day(period.ends_on)}, the end of {period}."}
        )


def changed_meanwhile(period: ReportingPeriod) -> str:
    """The words of a refusal on top of somebody else's save."""
    return f"Somebody changed {period.spoken} since you opened the page. Look at it again before you go on."


def month_of(day: date) -> NewPeriod:
    """The period of the month in which a day lies."""
    year, month = FinancialYear.containing(day), financial_month(day)
    return NewPeriod(f"{year} M{month:02d}", year.start, calendar_month_ends_on(day), month=month)


def open_first_period(
    *, actor: Actor, programme: Programme, new: NewPeriod, at: datetime | None = None
) -> ReportingPeriod:
    """Open the first period of a programme with its horizon and the default RAG definitions and weights.

    Raises ValidationError where the programme has a period already.
    """
    if ReportingPeriod.objects.of_programme(programme).exists():
        raise ValidationError("The programme has a first period already. Close the open one to open the next.")
    with record_act(
        actor=actor,
        verb="savings.period_opened",
        sentence=f"Opened {new.spoken}, the first reporting period of {programme}.",
        about=[programme],
        at=at,
        programme_slug=programme.slug,
    ) as act:
        period = _create(programme, new, programme.horizon, opened_at=act.at)
        act.add_subject(period)
        bulk_create_tracked(
            RagDefinition,
            [
                RagDefinition(
                    period=period,
                    status=status.value,
                    words=DEFAULT_DEFINITIONS[status],
                    weight=DEFAULT_WEIGHTS[status],
                )
                for status in Status
            ],
        )
    return period


def close_and_open_next(
    *,
    actor: Actor,
    period: ReportingPeriod,
    new: NewPeriod,
    version: int | None = None,
    at: datetime | None = None,
) -> ReportingPeriod:
    """Close the open period for ever and open the next with a copy of its rows, as one act; returns the next.

    `version` is that of the period when the page was opened; None asks for no comparison. Raises ValidationError
    where the period is closed already or was changed meanwhile (code "stale"), or the next cannot follow it.
    """
    refuse_out_of_turn(period, new)
    with record_act(
        actor=actor,
        verb="savings.period_closed",
        sentence=f"Closed {period.spoken} and opened {new.spoken}.",
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: _hold(period),
    ) as act:
        closed, horizon = _close(period, act.at, version)
        _freeze_groups(closed)
        following = _create(period.programme, new, horizon, opened_at=act.at, closed=closed)
        act.add_subjects((closed, following))
        _copy_rows(closed, following)
    period.closed_at, period.version = closed.closed_at, closed.version
    return following


def _hold(period: ReportingPeriod) -> None:
    """Wait for whoever writes into the period: what they write is dated before its closing, and closes with it.

    Where rows cannot be locked the transaction holds the whole database from its beginning.
    """
    if not connection.features.has_select_for_update:
        return
    ReportingPeriod.objects.select_for_update(no_key=True).values_list("pk").get(pk=period.pk)


def _close(period: ReportingPeriod, at: datetime, version: int | None) -> tuple[ReportingPeriod, Horizon]:
    """Close the period, which is held, in one statement; it as it stands then, and the plan's years as they stand.

    Raises ValidationError where it is closed already or of another version. Its copy in the history is written with
    that of the next.
    """
    periods, programmes = ReportingPeriod._meta.db_table, Programme._meta.db_table
    plan = ", ".join(
        f"(SELECT of_plan.{name} FROM {programmes} of_plan WHERE of_plan.id = programme_id) AS plan_{name}"
        for name in ("horizon_first", "horizon_last", "open_ended")
    )
    found: list[Any] = list(
        ReportingPeriod.objects.raw(
            f"UPDATE {periods} SET closed_at = %s, version = version + 1 WHERE id = %s AND closed_at IS NULL "
            f"{'' if version is None else 'AND version = %s '}RETURNING *, {plan}",
            [connection.ops.adapt_datetimefield_value(at), period.pk, *([] if version is None else [version])],
        )
    )
    if not found:
        if ReportingPeriod.objects.open().filter(pk=period.pk).exists():
            raise ValidationError(changed_meanwhile(period), code="stale")
        raise ValidationError(f"{period} is closed already.")
    (closed,) = found
    return closed, Horizon(closed.plan_horizon_first, closed.plan_horizon_last, bool(closed.plan_open_ended))


def _create(
    programme: Programme,
    new: NewPeriod,
    horizon: Horizon,
    *,
    opened_at: datetime,
    closed: ReportingPeriod | None = None,
) -> ReportingPeriod:
    """Insert the period and leave its copy in the history, with that of the period just closed.

    The database judges its constraints once, as the row comes; only what it refuses is asked for in words.
    """
    period = ReportingPeriod(
        programme=programme,
        label=new.label,
        financial_year=new.financial_year,
        month=new.month,
        ends_on=new.ends_on,
        due_on=new.due_on,
        opened_at=opened_at,
        copied_from=closed,
        horizon_first=horizon.first,
        horizon_last=horizon.last,
        open_ended=horizon.open_ended,
        return_years_ahead=_years_ahead(new, closed),
        illustration=new.illustration,
    )
    period.clean_fields(exclude=("programme", "copied_from"))
    try:
        with transaction.atomic():
            bulk_create_tracked(ReportingPeriod, [period], changed=[closed] if closed else [])
    except IntegrityError:
        period.pk = None
        period.full_clean()
        raise
    return period


def _years_ahead(new: NewPeriod, closed: ReportingPeriod | None) -> int:
    if new.return_years_ahead is not None:
        return new.return_years_ahead
    return closed.return_years_ahead if closed else 1


def _freeze_groups(period: ReportingPeriod) -> None:
    """Every group that the period shows, as it stands now, for ever: one statement.

    It comes before the next period stands: from then on the database takes no group of this one (`savings.frozen`).
    """
    quoted = connection.ops.quote_name
    columns = ("grouping", "object_id", "key", "label", "order", "directorate_group")
    groups, given = groups_to_freeze(period).query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {GroupInPeriod._meta.db_table} (period_id, {', '.join(map(quoted, columns))}) "
            f"SELECT %s, {', '.join(f'kept_{column}' for column in columns)} FROM ({groups}) shown",
            [period.pk, *given],
        )


def _copy_rows(old: ReportingPeriod, new: ReportingPeriod) -> None:
    """INSERT … SELECT of the settings, the lines and their positions: a handful of statements whatever their number.

    Settings and lines are copied in one statement where the database knows how to.
    """
    lines, positions = LineInPeriod._meta.db_table, Position._meta.db_table
    position_columns = _copied_columns(Position, "new.id", prefix="p.")
    copies = []
    for model in (RagDefinition, Requirement, LineInPeriod):
        table, columns = model._meta.db_table, _copied_columns(model, "%s")
        copies.append(
            f"INSERT INTO {table} ({_names(columns)}) SELECT {_values(columns)} FROM {table} "
            "WHERE period_id = %s ORDER BY id"
        )
    if connection.vendor == "postgresql":
        *settings, of_lines = copies
        first = ", ".join(f"copied_{place} AS ({copy})" for place, copy in enumerate(settings))
        copies = [f"WITH {first} {of_lines}"]
    with connection.cursor() as cursor:
        for copy in copies:
            cursor.execute(copy, [new.pk, old.pk] * (copy.count("%s") // 2))
        cursor.execute(
            f"INSERT INTO {positions} ({_names(position_columns)}) SELECT {_values(position_columns)} "
            f"FROM {positions} p JOIN {lines} old ON old.id = p.line_in_period_id "
            f"JOIN {lines} new ON new.line_id = old.line_id AND new.period_id = %s "
            "WHERE old.period_id = %s ORDER BY p.id",
            [new.pk, old.pk],
        )


def _copied_columns(model: type[Model], whole: str, prefix: str = "") -> dict[str, str]:
    """Every column of the model but its id, with what to select for it; `whole` is what a copy belongs to."""
    copied = COPIED[model]
    anew = {copied.whole: whole} | {name: repr(value) for name, value in copied.anew.items()}
    columns = [str(column.column) for column in model._meta.concrete_fields if not column.primary_key]
    quoted = connection.ops.quote_name
    return {quoted(name): anew.get(name, prefix + quoted(name)) for name in columns}


def _names(columns: Mapping[str, str]) -> str:
    return ", ".join(columns)


def _values(columns: Mapping[str, str]) -> str:
    return ", ".join(columns.values())
