"""What a column of a spreadsheet may be: the FIELDs of interfaces.md, the words headings use for them, their values.

Both ways use this: a heading that `writing` prints is one that `layout` recognises. An amount column is
"year:2016/17", "year:not_profiled", or with a status "year:2016/17:amber"; without a status it is the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from futurefit.values.financial_year import NOT_PROFILED, FinancialYear, Horizon, YearError
from futurefit.values.rag import Status
from projects.models.project import SavingType
from savings.models.line import Method, Recurring

TARGET = "target"
IGNORE, TOTAL, YEAR = "ignore", "total", "year"


@dataclass(frozen=True)
class Field:
    """A fact of a line as a column: its FIELD, the heading that files print, and other words that headings use.

    ``words`` are folded (`folded`); the first field whose words a heading is, or contains, has it.
    """

    name: str
    heading: str
    words: tuple[str, ...] = ()
    contained: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("code", "Code", ("code", "line code", "line id", "futurefit code")),
        Field(
            "reference",
            "Reference",
            (
                "reference",
                "ref",
                "ref no",
                "ref nr",
                "ref number",
                "reference no",
                "reference number",
                "no",
                "nr",
                "number",
                "id",
                "item",
                "item no",
                "line",
                "line no",
                "line ref",
                "serial",
                "saving ref",
                "savings ref",
                "saving reference",
                "savings reference",
                "proposal ref",
                "proposal reference",
                "proposal no",
                "proposal number",
                "option ref",
                "option no",
                "option reference",
                "saving no",
                "saving id",
                "savings id",
                "unique ref",
                "unique reference",
                "unique id",
                "project ref",
                "bid ref",
                "appendix ref",
                "mtfs ref",
                "mtfp ref",
                "mtfp reference",
                "mtfs reference",
                "s ref",
            ),
        ),
        Field(
            "title",
            "Title",
            (
                "title",
                "saving",
                "savings",
                "savings line",
                "saving title",
                "savings title",
                "name of saving",
                "proposal",
                "proposals",
                "proposal title",
                "title of proposal",
                "saving proposal",
                "savings proposal",
                "savings proposals",
                "saving proposals",
                "budget proposal",
                "budget proposals",
                "budget saving",
                "budget savings",
                "budget reduction",
                "savings option",
                "savings options",
                "option",
                "options",
                "initiative",
                "savings initiative",
                "efficiency",
                "efficiencies",
                "efficiency saving",
                "efficiency savings",
                "efficiency proposal",
                "scheme",
                "measure",
                "savings measure",
                "item description",
                "description",
                "brief description",
                "short description",
                "description of saving",
                "description of savings",
                "savings description",
                "saving description",
                "description of proposal",
                "proposal description",
                "description of saving proposal",
                "description of savings proposal",
                "detail of saving",
                "details of saving",
                "details of savings",
                "activity",
                "heading",
                "budget line",
                "area of saving",
                "opportunity",
                "savings opportunity",
                "line title",
                "name",
            ),
        ),
        Field("project", "Project", ("project", "project name", "project title", "workstream", "work stream")),
        Field(
            "theme",
            "Theme",
            (
                "theme",
                "themes",
                "programme",
                "transformation programme",
                "strand",
                "savings theme",
                "programme theme",
                "transformation theme",
                "programme area",
            ),
        ),
        Field(
            "directorate",
            "Directorate",
            (
                "directorate",
                "directorates",
                "department",
                "departments",
                "dept",
                "dir",
                "directorate name",
                "portfolio",
                "portfolios",
                "cabinet portfolio",
                "portfolio area",
                "group",
                "committee",
                "budget area",
                "business unit",
                "directorate department",
                "department directorate",
                "executive portfolio",
            ),
        ),
        Field(
            "service",
            "Service",
            (
                "service",
                "services",
                "service area",
                "service areas",
                "division",
                "service division",
                "service unit",
                "team",
                "service name",
                "head of service area",
                "service grouping",
                "budget service area",
            ),
        ),
        Field(
            "saving_type",
            "Type of saving",
            ("type of saving", "saving type", "savings type", "type", "new or existing", "type of savings"),
        ),
        Field("mtfp_heading", "MTFP heading", ("mtfp heading", "mtfs heading", "mtfp line", "mtfs line")),
        Field(
            "method",
            "Method",
            ("method", "category", "saving category", "savings category", "how saved", "nature of saving"),
        ),
        Field(
            "recurring",
            "Recurring or one-off",
            (
                "recurring or one off",
                "recurring one off",
                "one off or recurring",
                "one off recurring",
                "recurring",
                "one off",
                "recurrent",
                "recurrent or one off",
                "permanent or one off",
                "one off or ongoing",
                "ongoing or one off",
                "permanent temporary",
                "permanent or temporary",
                "ongoing one off",
                "one off ongoing",
                "recurrent y n",
                "recurring y n",
            ),
        ),
        Field(
            "budget_code",
            "Budget code",
            ("budget code", "cost centre", "cost center", "cost code", "ledger code", "gl code", "subjective code"),
        ),
        Field(
            "note",
            "Note",
            (
                "note",
                "notes",
                "comment",
                "comments",
                "commentary",
                "further details",
                "further detail",
                "detail",
                "details",
                "further information",
                "narrative",
                "remarks",
                "explanation",
                "impact",
                "impacts",
                "rationale",
                "full description",
                "detailed description",
                "summary",
                "background",
                "risk",
                "risks",
                "impact on service",
                "service impact",
                "implications",
                "update",
                "progress",
                "progress update",
                "status update",
            ),
        ),
        Field("amount_in_words", "Amount in words", ("amount in words",)),
        Field("row_type", "Row", ("row", "row type", "kind of row", "line type")),
        Field(
            "status",
            "Status",
            (
                "status",
                "rag",
                "rag status",
                "rag rating",
                "brag",
                "brag status",
                "brag rating",
                "rating",
                "delivery status",
                "delivery rag",
                "confidence",
                "deliverability",
                "delivery confidence",
                "risk rating",
                "rag or group",
                "how it stands",
                "current rag",
                "savings rag",
            ),
        ),
        Field("version", "Version", ("version",)),
        Field(TOTAL, "Total", ("total",)),
        Field(IGNORE, "", ()),
    )
}
"""Every FIELD that is not a year, in the order in which a heading is tried and a file prints them."""

TEXT_FIELDS = ("code", "reference", "title", "project", "theme", "directorate", "service")


@dataclass(frozen=True, order=True)
class Amounts:
    """What an amount column holds: the year (None: not profiled) and the status, empty for the target."""

    year: int | None
    status: str = ""

    def name(self, horizon: Horizon | None = None) -> str:
        """The FIELD: "year:2016/17", "year:2016/17:amber", "year:not_profiled"."""
        if self.year is None:
            year = NOT_PROFILED
        else:
            year = horizon.key(self.year) if horizon else FinancialYear(self.year).label
        return f"{YEAR}:{year}" + (f":{self.status}" if self.status else "")


class UnknownField(ValueError):
    """A text that is no FIELD; the message says which there are."""


def parse_field(text: str) -> str | Amounts:
    """A FIELD as typed in `--map` or chosen on the page: its name, or for an amount column its `Amounts`.

    Raises `UnknownField`.
    """
    words = text.strip()
    if words in FIELDS:
        return words
    if words.startswith(f"{YEAR}:"):
        year, _colon, status = words.removeprefix(f"{YEAR}:").partition(":")
        status = "" if status == TARGET else status
        if status not in ("", *(member.value for member in Status)):
            raise UnknownField(f"'{status}' is not a status. Choose one of: {', '.join(Status)}.")
        if year == NOT_PROFILED:
            return Amounts(None, status)
        try:
            return Amounts(FinancialYear.parse(year.removesuffix("+")).start, status)
        except YearError as error:
            raise UnknownField(f"{error}, as in year:2016/17, or year:{NOT_PROFILED}.") from error
    raise UnknownField(
        f"'{text}' is not a field. Choose one of: {', '.join(FIELDS)}, year:2016/17, year:{NOT_PROFILED}."
    )


def folded(text: str) -> str:
    """A text as words are compared: small letters and digits, everything else one space."""
    return " ".join(re.sub(r"[^0-9a-z]+", " ", text.casefold().replace("'", "").replace("\u2019", "")).split())


SAVING_TYPES: dict[str, str] = {
    "further": SavingType.FURTHER,
    "faster": SavingType.FASTER,
    "existing": SavingType.FASTER,
    "existing savings": SavingType.FASTER,
    "existing savings faster": SavingType.FASTER,
    "new": SavingType.NEW,
    "new saving": SavingType.NEW,
    "new savings": SavingType.NEW,
    "cross cutting": SavingType.CROSS_CUTTING,
    "crosscutting": SavingType.CROSS_CUTTING,
    "not stated": SavingType.NOT_STATED,
}
METHODS: dict[str, str] = {
    "contract": Method.CONTRACT,
    "contracts": Method.CONTRACT,
    "procurement": Method.CONTRACT,
    "commissioning": Method.CONTRACT,
    "contracts and procurement": Method.CONTRACT,
    "income": Method.INCOME,
    "fees and charges": Method.INCOME,
    "income generation": Method.INCOME,
    "increased income": Method.INCOME,
    "additional income": Method.INCOME,
    "staffing": Method.STAFFING,
    "staff": Method.STAFFING,
    "employees": Method.STAFFING,
    "restructure": Method.STAFFING,
    "property": Method.PROPERTY,
    "premises": Method.PROPERTY,
    "assets": Method.PROPERTY,
    "demand": Method.DEMAND,
    "demand management": Method.DEMAND,
    "collaboration": Method.COLLABORATION,
    "partnership": Method.COLLABORATION,
    "partnerships": Method.COLLABORATION,
    "other": Method.OTHER,
    "not stated": Method.NOT_STATED,
}
RECURRING: dict[str, str] = {
    "recurring": Recurring.RECURRING,
    "recurrent": Recurring.RECURRING,
    "ongoing": Recurring.RECURRING,
    "permanent": Recurring.RECURRING,
    "base": Recurring.RECURRING,
    "r": Recurring.RECURRING,
    "y": Recurring.RECURRING,
    "yes": Recurring.RECURRING,
    "one off": Recurring.ONE_OFF,
    "oneoff": Recurring.ONE_OFF,
    "non recurring": Recurring.ONE_OFF,
    "non recurrent": Recurring.ONE_OFF,
    "temporary": Recurring.ONE_OFF,
    "time limited": Recurring.ONE_OFF,
    "o": Recurring.ONE_OFF,
    "n": Recurring.ONE_OFF,
    "no": Recurring.ONE_OFF,
    "not stated": Recurring.NOT_STATED,
}
CHOICES: dict[str, dict[str, str]] = {"saving_type": SAVING_TYPES, "method": METHODS, "recurring": RECURRING}
"""Words that stand for a value of a field with choices, folded; its own words and labels among them."""

STATUSES: dict[str, str] = {
    "green delivered": Status.DELIVERED,
    "delivered": Status.DELIVERED,
    "complete": Status.DELIVERED,
    "completed": Status.DELIVERED,
    "achieved": Status.DELIVERED,
    "fully achieved": Status.DELIVERED,
    "fully delivered": Status.DELIVERED,
    "saving delivered": Status.DELIVERED,
    "savings delivered": Status.DELIVERED,
    "saving achieved": Status.DELIVERED,
    "savings achieved": Status.DELIVERED,
    "realised": Status.DELIVERED,
    "secured": Status.DELIVERED,
    "banked": Status.DELIVERED,
    "blue": Status.DELIVERED,
    "blue delivered": Status.DELIVERED,
    "blue complete": Status.DELIVERED,
    "blue achieved": Status.DELIVERED,
    "b": Status.DELIVERED,
    "d": Status.DELIVERED,
    "claimed": Status.CLAIMED,
    "green on target": Status.ON_TARGET,
    "on target": Status.ON_TARGET,
    "on track": Status.ON_TARGET,
    "green on track": Status.ON_TARGET,
    "green": Status.ON_TARGET,
    "g": Status.ON_TARGET,
    "t": Status.ON_TARGET,
    "low risk": Status.ON_TARGET,
    "amber": Status.AMBER,
    "a": Status.AMBER,
    "at risk": Status.AMBER,
    "medium risk": Status.AMBER,
    "amber at risk": Status.AMBER,
    "yellow": Status.AMBER,
    "red": Status.RED,
    "r": Status.RED,
    "high risk": Status.RED,
    "red high risk": Status.RED,
    "not delivered": Status.RED,
    "undeliverable": Status.RED,
    "not achieved": Status.RED,
    "unachievable": Status.RED,
    "off track": Status.RED,
    "not rated": Status.NOT_RATED,
    "unrated": Status.NOT_RATED,
    "n": Status.NOT_RATED,
    "grey": Status.NOT_RATED,
    "target": TARGET,
}
"""Words that stand for a status, folded. "target" in a status column is the row of the target itself."""

STATUS_HEADINGS = {
    words: status for words, status in STATUSES.items() if len(words) > 1 and status not in (TARGET, Status.NOT_RATED)
}
"""Words that make a column of amounts one of a status: single letters do not."""

ROW_TYPES: dict[str, str] = {
    "line": "line",
    "detail": "line",
    "saving": "line",
    "savings": "line",
    "target": "line",
    "sub total": "total",
    "subtotal": "total",
    "subtotal stated": "total",
    "total": "total",
    "total stated": "total",
    "grand total": "total",
    "repeat": "left_out",
    "reference": "left_out",
    "note": "left_out",
    "heading": "left_out",
    "information": "left_out",
    "example": "left_out",
}
"""Words of a row_type column, folded, and what the row then is."""


def choices_in_words(words: Iterable[str]) -> str:
    """A list of what may be written, for a message: "a, b or c"."""
    first = list(words)
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} or {first[-1]}"
