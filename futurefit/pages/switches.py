"""The switches of a page with figures: view, approved or proposed, and unit, each kept in the address."""

from __future__ import annotations

from futurefit.ui.filter_bar import Switch
from futurefit.values.money import Unit
from savings.reading import Reading, shape_control


def switches(reading: Reading) -> list[Switch]:
    """View, basis and unit as they are read, and of a closed period the shape on pages that group.

    The filter bar carries the period and the programme along.
    """
    return [
        *shape_control(reading),
        Switch("view", "View", [("incremental", "Incremental"), ("cumulative", "Cumulative")], reading.view),
        Switch(
            "basis",
            "Amounts",
            [("all", "Approved and proposed"), ("approved", "Approved"), ("proposed", "Proposed")],
            reading.basis,
        ),
        Switch("unit", "Unit", [(unit.value, unit.symbol) for unit in Unit], reading.unit.value),
    ]
