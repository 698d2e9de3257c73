"""Which risks the register shows: the filters of its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import F, Q

from projects.filters import OwnedFilterSet, ThemeChoice
from projects.querysets import owned_visible_to
from risks.models import Risk, RiskScale
from savings.reading import Reading

YES_NO = (("yes", "Yes"), ("no", "No"))
HANDLED_BY = (("owner", "Its theme or project"), *Risk.Escalation.choices)
"""Where a risk is handled: with what it belongs to, or where it was escalated to."""
POINTS = tuple((str(point), str(point)) for point in range(1, 11))
"""The most that a scale has each way; the scale of a programme may have fewer."""


class RiskFilterSet(OwnedFilterSet):
    """The register's filters; each row is annotated with the three scores, null where not scored.

    Beyond tolerance are open risks whose current score is greater than `tolerance`; an unscored risk is neither
    beyond nor within it.
    """

    searched = ("description", "mitigation", "code")

    q = django_filters.CharFilter(label="Words in the risk, mitigation or code", max_length=100)
    category = django_filters.ChoiceFilter(label="Category", choices=Risk.Category.choices)
    status = django_filters.ChoiceFilter(label="Status", choices=Risk.Status.choices)
    scored = django_filters.ChoiceFilter(label="Scored", choices=YES_NO)
    beyond_tolerance = django_filters.ChoiceFilter(label="Beyond tolerance", choices=YES_NO)

    escalated = django_filters.ChoiceFilter(label="Handled by", choices=HANDLED_BY)
    likelihood = django_filters.ChoiceFilter(label="Likelihood", choices=POINTS)
    impact = django_filters.ChoiceFilter(label="Impact", choices=POINTS)

    class Meta:
        model = Risk
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Mapping[str, Any], *, reading: Reading, themes: Sequence[ThemeChoice], scale: RiskScale
    ) -> None:
        self.tolerance = scale.tolerance
        visible = reading.rows(Risk).filter(owned_visible_to(reading.scope), programme_id=reading.programme.pk)
        scored = visible.annotate(
            inherent=F("inherent_likelihood") * F("inherent_impact"),
            current=F("current_likelihood") * F("current_impact"),
            target=F("target_likelihood") * F("target_impact"),
        )
        highest_first = scored.order_by(F("current").desc(nulls_last=True), "order", "id")
        super().__init__(data, highest_first, themes=themes, projects=reading.projects())
        for name in ("likelihood", "impact"):
            self.form.fields[name].choices = POINTS[: scale.points]

    def condition(self) -> Q:
        chosen = self.chosen
        condition = super().condition()
        for name in ("category", "status"):
            if name in chosen:
                condition &= Q(**{name: chosen[name]})
        if "escalated" in chosen:
            condition &= Q(escalated_to="" if chosen["escalated"] == "owner" else chosen["escalated"])
        for name in ("likelihood", "impact"):
            if name in chosen:
                condition &= Q(**{f"current_{name}": int(chosen[name])})
        if "scored" in chosen:
            condition &= Q(current__isnull=chosen["scored"] == "no")
        if "beyond_tolerance" in chosen:
            beyond = Q(current__gt=self.tolerance, status=Risk.Status.OPEN)
            within = Q(current__isnull=False) & ~beyond
            condition &= beyond if chosen["beyond_tolerance"] == "yes" else within
        return condition

    def words_escalated(self, value: str) -> str:
        if value == "owner":
            return "Not escalated."
        return "Escalated to the theme." if value == Risk.Escalation.THEME else "Escalated to the corporate programme."

    def words_scored(self, value: str) -> str:
        return "Scored." if value == "yes" else "Not scored."

    def words_beyond_tolerance(self, value: str) -> str:
        if value == "yes":
            return f"Beyond tolerance: open and scored more than {self.tolerance}."
        return "Scored, and not beyond tolerance."
