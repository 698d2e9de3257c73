"""On any programme: the lines found and sorted in the database are those that the roll-up counts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from savings.line_amounts import Amount
from savings.links import EVERY_YEAR
from savings.measures import LABELS
from savings.models import LineInPeriod
from savings.rollups import BASES, VIEWS, scan
from tests.savings import test_rollup_identities as identities


class LinesBehindAFigure(TestCase):
    """On the random programmes of the identities of roll-ups."""

    setUpTestData = vars(identities.RollupIdentities)["setUpTestData"]
    write = identities.RollupIdentities.write

    @settings(max_examples=15)
    @given(drawn=st.lists(identities.lines, max_size=6))
    def test_lines_found_and_their_order_agree_with_the_roll_up_of_every_line(self, drawn):
        self.write(drawn)
        every_line = LineInPeriod.objects.in_period(self.period)
        whole = scan(self.period, ("line",))
        for basis in BASES:
            of_basis = whole.of_basis(basis)
            for view in VIEWS:
                total, each = of_basis.rollup(view=view), of_basis.each("line", view=view)
                for year in (*total.years, EVERY_YEAR):
                    for measure in LABELS:
                        amount = Amount(total, measure, year)
                        counted = {
                            line_id: amount.money(row).weighted
                            if measure == "risk_weighted"
                            else amount.money(row).amount(measure)
                            for line_id, row in each.items()
                        }
                        where = (basis, view, year, measure)
                        found = set(amount.holding(every_line).values_list("line_id", flat=True))
                        assert found == {line_id for line_id, value in counted.items() if value}, where
                        sorted_by = dict(amount.on(every_line).values_list("line_id", "amount"))
                        assert {line_id: value or 0 for line_id, value in sorted_by.items()} == {
                            line_id: counted.get(line_id, 0) for line_id in sorted_by
                        }, where
