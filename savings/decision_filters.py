"""Which decisions the list shows: the filters of its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from futurefit.ui.filters import StrictFilterSet, YesNoFilter
from savings.decided import State, decisions_read, in_state, periods_up_to
from savings.models import Decision, LineInPeriod
from savings.reading import Reading
from savings.selection import Selection


class DecisionFilterSet(StrictFilterSet):
    """The filters of the list of decisions; `effective` is the period in which they take effect."""

    kind = django_filters.ChoiceFilter(label="Kind", choices=Decision.Kind.choices)
    state = django_filters.ChoiceFilter(label="State", choices=[(state.value, state.words) for state in State])
    effective = django_filters.ChoiceFilter(label="Takes effect in")
    before_use = YesNoFilter(label="Taken before use", field_name="taken_before_use")
    q = django_filters.CharFilter(label="Words in code, body, reference, reason or a line", max_length=100)

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading) -> None:
        super().__init__(data, decisions_read(reading))
        self.reading = reading
        periods = periods_up_to(reading)
        self.filters["effective"].extra["choices"] = [(period.label, period.spoken) for period in reversed(periods)]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        if "kind" in chosen:
            queryset = queryset.filter(kind=chosen["kind"])
        if "state" in chosen:
            queryset = queryset.filter(in_state(self.reading, chosen["state"]))
        if "effective" in chosen:
            period = next(each for each in self.reading.periods if each.label == chosen["effective"])
            queryset = queryset.filter(effective_in_id=period.pk)
        if "before_use" in chosen:
            queryset = queryset.filter(taken_before_use=chosen["before_use"] == "yes")
        for word in chosen.get("q", "").split():
            queryset = queryset.filter(self._said(word))
        return queryset

    def _said(self, word: str) -> Q:
        """Decisions that say the word themselves, or name a line that does and that the reader may see."""
        lines = LineInPeriod.objects.filter(period=self.reading.period).visible_to(self.reading.scope)
        lines = lines.filter(Selection(text=word).q())
        naming = Decision.objects.filter(items__line__in=lines.values("line")).values("pk")
        own = Q()
        for name in ("code", "body", "reference", "reason"):
            own |= Q(**{f"{name}__icontains": word})
        return own | Q(id__in=naming)
