"""Rows that are sums though no word says so, and tables that sum up another: found by what their cells come to.

None of them is ever added; `totals` holds each against its parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from savings.spreadsheets.fields import Amounts
from savings.spreadsheets.row import HEAD, LINE, SECTION, SUMMARY, TAIL, TOTALS, Row, is_exported

MOST_UNDER_A_HEAD = 200
_OF_WHICH = re.compile(
    r"^\W*(?:of which|o/w|(?:this |which )?(?:includes|including|comprises|comprising))\b", re.IGNORECASE
)


def is_part(row: Row, above: Row | None) -> bool:
    """Whether a row says that it is a part of the saving above it, such as "of which: agency staff".

    It is one where that saving states amounts of its own: else there is nothing that it could be a part of.
    """
    if (
        above is None
        or _OF_WHICH.match(above.label)
        or row.texts.get("reference")
        or row.texts.get("code")
        or not _OF_WHICH.match(row.label)
    ):
        return False
    return above.has_numbers and row.has_numbers


def heads_with_sums(rows: list[Row]) -> None:
    """A row with a group's name and the sum of the rows below it is a total, though nothing says so.

    It is one where at least two rows follow that add up to it in every column, and it differs from them: it has no
    reference where they have, or at least two of its columns are not nought.
    """
    place = 0
    while place < len(rows):
        head = rows[place]
        length = _sum_below(rows, place) if head.kind == LINE and not is_exported(head) else 0
        if length:
            head.kind = TOTALS
            head.texts["row_type"] = HEAD
        place += 1


def tails_with_sums(rows: Sequence[Row]) -> None:
    """A named row that is the sum of the rows above it, since the last total or of all, is their total.

    At least two rows, and the row differs from them: two of its columns are not nought, or it has no reference where
    they have one. It ends its group: no saving follows it directly, or it has no title where they have one.
    """
    since: list[Row] = []
    everything: list[Row] = []
    real = [row for row in rows if row.kind in (LINE, TOTALS, SECTION)]
    for place, row in enumerate(real):
        if row.kind != LINE:
            since = []
            continue
        ends = place + 1 == len(real) or real[place + 1].kind != LINE or real[place + 1].gap_above
        if row.label and not row.texts.get("reference") and not row.texts.get("code"):
            for parts in (since, everything):
                if not ends and ("title" in row.texts or not all("title" in part.texts for part in parts)):
                    continue
                told_apart = all(part.texts.get("reference") for part in parts)
                columns = sum(bool(read.pounds) for _column, read in row.amounts.values())
                if len(parts) >= 2 and (told_apart or columns >= 2) and _adds_up(row, parts):
                    row.kind, since = TOTALS, []
                    row.texts["row_type"] = TAIL
                    break
        if row.kind == LINE:
            since.append(row)
            everything.append(row)


def summaries(rows: Sequence[Row], tables: int) -> dict[int, int]:
    """Tables of a sheet that state the money of another again: their rows are totals, never added.

    Two tables do where at least half of the amounts that both have, and one that is not nought, come to the same.
    """
    lines = [[row for row in rows if row.table == table and row.kind == LINE] for table in range(tables)]
    sums = [_sums(each) for each in lines]
    found: dict[int, int] = {}
    for table in range(tables):
        for other in range(tables):
            if table == other or other in found or not lines[table]:
                continue
            fewer = (len(lines[table]), table) < (len(lines[other]), other)
            shared = sums[table].keys() & sums[other].keys()
            same = sum(sums[table][meaning] == sums[other][meaning] for meaning in shared)
            if fewer and same and same * 2 >= len(sums[table].keys() | sums[other].keys()):
                found[table] = other
                break
    for table in found:
        for row in lines[table]:
            row.kind = TOTALS
            row.label = row.texts.get("title") or row.label
            row.texts["row_type"] = SUMMARY
    return found


def unlabelled_totals(rows: Sequence[Row]) -> None:
    """A row of numbers without a word is a total where it is the sum of the rows above: since the last, or of all."""
    since: list[Row] = []
    everything: list[Row] = []
    for row in rows:
        wordless = row.kind == LINE and not row.label and not (set(row.texts) - row.taken)
        if wordless and (_adds_up(row, since) or _adds_up(row, everything)):
            row.kind, row.label = TOTALS, "Total"
            row.texts.clear()
        if row.kind == TOTALS:
            since = []
        elif row.kind == LINE:
            since.append(row)
            everything.append(row)


def _adds_up(total: Row, parts: Sequence[Row]) -> bool:
    stated = {meaning: read.pounds for meaning, (_c, read) in total.amounts.items() if read.pounds}
    return bool(stated) and stated == _sums(parts)


def _sums(rows: Sequence[Row]) -> dict[Amounts, int]:
    """What rows come to in each column, without columns of nought."""
    sums: dict[Amounts, int] = defaultdict(int)
    for row in rows:
        for meaning, (_column, read) in row.amounts.items():
            sums[meaning] += read.pounds or 0
    return {meaning: amount for meaning, amount in sums.items() if amount}


def _sum_below(rows: Sequence[Row], place: int) -> int:
    """How many rows below a row add up to it in every column, 0 where none do."""
    head = rows[place]
    wanted = _sums([head])
    if not wanted or head.texts.get("code") or any(read.problem for _column, read in head.amounts.values()):
        return 0
    first, amount = next(iter(wanted.items()))
    total = references = 0
    for count, row in enumerate(rows[place + 1 : place + 1 + MOST_UNDER_A_HEAD], start=1):
        if row.kind != LINE:
            break
        if head.texts.get("reference") and head.label_column == row.label_column:
            return 0
        if first in row.amounts:
            total += row.amounts[first][1].pounds or 0
        references += "reference" in row.texts
        if count >= 2 and total == amount and _sums(rows[place + 1 : place + 1 + count]) == wanted:
            told_apart = references == count and not head.texts.get("reference")
            return count if told_apart or len(wanted) >= 2 else 0
    return 0
