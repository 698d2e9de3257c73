"""What an import shows of a changed line-year: the target where no rating explains it, else how it stands."""

from futurefit.values.rag import Split, Status
from savings.import_page import changed_amounts
from savings.spreadsheets.findings import AmountChange


def shown(before: Split | None, after: Split | None) -> list[tuple[str, int | None, int | None]]:
    change = AmountChange("D4", "L0001", "Telecare", 2016, before, after)
    return [
        (each.status.value if each.status else "target", each.before, each.after) for each in changed_amounts([change])
    ]


def test_another_target_of_an_unrated_amount_is_a_change_of_the_target_alone():
    assert shown(Split(120_000), Split(130_000)) == [("target", 120_000, 130_000)]


def test_a_target_that_grows_past_its_ratings_says_both():
    before, after = Split(120_000, amber=120_000), Split(130_000, amber=120_000)
    assert shown(before, after) == [("target", 120_000, 130_000), (Status.NOT_RATED.value, 0, 10_000)]


def test_a_rating_that_explains_the_target_speaks_for_itself():
    assert shown(Split(332_000, delivered=332_000), Split(320_000, delivered=320_000)) == [
        (Status.DELIVERED.value, 332_000, 320_000)
    ]


def test_a_split_anew_leaves_the_target_unsaid():
    assert shown(Split(100, amber=100), Split(100, amber=60, red=40)) == [
        (Status.AMBER.value, 100, 60),
        (Status.RED.value, 0, 40),
    ]


def test_an_amount_taken_out_or_typed_as_nought_is_told():
    assert shown(Split(50), None) == [("target", 50, None)]
    assert shown(None, Split(0)) == [("target", None, 0)]
