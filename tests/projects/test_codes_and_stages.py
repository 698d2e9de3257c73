"""Codes made from titles, and what each stage asks of a pro-forma."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import code_for, initials
from projects.models import Project
from projects.stages import ORDER, Held, missing_for, needs_reason, next_stage

Stage = Project.Stage


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Modernising HR and Organisational Development", "MHOD"),
        ("Parking", "PARK"),
        ("The end of the line", "EL"),
        ("School transport 2017", "ST2"),
        ("Élan vital", "EV"),
        ("—", "P"),
    ],
)
def test_a_code_is_the_initials_of_the_words_that_tell(title, expected):
    assert initials(title) == expected


def test_a_code_that_is_taken_gets_a_number_and_kinds_have_their_own_shape():
    assert code_for("Parking", kind="project", taken=["park", "PARK-2"]) == "PARK-3"
    assert code_for("Any", kind="workstream", theme_slug="self-sufficient-council", taken=["SSC-1"]) == "SSC-2"
    assert code_for("Home care", kind="block", taken=[]) == "B-HC"


@given(st.text(max_size=40), st.sampled_from(["project", "workstream", "block"]), st.lists(st.text(max_size=8)))
def test_whatever_the_title_a_code_is_short_new_and_fits_an_address(title, kind, taken):
    code = code_for(title, kind=kind, theme_slug="theme", taken=taken)
    assert code.upper() not in {each.upper() for each in taken}
    assert code.isascii()
    assert "/" not in code
    assert 1 <= len(code) <= 40


def held(**holds) -> Held:
    project = Project(kind=holds.pop("kind", "project"), stage="idea", description="D", purpose="P", outcomes="O",
                      saving_type="new", directorate_id=1, corporate_area_id=1)  # fmt: skip
    everything = {
        "roles": {"head_lead", "cmr_lead", "slt_lead"},
        "approved": 2,
        "milestones": 1,
        "risks": 1,
        "equality": "done",
        "signed": {"head_of_service", "director", "head_of_finance"},
    }
    return Held(project, **{**everything, **holds})


def missing(stage: str, **holds) -> list[tuple[str, str]]:
    return [(each.words, each.part) for each in missing_for(stage, held(**holds))]


def test_nothing_is_missing_for_what_holds_everything():
    assert {stage: missing(stage) for stage in ORDER} == {stage: [] for stage in ORDER}


def test_each_stage_asks_for_its_own_and_for_what_came_before():
    assert missing("concept", roles=set(), approved=0) == [("The head of service lead", "people")]
    assert missing("business_case", roles=set(), approved=0) == [
        ("The head of service lead", "people"),
        ("The CMR lead", "people"),
        ("The SLT lead", "people"),
        ("A savings line with an amount", "savings"),
    ]
    assert missing("in_delivery", equality="screening", risks_unscored=1, proposed=1, signed={"director"}) == [
        ("The equality impact: done, or not needed with the reason", "equality"),
        ("A score for every risk", "risks"),
        ("The signature of the head of service", "signatures"),
        ("The signature of the head of finance", "signatures"),
        ("The approval of its amounts, by a decision", "approval"),
    ]
    assert missing("closed", milestones_open=1, undelivered=1) == [
        ("Every milestone completed", "milestones"),
        ("Every amount delivered, or otherwise settled", "savings"),
    ]


def test_a_project_signed_by_three_is_still_not_approved():
    assert ("The approval of its amounts, by a decision", "approval") in missing("in_delivery", approved=0, proposed=3)


def test_a_block_is_asked_for_nothing_and_has_no_next_stage():
    block = held(kind="block", roles=set(), approved=0)
    assert missing_for("in_delivery", block) == []
    assert next_stage(block.project) is None


def test_only_a_step_forward_with_nothing_missing_needs_no_reason():
    assert needs_reason("idea", "concept", []) == ""
    assert needs_reason("idea", "in_delivery", []) == ""
    assert "something is missing for concept" in needs_reason("idea", "concept", ["The directorate"])
    assert "goes back to idea" in needs_reason("concept", "idea", [])
    assert "withdrawn" in needs_reason("concept", "withdrawn", [])
    assert "taken up again" in needs_reason("withdrawn", "concept", [])
