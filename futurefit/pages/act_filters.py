"""Which acts the history shows: the filters of its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from futurefit.history.models import Act, ActSubject
from futurefit.pages.milestone_filters import Day
from futurefit.ui.filters import StrictFilterSet
from savings.reading import Reading

FAMILIES = {
    "savings": "Savings lines, decisions and periods",
    "projects": "Themes, projects and milestones",
    "risks": "Risks and dependencies",
    "council": "Directorates, services and posts",
    "access": "Accounts",
    "demo": "The demonstration",
}
"""Families of acts: the first part of their verbs."""

KINDS = {
    "savings.savingsline": "A savings line",
    "projects.project": "A project, workstream or block",
    "projects.theme": "A theme",
    "projects.milestone": "A milestone",
    "risks.risk": "A risk",
    "savings.decision": "A decision",
    "savings.reportingperiod": "A reporting period",
    "savings.statedfigure": "A printed figure",
    "projects.programme": "The programme",
    "council.directorate": "A directorate",
    "council.service": "A service",
    "council.post": "A post",
    "access.user": "An account",
}
"""What an act can be about, under the names by which history files it."""


class ActFilterSet(StrictFilterSet):
    """The filters of the history. Days are those of the council's clock, both included."""

    q = django_filters.CharFilter(label="Words in what happened or why", max_length=100)
    who = django_filters.CharFilter(label="Name or post", max_length=100)
    family = django_filters.ChoiceFilter(label="Kind of act", choices=tuple(FAMILIES.items()))
    about = django_filters.ChoiceFilter(label="About", choices=tuple(KINDS.items()))
    since = django_filters.DateFilter(label="From", widget=Day)
    until = django_filters.DateFilter(label="To", widget=Day)

    class Meta:
        model = Act
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading) -> None:
        super().__init__(data, acts_of(reading))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        condition = Q()
        for word in chosen.get("q", "").split():
            condition &= Q(sentence__icontains=word) | Q(reason__icontains=word)
        for word in chosen.get("who", "").split():
            condition &= Q(actor_name__icontains=word) | Q(post_title__icontains=word)
        if "family" in chosen:
            condition &= Q(verb__startswith=f"{chosen['family']}.")
        if "about" in chosen:
            condition &= Q(Exists(ActSubject.objects.filter(act=OuterRef("pk"), kind=chosen["about"])))
        if "since" in chosen:
            condition &= Q(at__gte=_starts(chosen["since"]))
        if "until" in chosen:
            condition &= Q(at__date__lte=chosen["until"])
        return queryset.filter(condition)


def acts_of(reading: Reading) -> QuerySet[Any]:
    """The acts of the programme and of what is common to all; of a closed period those up to its closing."""
    acts = Act.objects.filter(programme_slug__in=("", reading.programme.slug)).newest_first()
    return acts if reading.moment is None else acts.up_to(reading.moment)


def _starts(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
