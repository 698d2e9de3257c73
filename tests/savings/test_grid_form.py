"""Reading a grid's cells: what is sent back as it was shown is no change, whatever it holds and in whatever unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.money import Unit, format_exact
from futurefit.values.rag import SPLIT_STATUSES, Split
from savings.grid_form import SPLIT, GridForm, held_as_text, key_of, status_value
from savings.services.grid import Cell

CELL = Cell(7, 2016)


@st.composite
def standing_splits(draw: st.DrawFn) -> Split:
    """Any split that breaks no rule."""
    sign = draw(st.sampled_from([1, -1]))
    delivered, claimed, on_target, amber, red, rest = [draw(st.integers(0, 10**9)) for _ in range(6)]
    done = delivered + claimed
    target = draw(st.sampled_from([done + on_target + amber + red + rest, max(done - rest, 0)]))
    if target < done + on_target + amber + red:
        on_target = amber = red = 0
    return Split(*(sign * amount for amount in (target, delivered, claimed, on_target, amber, red)))


def sent(split: Split, unit: Unit, *, opened: Split | None, parts: bool) -> GridForm:
    """What a page sends that shows this split, in this unit, with its parts in a row of their own or without."""
    fields = {
        key_of(CELL): format_exact(split.target, unit),
        f"{key_of(CELL)}-status": SPLIT if parts else status_value(split),
        f"{key_of(CELL)}-was": held_as_text(opened),
    }
    if parts:
        fields |= {f"{key_of(CELL)}-{each.value}": format_exact(split.amount(each), unit) for each in SPLIT_STATUSES}
    return GridForm(fields, unit)


@given(standing_splits(), st.sampled_from(Unit), st.booleans())
def test_a_cell_sent_back_as_it_was_shown_is_not_changed(split: Split, unit: Unit, parts: bool) -> None:
    assert split.problems() == []
    form = sent(split, unit, opened=split, parts=parts)
    assert form.touched == {}
    assert form.is_readable


@given(standing_splits(), standing_splits(), st.sampled_from(Unit))
def test_a_split_typed_over_another_is_what_is_to_be_saved(split: Split, opened: Split, unit: Unit) -> None:
    form = sent(split, unit, opened=opened, parts=True)
    assert [(change.opened, change.to) for change in form.changes] == ([] if split == opened else [(opened, split)])
