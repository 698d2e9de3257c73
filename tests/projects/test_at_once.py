"""Two who save the same part, or make a project of the same title, at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from futurefit.history.as_opened import digest_of
from projects.models import Project
from projects.services.projects import TEXTS, create_project, save_texts
from tests import factories
from tests.factories import TESTS

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each came to, or the refusal that it met."""

    def done(act: Callable[[], object]) -> object:
        try:
            return act()
        except ValidationError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def test_of_two_saves_of_one_part_one_is_refused_as_stale():
    project = factories.ProjectFactory()
    opened = digest_of([project], TEXTS)
    came_to = at_once(
        *(
            lambda words=words: save_texts(actor=TESTS, project=project, texts={"purpose": words}, as_opened=opened)
            for words in ("Mine", "Yours")
        )
    )
    assert sorted(map(str, came_to)) == ["True", "stale"]


def test_two_projects_of_one_title_get_two_codes():
    programme = factories.ProgrammeFactory()
    at_once(
        *(
            lambda: create_project(
                actor=TESTS, programme=programme, kind="project", title="Home care", on=date(2016, 5, 20)
            )
            for _ in "abc"
        )
    )
    assert sorted(Project.objects.values_list("code", flat=True)) == ["HC", "HC-2", "HC-3"]
