"""The pages of decisions: recorded by form, said before they are refused, confirmed, undone, listed as at a period."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.values.rag import Split
from projects.models import EqualityImpact
from savings.deciding import Change, LineYear
from savings.models import Decision, Position, SavingsLine
from savings.services.decisions import NewDecision, confirm_decision, record_decision
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.views.on_page import page, signed_in
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

FACTS = {"body": "Cabinet", "decided_on": "10 5 2016", "reference": "CAB 12", "reason": "Later than planned"}


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


@pytest.fixture
def head_of_finance(db):
    return signed_in(factories.head_of_finance())


def text(response) -> str:
    """The words of a page, spaces as one."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def new(kind: str, *codes: str, unit: str = "pounds", **more: str) -> str:
    lines = "".join(f"&line={code}" for code in codes)
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/decisions/new/?kind={kind}{lines}&unit={unit}{rest}"


def sent(client, address: str) -> dict[str, object]:
    """What the form at this address would send as it was opened."""
    return fields(client.get(address).content.decode())


def fields(drawn: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", drawn[drawn.index('class="ff-decide"') :]):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        name, value = given.get("name"), given.get("value", "")
        if not name or (given.get("type") == "checkbox" and " checked" not in tag):
            continue
        if name in ("line", "by"):
            found.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        else:
            found[name] = value
    return found


def cell(worked: Worked, code: str, year: object, kind: str = "a") -> str:
    return f"{kind}-{worked.lines[code].line_id}-{year}"


def record(client, address: str, **typed: str):
    return client.post(address, {**sent(client, address), **FACTS, "do": "record", **typed}, follow=True)


def change(worked: Worked, code: str, year: int | None, before: int | None, after: int) -> Change:
    return Change(LineYear(worked.lines[code].line_id, year), before, after)


def waiting(worked: Worked, *changes: Change, kind: str = "write_out", code: str = "") -> Decision:
    said = NewDecision(code, "Cabinet", date(2016, 5, 10), reason="Lost")
    return record_decision(actor=factories.TESTS, period=worked.period, kind=kind, new=said, changes=changes)


def items(code: str = "D0001") -> set[tuple[str, int | None, int | None, int]]:
    rows = Decision.objects.get(code=code).items.select_related("line")
    return {(row.line.code, row.year, row.from_target, row.to_target) for row in rows}


class TestRecording:
    def test_the_kind_is_chosen_first_and_the_line_stays_chosen(self, worked, finance):
        said = page(finance, "/decisions/new/?line=A1")
        assert "About <strong>Line A1</strong> (A1)" in said
        assert "/decisions/new/?kind=re_profile&amp;line=A1" in said

    def test_a_re_profile_is_recorded_and_changes_nothing(self, worked, finance):
        typed = {cell(worked, "A1", 2016): "60", cell(worked, "A1", "not_profiled"): "£40"}
        response = record(finance, new("re_profile", "A1"), **typed)
        assert "Recorded decision D0001. It changes nothing until the head of finance confirms it." in text(response)
        assert items() == {("A1", 2016, 100, 60), ("A1", None, None, 40)}
        # What stands now leads to the money of the line, what the decision would make of it does not.
        ways = re.findall(r'<a href="([^"]*)">(100|60)</a>', response.content.decode())
        assert [(html.unescape(way), amount) for way, amount in ways] == [
            ("/lines/?unit=pounds&period=2016%2F17+M02&line=A1&year=2016%2F17", "100")
        ]
        decision = Decision.objects.get()
        assert (decision.body, decision.decided_on, decision.reference) == ("Cabinet", date(2016, 5, 10), "CAB 12")
        assert worked.lines["A1"].positions.get(year=2016).target == 100
        assert Act.objects.get(verb="savings.decision_recorded").actor_name == "Finance officer"

    def test_a_proposed_amount_has_no_field_and_says_why(self, worked, finance):
        said = page(finance, new("correct", "A1"))
        assert f'name="{cell(worked, "A1", 2016)}"' in said
        assert f'name="{cell(worked, "A1", 2017)}"' not in said
        assert '200<span class="ff-over">proposed</span>' in said

    def test_what_cannot_be_read_is_said_by_field_and_kept(self, worked, finance):
        response = finance.post(
            new("correct", "A1", unit="thousands"),
            {**sent(finance, new("correct", "A1")), cell(worked, "A1", 2016): "12O", "do": "record"},
        )
        said = text(response)
        assert response.status_code == 400 and response.content.decode().count("<title>Error: ") == 1
        assert "Line A1, 2016/17: '12O' is not an amount. Enter a number such as 120 or 120.5 (in £000)." in said
        assert "Decided by: nothing is entered." in said and "Decided on: nothing is entered." in said
        assert 'value="12O"' in response.content.decode() and not Decision.objects.exists()

    def test_what_breaks_a_rule_is_said_with_what_was_typed(self, worked, finance):
        response = record(finance, new("re_profile", "A1"), **{cell(worked, "A1", 2016): "60"})
        assert response.status_code == 400
        assert "The years come to £40 less than before." in text(response)
        assert 'value="60"' in response.content.decode() and 'value="Cabinet"' in response.content.decode()

    def test_a_day_to_come_is_refused(self, worked, finance):
        response = record(finance, new("correct", "A1"), **{cell(worked, "A1", 2016): "60", "decided_on": "1/4/2199"})
        assert "Decided on: 1 April 2199 has not come yet." in text(response)

    def test_an_amount_that_changed_since_the_form_was_opened_is_refused_with_both_values(self, worked, finance):
        opened = sent(finance, new("correct", "A1"))
        Position.objects.filter(line_in_period=worked.lines["A1"], year=2016).update(target=110)
        typed = {**opened, **FACTS, cell(worked, "A1", 2016): "60", "do": "record"}
        response = finance.post(new("correct", "A1"), typed)
        assert "the decision says £100, the line now says £110" in text(response)
        again = {**fields(response.content.decode()), **FACTS, "do": "record"}
        assert finance.post(new("correct", "A1"), again).status_code == 302, "seen now, so it may be recorded"
        assert items() == {("A1", 2016, 110, 60)}

    def test_a_form_that_is_not_ours_is_refused(self, worked, finance):
        response = finance.post(new("correct", "A1"), {"line": "A1", "seen": "made up", **FACTS, "do": "record"})
        assert response.status_code == 400
        assert "The page was not sent as it was opened" in text(response)

    def test_the_split_of_a_lowered_target_is_offered_and_may_be_stated(self, worked, finance):
        """A1 is 100: 40 delivered, 30 on target, 20 amber, 10 red. Of 75 the order leaves 30 on target and 5 amber."""
        address = new("write_out", "A1")
        typed = {**sent(finance, address), cell(worked, "A1", 2016): "75", "do": "show"}
        shown = finance.post(address, typed)
        assert shown.status_code == 200 and "Nothing stands in its way" in text(shown)
        offered = fields(shown.content.decode())
        names = [cell(worked, "A1", 2016, "s") + f"-{name}" for name in ("claimed", "on_target", "amber", "red")]
        assert [offered[name] for name in names] == ["0", "30", "5", "0"]
        finance.post(address, {**offered, **FACTS, names[1]: "25", names[2]: "0", names[3]: "10", "do": "record"})
        item = Decision.objects.get().items.get()
        assert (item.to_claimed, item.to_on_target, item.to_amber, item.to_red) == (None, 25, 0, 10)

    def test_a_split_offered_for_another_amount_counts_as_nothing_stated(self, worked, finance):
        address = new("write_out", "A1")
        shown = finance.post(
            address, {**sent(finance, address), cell(worked, "A1", 2016): "75", "do": "show"}
        ).content.decode()
        finance.post(address, {**fields(shown), **FACTS, cell(worked, "A1", 2016): "50", "do": "record"})
        item = Decision.objects.get().items.get()
        assert (item.to_target, item.to_on_target, item.to_amber) == (50, None, None)

    def test_an_approval_names_what_stays_ticked(self, worked, finance):
        address = new("approve", "A1", "A2", "B2")
        opened = sent(finance, address)
        assert {name for name in opened if name.startswith("t-")} == {
            cell(worked, "A1", 2017, "t"),
            cell(worked, "A2", "not_profiled", "t"),
            cell(worked, "B2", 2017, "t"),
        }
        del opened[cell(worked, "B2", 2017, "t")]
        finance.post(address, {**opened, **FACTS, "do": "record"})
        assert items() == {("A1", 2017, 200, 200), ("A2", None, 15, 15)}

    def test_lines_are_found_added_and_left_out_and_what_is_typed_stays(self, worked, finance):
        address = new("write_out", "A1")
        typed = {**sent(finance, address), cell(worked, "A1", 2016): "77", "body": "Board", "do": "find", "find": "PB"}
        found = finance.post(address, typed).content.decode()
        assert re.findall(r'name="found" value="([^"]+)"', found) == ["B1", "B2", "M1"]
        added = finance.post(address, {**fields(found), "found": ["B1"], "do": "add"}).content.decode()
        assert fields(added)["line"] == ["A1", "B1"]
        assert fields(added)[cell(worked, "A1", 2016)] == "77" and fields(added)["body"] == "Board"
        left = finance.post(address, {**fields(added), "do": "drop-A1"}).content.decode()
        assert fields(left)["line"] == ["B1"]

    def test_a_replacement_is_typed_as_what_is_replaced_and_its_new_line_may_be_added_there(self, worked, finance):
        address = new("replace", "A1")
        typed = {**sent(finance, address), "do": "new_line", "new_title": "Shared van", "new_project": "PB"}
        made = finance.post(address, typed)
        line = SavingsLine.objects.get(in_periods__title="Shared van")
        assert f"Added the savings line {line.code} “Shared van”, without amounts." in text(made)
        amount = {f"r-{worked.lines['A1'].line_id}-{line.pk}-2016": "30"}
        response = finance.post(address, {**fields(made.content.decode()), **FACTS, **amount, "do": "record"})
        assert response.status_code == 302
        assert items() == {("A1", 2016, 100, 70), (line.code, 2016, None, 30)}
        assert Decision.objects.get().replacements.get().amount == 30

    def test_a_faster_line_says_by_how_much_it_does_not_come_to_nought(self, worked, finance):
        said = page(finance, new("correct", "B1"))
        assert "These come to" not in said
        typed = {**sent(finance, new("correct", "B1")), cell(worked, "B1", 2016): "57", "do": "show"}
        assert "should come to nothing over the plan. These come to £7." in text(
            finance.post(new("correct", "B1"), typed)
        )

    @pytest.mark.parametrize(
        ("address", "code", "words"),
        [
            ("/decisions/new/?kind=abolish", 404, "is not a kind of decision"),
            ("/decisions/new/?kind=correct&line=NONE", 200, "There is no savings line “NONE”"),
            ("/decisions/new/?colour=green", 404, "does not know"),
            ("/decisions/new/?undoes=NONE", 404, "There is no decision “NONE”"),
        ],
    )
    def test_an_address_that_cannot_be(self, worked, finance, address, code, words):
        response = finance.get(address)
        assert words in text(response)
        assert response.status_code == (400 if code == 200 else code)

    def test_an_officer_of_one_directorate_records_on_its_lines_alone(self, worked):
        officer = signed_in(factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["North"]]))
        assert officer.get(new("correct", "A1")).status_code == 200
        assert officer.get(new("correct", "A2")).status_code == 403

    def test_nor_do_they_change_withdraw_or_undo_one_that_names_other_lines_whatever_lines_are_sent(self, worked):
        decision = waiting(worked, change(worked, "A2", 2016, 60, 50))
        officer = signed_in(factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["North"]]))
        assert "/decisions/D0001/edit/" not in page(officer, "/decisions/D0001/")
        own = {**FACTS, "line": "A1", cell(worked, "A1", 2016): "90", "do": "record", "version": "1"}
        assert officer.post("/decisions/D0001/edit/", own).status_code == 403
        assert officer.post("/decisions/D0001/withdraw/", {"reason": "Not ours", "version": "1"}).status_code == 403
        confirm_decision(actor=factories.actor(factories.head_of_finance()), decision=decision)
        undoing = "/decisions/new/?kind=correct&undoes=D0001"
        assert officer.post(undoing, own).status_code == 403
        assert items() == {("A2", 2016, 60, 50)} and Decision.objects.count() == 1


