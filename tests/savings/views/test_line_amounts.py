"""On any programme: the lines found and sorted in the database are those that the roll-up counts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from savings.line_amounts import Amount
from savings.links import EVERY_YEAR
from savings.measures import LABELS
from savings.models import LineInPeriod
from savings.rollups import BASES, VIEWS, Row, scan
from tests.savings import test_rollup_identities as identities


class LinesBehindAFigure(TestCase):
    """On the random programmes of the identities of roll-ups."""

    setUpTestData = vars(identities.RollupIdentities)["setUpTestData"]
    write = identities.RollupIdentities.write

    @settings(max_examples=30)
    @given(
        drawn=st.lists(identities.lines, max_size=6),
        basis=st.sampled_from(BASES),
        view=st.sampled_from(VIEWS),
        measures=st.sets(st.sampled_from(sorted(LABELS)), min_size=1, max_size=3),
    )
    def test_lines_found_and_their_order_agree_with_the_roll_up_of_every_line(self, drawn, basis, view, measures):
        self.write(drawn)
        lines = LineInPeriod.objects.in_period(self.period)
        counted = scan(self.period, ("line",)).of_basis(basis)
        total, each = counted.rollup(view=view), counted.each("line", view=view)
        for year in (*total.years, EVERY_YEAR):
            for measure in measures:
                amount = Amount(total, measure, year)
                of_line = {line_id: self.amount_of(amount, row) for line_id, row in each.items()}
                holding = {line_id for line_id, value in of_line.items() if value}
                assert set(amount.holding(lines).values_list("line_id", flat=True)) == holding, (year, measure)
                for line_id, value in amount.on(lines).values_list("line_id", "amount"):
                    assert (value or 0) == of_line.get(line_id, 0), (year, measure)

    @staticmethod
    def amount_of(amount: Amount, row: Row) -> int:
        """As the database has it: what is risk-weighted in hundredths of a pound."""
        money = amount.money(row)
        return money.weighted if amount.measure == "risk_weighted" else money.amount(amount.measure)
