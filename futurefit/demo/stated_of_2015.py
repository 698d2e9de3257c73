"""Figures that the papers print and nobody enters: repeats, totals, percentages, narrative; and the budget table.

Each gets the scope of what to compute beside it. Which of them are wrong is not said here: `savings.reconcile` finds
it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.money_of_2015 import LINES, STATUS_OF, Money
from futurefit.demo.paper_tables import PrintedAmount, details, precision, printed_amounts
from futurefit.demo.programme_loading import SLUG, Plan
from futurefit.demo.programme_of_2015 import OPERATING_MODEL, SSC
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked
from futurefit.values.financial_year import FinancialYear
from futurefit.values.money import Unit
from savings.models import BudgetRow, StatedFigure

Kind, Parts, Qualifier = StatedFigure.Kind, StatedFigure.Parts, StatedFigure.Qualifier

INCOME_ROW = "Total income 17/18"
NEW_ROW = "New Savings (Further and New)"
TOTAL_ROW = "TOTAL SAVINGS"
FIRST_YEAR_OF_T09 = 2016

NARRATIVE = {
    ("T01", "2013/14 controllable budget, Education & Skills"),
    ("T01", "Savings allocated to 2014/15, fully delivered"),
    ("T03", "HR Directorate Teams reduction (narrative)"),
    ("T03", "Corporate Learning & Development reduction (narrative)"),
    ("T03", "Savings made over the last 4 years (narrative)"),
    ("T03", "Further savings over the next two years (narrative)"),
    ("T09", "annual value of contracts above £50k"),
    ("T09", "total value of contracts above £50k"),
    ("T09", "contracts excluded"),
    ("T09", "contracts directly renegotiated"),
    ("T12", "Shared management: saving identified against 2016/17"),
    ("T16", "COACH gross spend"),
    ("T17", "Capital receipts"),
    ("T17", "Revenue savings"),
    ("T17", "Avoided maintenance expenditure"),
}
"""Figures of the running text. Investments and base budgets of the text are entered, so they are not here."""

TABLE_REPEATED_IN_TEXT = ("T16", "Net expenditure by service")
"""The net budget of table T10, printed again on a slide."""


def load_stated_figures(council: Council, plan: Plan, money: Money) -> None:
    """Enter the budget table and every stated figure of the papers, for the period of the papers."""
    with record_act(
        actor=council.actors["finance"],
        verb="demo.budget_entered",
        sentence="Entered the budget table of the commissioning plan.",
        about=[plan.programme],
        at=moments.BUDGET_ROWS_ENTERED,
        programme_slug=SLUG,
    ):
        bulk_create_tracked(BudgetRow, _budget_rows(council, plan))
    figures = list(_figures(council, plan, money))
    with record_act(
        actor=council.actors["finance"],
        verb="demo.stated_figures_entered",
        sentence=f"Entered {len(figures)} figures that the papers state.",
        about=[plan.programme],
        at=moments.STATED_FIGURES_ENTERED,
        programme_slug=SLUG,
    ):
        bulk_create_tracked(StatedFigure, figures)


def _budget_rows(council: Council, plan: Plan) -> list[BudgetRow]:
    return [
        BudgetRow(
            programme=plan.programme,
            document=cell.title,
            table=cell.table,
            label=cell.description,
            nature=_nature(cell),
            year=FinancialYear.parse(cell.column).start,
            amount=cell.amount,
            as_printed=cell.as_printed,
            order=order,
            **_directorate_or_group(council, cell, ""),
        )
        for order, cell in enumerate(details("T10"), start=1)
    ]


def _figures(council: Council, plan: Plan, money: Money):
    """Every stated figure in the order of the papers; a percentage of T10 follows the cell beside which it stands."""
    order = 0
    for cell in printed_amounts():
        for fields in _stated_by(cell, council, plan, money):
            order += 1
            yield StatedFigure(
                programme=plan.programme,
                period=money.period,
                document=cell.title,
                table=cell.table,
                label=cell.label,
                column=cell.column,
                order=order,
                **fields,
            )


def _stated_by(cell: PrintedAmount, council: Council, plan: Plan, money: Money):
    """What one cell states: its amount unless it is entered, and in T10 the percentage beside it."""
    if cell.is_stated:
        yield _amount(cell) | SCOPES[cell.table](cell, council, plan, money)
    elif (cell.table, cell.description) in NARRATIVE:
        yield _amount(cell) | {"kind": Kind.NARRATIVE} | _narrative_scope(cell, plan, money)
    elif (cell.table, cell.description) == TABLE_REPEATED_IN_TEXT:
        yield _amount(cell) | {
            "kind": Kind.REPEAT,
            "parts": Parts.BUDGET_ROWS,
            "scope_table": "T10",
            "scope_group": _group(council),
            "scope_years": [2017],
            "counterpart": "T10, net budget 17/18 of CoaCh/ Fin/ CE",
        }
    if cell.table == "T10" and (found := re.search(r"stated (-?\d+)%", cell.note)):
        yield _percentage(found[1], cell, council)


def _amount(cell: PrintedAmount) -> dict[str, Any]:
    return {
        "kind": Kind.REPEAT if cell.row == "repeat" else Kind.SUM,
        "qualifier": _qualifier(cell.as_printed),
        "as_printed": cell.as_printed,
        "unit": cell.unit.value,
        "stated": cell.amount,
        "precision": precision(cell),
        "note": cell.note,
    }


def _qualifier(as_printed: str) -> str:
    words = as_printed.lower()
    if words.startswith((">", "in excess of", "more than", "over ")):
        return Qualifier.MORE_THAN
    if words.startswith(("up to", "approaching", "nearly", "almost")):
        return Qualifier.UP_TO
    if words.startswith(("circa", "c£", "about", "around")):
        return Qualifier.ABOUT
    return Qualifier.EXACT


def _years(cell: PrintedAmount) -> list[int]:
    """The year of the column; a total over the years names none."""
    if found := re.fullmatch(r"Year (\d)", cell.column):
        return [FIRST_YEAR_OF_T09 + int(found[1]) - 1]
    if cell.column in ("", "Total"):
        return []
    return [FinancialYear.parse(cell.column.removesuffix("+")).start]


def _line_of(table: str, cell: PrintedAmount, money: Money) -> dict[str, Any]:
    """The line of a table whose row this cell names; a total names none."""
    if not cell.description:
        return {}
    code = next(line.code for line in LINES if line.table == table and line.description == cell.description)
    return {"scope_line": money.lines[code].line}


def _of_a_block(code: str):
    """T01 and T03: RAG by year with totals, of a block of the current programme."""

    def scope(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
        if cell.row == "repeat":
            return {
                "parts": Parts.NOTHING,
                "counterpart": "No table splits the £2.455m of T01 between retained and commissioned services",
            }
        status = STATUS_OF.get(cell.group)
        return _of_positions(cell) | {
            "scope_project": plan.projects[code],
            "scope_status": status.value if status else "",
        }

    return scope


def _of_a_pro_forma(code: str):
    """T02 and T04: proposed savings, new and existing, RAG by year with totals."""

    def scope(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
        status = STATUS_OF.get(cell.group)
        of_type = {}
        if cell.description != TOTAL_ROW:
            new = cell.description == NEW_ROW
            of_type = {"scope_type_group": StatedFigure.TypeGroup.NEW if new else StatedFigure.TypeGroup.EXISTING}
        return (
            _of_positions(cell)
            | {"scope_project": plan.projects[code], "scope_status": status.value if status else ""}
            | of_type
        )

    return scope


def _slide_of_hr(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row != "repeat":
        return _of_the_same_table(cell)
    return {
        "parts": Parts.POSITIONS,
        "scope_table": "T04",
        "scope_project": plan.projects["HROD"],
        "scope_years": _years(cell),
        "counterpart": f"T04, HR & OD form - Proposed savings: TOTAL SAVINGS, {cell.column}",
    }


def _self_sufficient(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row == "subtotal_stated":
        return _of_positions(cell) | _line_of("T05", cell, money)
    return _of_positions(cell) | {"scope_theme": plan.themes[SSC]}


def _self_sufficient_again(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row != "repeat":
        return _of_the_same_table(cell)
    return {
        "parts": Parts.POSITIONS,
        "scope_table": "T05",
        "scope_years": _years(cell),
        "counterpart": f"T05, Self-Sufficient Council - slide, August 2015: {cell.description}, {cell.column}",
    } | _line_of("T05", cell, money)


def _self_sufficient_by_heading(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row != "repeat":
        return _of_the_same_table(cell)
    heading = next(heading for heading in money.headings.values() if heading.name == cell.description)
    return {
        "parts": Parts.POSITIONS,
        "scope_theme": plan.themes[SSC],
        "scope_heading": heading,
        "scope_years": _years(cell),
        "counterpart": "T05, Self-Sufficient Council - slide, August 2015: "
        f"the rows under {heading.name}, {cell.column}",
    }


def _contracts(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    return _of_positions(cell) | _line_of("T08", cell, money)


def _contracts_again(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    [year] = _years(cell)
    return {
        "parts": Parts.POSITIONS,
        "scope_table": "T08",
        "scope_line": money.lines["COM-CONTRACTS-01"].line,
        "scope_years": [year],
        "counterpart": f"T08, Commissioning - CSP position (slide): Contract savings, "
        f"{plan.programme.horizon.label(year)}",
    }


def _budget(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    scope = {
        "parts": Parts.BUDGET_ROWS,
        "scope_table": "T10",
        "scope_nature": "" if cell.description.startswith("Net") else _nature(cell),
        "scope_years": _years(cell),
    } | _directorate_or_group(council, cell, "scope_")
    if cell.row == "subtotal_stated":
        scope["scope_row"] = cell.description
    return scope


def _alliances(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    return _of_positions(cell) | {"scope_line": money.lines["AA-SHARED-01"].line}


def _alliances_again(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row != "repeat":
        return _of_the_same_table(cell)
    return {
        "parts": Parts.POSITIONS,
        "scope_table": "T11",
        "scope_line": money.lines["AA-SHARED-01"].line,
        "scope_years": _years(cell),
        "counterpart": f"T11, Active Alliances - slide: Workstreams 1 and 2, {cell.column}",
    }


def _operating_model(cell: PrintedAmount, council: Council, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.row == "subtotal_stated":
        return _of_positions(cell) | _line_of("T13", cell, money)
    return _of_positions(cell) | {"scope_theme": plan.themes[OPERATING_MODEL]}


SCOPES = {
    "T01": _of_a_block("ES-CURRENT"),
    "T02": _of_a_pro_forma("SEND"),
    "T03": _of_a_block("HR-CURRENT"),
    "T04": _of_a_pro_forma("HROD"),
    "T04b": _slide_of_hr,
    "T05": _self_sufficient,
    "T06": _self_sufficient_by_heading,
    "T07": _self_sufficient_again,
    "T08": _contracts,
    "T09": _contracts_again,
    "T10": _budget,
    "T11": _alliances,
    "T12": _alliances_again,
    "T13": _operating_model,
}
"""How the printed totals and repeats of each table find what they are compared with."""


def _of_positions(cell: PrintedAmount) -> dict[str, Any]:
    """The lines entered from the same table, in the year of the column."""
    return {"parts": Parts.POSITIONS, "scope_table": cell.table, "scope_years": _years(cell)}


def _of_the_same_table(cell: PrintedAmount) -> dict[str, Any]:
    """The figures stated in the same table: those of the row for a sub-total, those of the year for a total."""
    return {
        "parts": Parts.STATED_FIGURES,
        "scope_table": cell.table,
        "scope_row": cell.label if cell.row == "subtotal_stated" else "",
        "scope_years": _years(cell),
    }


def _narrative_scope(cell: PrintedAmount, plan: Plan, money: Money) -> dict[str, Any]:
    if cell.description.startswith("Further savings over the next two years"):
        return {
            "parts": Parts.POSITIONS,
            "scope_table": "T03",
            "scope_project": plan.projects["HR-CURRENT"],
            "scope_years": [2016, 2017],
            "counterpart": "T03, HR & OD form - Current Savings Programme: 2016/17 and 2017/18",
        }
    if cell.table == "T12":
        return {
            "parts": Parts.POSITIONS,
            "scope_table": "T11",
            "scope_line": money.lines["AA-SHARED-01"].line,
            "scope_years": _years(cell),
            "counterpart": "T11, Active Alliances - slide: Workstreams 1 and 2, 2016/17",
        }
    return {"parts": Parts.NOTHING}


def _percentage(printed: str, cell: PrintedAmount, council: Council) -> dict[str, Any]:
    """A percentage of T10: this row of the column's gross expenditure."""
    return {
        "kind": Kind.PERCENTAGE,
        "as_printed": f"{printed}%",
        "unit": Unit.POUNDS.value,
        "stated_percent": Decimal(printed),
        "precision": 100,
        "parts": Parts.BUDGET_ROWS,
        "counterpart": f"T10: {cell.description} and total expenditure 17/18, in the same column",
        "scope_table": "T10",
        "scope_row": cell.description,
        "scope_nature": _nature(cell),
        "scope_years": [2017],
    } | _directorate_or_group(council, cell, "scope_")


def _nature(cell: PrintedAmount) -> str:
    return BudgetRow.Nature.INCOME if cell.description == INCOME_ROW else BudgetRow.Nature.EXPENDITURE


def _group(council: Council):
    [group] = council.groups.values()
    return group


def _directorate_or_group(council: Council, cell: PrintedAmount, prefix: str) -> dict[str, Any]:
    """The column of T10: a directorate, the group it merges, or neither for its total."""
    if cell.directorate == "Total":
        return {}
    if cell.directorate in council.directorates:
        return {f"{prefix}directorate": council.directorates[cell.directorate]}
    return {f"{prefix}group": _group(council)}