class TestADraft:
    def test_it_is_changed_until_it_is_confirmed_and_a_stale_change_is_refused(self, worked, finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        address = "/decisions/D0001/edit/?unit=pounds"
        opened = sent(finance, address)
        assert (opened[cell(worked, "A1", 2016)], opened["body"]) == ("75", "Cabinet")
        typed = {**opened, cell(worked, "A1", 2016): "50", "reason": "Less", "do": "record"}
        typed["decided_on"] = "10 5 2016"
        assert finance.post(address, typed).status_code == 302
        assert items() == {("A1", 2016, 100, 50)}
        stale = finance.post(address, typed)
        assert stale.status_code == 400 and "Somebody changed decision D0001 since you opened the page" in text(stale)

    def test_it_is_withdrawn_with_a_reason(self, worked, finance, head_of_finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        address = "/decisions/D0001/withdraw/"
        assert finance.post(address, {"reason": " ", "version": "1"}).status_code == 400
        done = finance.post(address, {"reason": "Recorded twice", "version": "1"}, follow=True)
        assert "Withdrew decision D0001. Nothing was changed by it." in text(done)
        assert "It was withdrawn by Finance officer" in text(head_of_finance.get("/decisions/D0001/confirm/"))

    def test_one_whose_period_closed_is_recorded_for_the_open_one(self, worked, finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        close_and_open_next(
            actor=factories.TESTS, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
        )
        said = text(finance.get("/decisions/D0001/"))
        assert "Not confirmed in time" in said and "Record it for the open period" in said
        address = "/decisions/D0001/edit/?unit=pounds"
        finance.post(address, {**sent(finance, address), "reason": "Lost", "decided_on": "10 5 2016", "do": "record"})
        assert Decision.objects.get().effective_in.label == "2016/17 M03"


class TestConfirming:
    def test_all_that_stands_in_the_way_is_said_before(self, worked, head_of_finance):
        decision = waiting(
            worked, change(worked, "A1", 2017, 200, 200), change(worked, "A2", None, 15, 15), kind="approve"
        )
        Position.objects.filter(line_in_period=worked.lines["A2"], year=None).update(target=16)
        said = text(head_of_finance.get("/decisions/D0001/confirm/"))
        assert "It cannot be confirmed" in said and "Confirm the decision" not in said
        assert "Project PA has no decision on its equality impact" in said
        assert "the decision says £15, the line now says £16" in said
        posted = head_of_finance.post("/decisions/D0001/confirm/", {"version": "1"})
        assert posted.status_code == 400 and "the line now says £16" in text(posted)
        decision.refresh_from_db()
        assert decision.confirmed_at is None

    def test_it_is_confirmed_and_shows_what_was_written(self, worked, head_of_finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        done = head_of_finance.post("/decisions/D0001/confirm/", {"version": "1"}, follow=True)
        assert "Confirmed decision D0001." in text(done)
        row = worked.lines["A1"].positions.get(year=2016)
        assert (row.target, row.on_target, row.amber, row.red) == (75, 30, 5, 0)
        assert "It was confirmed by Head of finance already" in text(head_of_finance.get("/decisions/D0001/confirm/"))
        clicked_again = head_of_finance.post("/decisions/D0001/confirm/", {"version": "1"})
        assert "It was confirmed by Head of finance already" in text(clicked_again)
        row.refresh_from_db()
        assert (row.target, row.version) == (75, 2)

    def test_a_decision_changed_since_the_page_was_opened_is_not_confirmed(self, worked, head_of_finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        Decision.objects.update(version=2)
        stale = head_of_finance.post("/decisions/D0001/confirm/", {"version": "1"})
        assert stale.status_code == 400 and "Somebody changed decision D0001" in text(stale)

    def test_who_recorded_it_is_told_that_somebody_else_confirms(self, worked):
        both = factories.head_of_finance()
        factories.HoldingFactory(post=factories.PostFactory(kind=PostKind.FINANCE_OFFICER), user=both)
        client = signed_in(both)
        record(client, new("write_out", "A1"), **{cell(worked, "A1", 2016): "60"})
        assert "so somebody else has to confirm it" in text(client.get("/decisions/D0001/confirm/"))

    def test_undoing_begins_with_the_reverse_and_is_shown_on_both(self, worked, finance):
        decision = waiting(worked, change(worked, "A1", 2016, 100, 75))
        head = factories.actor(factories.head_of_finance())
        confirm_decision(actor=head, decision=decision)
        address = "/decisions/new/?undoes=D0001&unit=pounds"
        opened = sent(finance, address)
        assert opened[cell(worked, "A1", 2016)] == "100"
        assert "Record a decision: correct" in text(finance.get(address))
        finance.post(address, {**opened, **FACTS, "do": "record"})
        confirm_decision(actor=head, decision=Decision.objects.get(code="D0002"))
        assert "Undone by decision D0002" in text(finance.get("/decisions/D0001/"))
        assert "Undoes decision D0001" in text(finance.get("/decisions/D0002/"))
        assert "is undone by decision D0002 already" in text(finance.get(address))
        assert worked.lines["A1"].positions.get(year=2016).target == 100


class TestReading:
    def test_the_list_is_filtered_in_words_and_exported(self, worked, finance):
        EqualityImpact.objects.create(project=worked.projects["PA"], state="not_needed", reason="None")
        approved = waiting(worked, change(worked, "A1", 2017, 200, 200), kind="approve")
        confirm_decision(actor=factories.actor(factories.head_of_finance()), decision=approved)
        waiting(worked, change(worked, "B1", 2018, -50, -20))

        def listed(**query: str) -> list[str]:
            return re.findall(r'href="/decisions/(D[0-9]+)/', page(finance, "/decisions/", **query))

        assert listed() == ["D0002", "D0001"]
        assert listed(state="confirmed") == listed(kind="approve") == listed(q="Line A1") == ["D0001"]
        assert listed(state="waiting", effective="2016/17 M02") == ["D0002"]
        assert finance.get("/decisions/?state=lost").status_code == 400
        rows = finance.get("/decisions/", {"export": "csv"}).content.decode("utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in rows if row.startswith("D0")] == ["D0002", "D0001"]
        assert "Writes −£30 out of 1 line" in rows[-2] and ",30," in rows[-2]

    def test_a_reader_of_some_lines_sees_their_part_and_what_completes_it(self, worked):
        head = signed_in(factories.head_of_service(worked.services["n1"]))
        waiting(worked, change(worked, "A1", 2016, 100, 70), change(worked, "A2", 2016, 60, 40))
        waiting(worked, change(worked, "B1", 2016, 50, 40))
        assert "D0002" not in page(head, "/decisions/")
        said = text(head.get("/decisions/D0001/?unit=pounds"))
        assert "Line A1" in said and "Line A2" not in said
        assert "Not shown to you −20 −20" in said and "Change −50 −50" in said
        assert "Cabinet writes £30 out of 1 line." in said
        assert head.get("/decisions/D0002/").status_code == 404

    def test_as_at_a_closed_period_the_pages_show_what_was_then(self, worked, finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        close_and_open_next(
            actor=factories.TESTS, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
        )
        address = "/decisions/D0001/edit/?unit=pounds"
        finance.post(
            address,
            {
                **sent(finance, address),
                cell(worked, "A1", 2016): "60",
                "reason": "More",
                "decided_on": "10 5 2016",
                "do": "record",
            },
        )
        confirm_decision(actor=factories.actor(factories.head_of_finance()), decision=Decision.objects.get())
        then = text(finance.get("/decisions/D0001/", {"period": "2016/17 M02", "unit": "pounds"}))
        assert "Not confirmed in time" in then and "After 75 75" in then and "Reason Lost" in then
        now = text(finance.get("/decisions/D0001/", {"unit": "pounds"}))
        assert "Confirmed" in now and "After 60 60" in now
        assert "2016/17 month 2 is closed" in text(finance.get(address, {"period": "2016/17 M02"}))

    def test_where_a_decision_is_needed_the_way_to_it_is_offered(self, worked, finance):
        of_a1 = "/decisions/new/?line=A1"
        assert f'<a href="{of_a1}">Record a decision on it</a>' in page(finance, "/lines/A1/")
        grid = page(finance, "/projects/PA/savings/")
        assert f'<a href="{of_a1}">Line A1</a>' in grid
        assert "kind=write_out&amp;line=A1" in page(finance, "/lines/A1/withdraw/")
        assert 'formaction="/decisions/new/"' in page(finance, "/lines/")
        assert "About <strong>Line A1</strong>" in page(finance, "/decisions/new/", chosen="A1", theme="alpha")

    def test_a_line_shows_the_decisions_that_name_it_from_what_to_what(self, worked, finance):
        waiting(worked, change(worked, "A1", 2016, 100, 75))
        said = text(finance.get("/lines/A1/", {"unit": "pounds"}))
        assert "Write out: Cabinet , 10 May 2016 . 2016/17 from £100 to £75. Recorded, not confirmed" in said
        assert '"/decisions/D0001/' in page(finance, reverse("pages:project_detail", args=["PA"]))

    def test_a_long_decision_is_read_page_by_page_and_asks_as_seldom(
        self, worked, finance, django_assert_max_num_queries
    ):
        rows = [
            factories.line(worked.period, worked.projects["PA"], {2016: Split(10)}, approved=True) for _ in range(60)
        ]
        changes = [Change(LineYear(row.line_id, 2016), 10, 4) for row in rows]
        waiting(worked, *changes)
        with django_assert_max_num_queries(12):
            said = page(finance, "/decisions/D0001/", unit="pounds")
        assert said.count("· before") == 50 and "Change −360 −360" in " ".join(re.sub(r"<[^>]+>", " ", said).split())
        assert page(finance, "/decisions/D0001/", page="2").count("· before") == 10


def test_the_moment_of_confirming_is_dated_by_the_act(worked):
    decision = waiting(worked, change(worked, "A1", 2016, 100, 75))
    at = datetime(2016, 5, 20, 12, 0, tzinfo=UTC)
    head = factories.actor(factories.head_of_finance())
    assert confirm_decision(actor=head, decision=decision, at=at).confirmed_at == at
