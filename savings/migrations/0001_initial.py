import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import simple_history.models
from django.db import migrations, models

from futurefit.history.append_only import refuse_update_and_delete
from savings.frozen import freeze_closed_periods


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("council", "0001_initial"),
        ("history", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("re_profile", "Re-profile"),
                            ("write_out", "Write out"),
                            ("replace", "Replace"),
                            ("correct", "Correct"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("body", models.CharField(max_length=200, verbose_name="decided by")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("decided_in_words", models.CharField(blank=True, max_length=100, verbose_name="when, in words")),
                ("reference", models.CharField(blank=True, max_length=100, verbose_name="reference")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("taken_before_use", models.BooleanField(default=False, verbose_name="taken before use")),
                ("assumption", models.TextField(blank=True, verbose_name="assumption")),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this decision is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("recorded_by", models.CharField(max_length=200, verbose_name="recorded by")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                ("confirmed_by", models.CharField(blank=True, max_length=200, verbose_name="confirmed by")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("withdrawn_by", models.CharField(blank=True, max_length=200, verbose_name="withdrawn by")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="projects.programme"
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="savings.decision",
                        verbose_name="undoes",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="decision_code_unique_in_programme",
                        violation_error_message="Another decision of this programme has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            models.Q(("confirmed_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decision_confirmed_by_somebody",
                        violation_error_message="A confirmed decision names who confirmed it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("confirmed_at__isnull", True), models.Q(("withdrawn_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="decision_withdrawn_before_it_is_confirmed",
                        violation_error_message="Only a decision that is not confirmed is withdrawn, by somebody who is named.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineInPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                (
                    "heading_kind",
                    models.CharField(
                        choices=[("funding", "Funding"), ("savings", "Savings")],
                        default="savings",
                        max_length=20,
                        verbose_name="kind of heading",
                    ),
                ),
                (
                    "saving_type",
                    models.CharField(
                        choices=[
                            ("further", "Further"),
                            ("faster", "Faster"),
                            ("new", "New"),
                            ("cross_cutting", "Cross cutting"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="type of saving",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("contract", "Contract"),
                            ("income", "Income"),
                            ("staffing", "Staffing"),
                            ("property", "Property"),
                            ("demand", "Demand"),
                            ("collaboration", "Collaboration"),
                            ("other", "Other"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="method",
                    ),
                ),
                (
                    "recurring",
                    models.CharField(
                        choices=[("recurring", "Recurring"), ("one_off", "One-off"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="recurring or one-off",
                    ),
                ),
                ("budget_code", models.CharField(blank=True, max_length=60, verbose_name="budget code")),
                (
                    "amount_in_words",
                    models.CharField(
                        blank=True,
                        help_text="For a saving without an amount, such as marginal.",
                        max_length=200,
                        verbose_name="amount in words",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, validators=[django.core.validators.MaxLengthValidator(30000)], verbose_name="note"
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this line is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn")),
                ("project_label", models.CharField(blank=True, max_length=250, verbose_name="project as printed")),
                ("theme_label", models.CharField(blank=True, max_length=200, verbose_name="theme as printed")),
                (
                    "directorate_label",
                    models.CharField(blank=True, max_length=200, verbose_name="directorate as printed"),
                ),
                ("service_label", models.CharField(blank=True, max_length=250, verbose_name="service as printed")),
                (
                    "area_label",
                    models.CharField(blank=True, max_length=200, verbose_name="corporate plan area as printed"),
                ),
                ("heading_label", models.CharField(blank=True, max_length=200, verbose_name="MTFP heading as printed")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "corporate_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_in_period",
                        to="council.corporateplanarea",
                        verbose_name="corporate plan area",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_in_period",
                        to="council.directorate",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_in_period",
                        to="projects.project",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_in_period",
                        to="council.service",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_in_period",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "line in period",
                "verbose_name_plural": "lines in period",
                "ordering": ["line__order", "line__code"],
            },
        ),
        migrations.CreateModel(
            name="LineReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not submitted"),
                            ("submitted", "Submitted"),
                            ("queried", "Queried"),
                            ("accepted", "Accepted"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("no_change", models.BooleanField(default=False, verbose_name="no change")),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence of what is delivered")),
                (
                    "as_seen",
                    models.CharField(blank=True, editable=False, max_length=24, verbose_name="amounts as seen"),
                ),
                ("first_submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="first submitted at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("submitted_by", models.CharField(blank=True, max_length=400, verbose_name="submitted by")),
                ("submitted_by_user", models.BigIntegerField(blank=True, null=True, verbose_name="user who submitted")),
                ("queried_at", models.DateTimeField(blank=True, null=True, verbose_name="queried at")),
                ("queried_by", models.CharField(blank=True, max_length=400, verbose_name="queried by")),
                ("query_reason", models.TextField(blank=True, verbose_name="what finance asks")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                ("accepted_by", models.CharField(blank=True, max_length=400, verbose_name="accepted by")),
                ("accepted_by_user", models.BigIntegerField(blank=True, null=True, verbose_name="user who accepted")),
                ("evidence_accepted", models.TextField(blank=True, verbose_name="evidence noted by finance")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "line_in_period",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_return",
                        to="savings.lineinperiod",
                    ),
                ),
                (
                    "owed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_returns",
                        to="council.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "return of a line",
                "verbose_name_plural": "returns of lines",
                "ordering": ["line_in_period"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(("submitted_at__isnull", False), models.Q(("submitted_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="line_return_submitted_by_somebody",
                        violation_error_message="A return that is not a draft says who submitted it and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "queried"), _negated=True),
                            models.Q(("queried_at__isnull", False), models.Q(("query_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="line_return_query_says_why",
                        violation_error_message="A query says what finance asks.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True),
                            models.Q(("accepted_at__isnull", False), models.Q(("accepted_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="line_return_accepted_by_somebody",
                        violation_error_message="An accepted return says who accepted it and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_by_user__isnull", True),
                            ("submitted_by_user__isnull", True),
                            models.Q(("accepted_by_user", models.F("submitted_by_user")), _negated=True),
                            _connector="OR",
                        ),
                        name="line_return_not_accepted_by_its_author",
                        violation_error_message="Nobody accepts their own return.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalReturnedAmount",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("delivered", models.BigIntegerField(default=0, verbose_name="delivered")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="claimed")),
                ("on_target", models.BigIntegerField(default=0, verbose_name="on target")),
                ("amber", models.BigIntegerField(default=0, verbose_name="amber")),
                ("red", models.BigIntegerField(default=0, verbose_name="red")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "line_return",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.linereturn",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of returned amount",
                "verbose_name_plural": "histories of returned amounts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_c2a5d4_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="MtfpHeading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("funding", "Funding"), ("savings", "Savings")],
                        default="savings",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="headings", to="projects.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "MTFP heading",
                "ordering": ["order", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "slug"),
                        name="heading_slug_unique_in_programme",
                        violation_error_message="Another MTFP heading of this programme has this slug.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="lineinperiod",
            name="heading",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines_in_period",
                to="savings.mtfpheading",
                verbose_name="MTFP heading",
            ),
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("original", models.BigIntegerField(blank=True, null=True, verbose_name="original")),
                ("approved", models.BooleanField(default=False, verbose_name="approved")),
                ("target", models.BigIntegerField(verbose_name="target")),
                ("delivered", models.BigIntegerField(default=0, verbose_name="delivered")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="claimed")),
                ("on_target", models.BigIntegerField(default=0, verbose_name="on target")),
                ("amber", models.BigIntegerField(default=0, verbose_name="amber")),
                ("red", models.BigIntegerField(default=0, verbose_name="red")),
                ("carried_forward", models.BigIntegerField(default=0, verbose_name="carried forward")),
                (
                    "expected_in",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="expected in the financial year"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "line_in_period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="positions", to="savings.lineinperiod"
                    ),
                ),
            ],
            options={
                "ordering": ["line_in_period", models.OrderBy(models.F("year"), nulls_last=True)],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("line_in_period", "year"),
                        name="position_one_per_year",
                        violation_error_message="The line has an amount for this year already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("year__isnull", True)),
                        fields=("line_in_period",),
                        name="position_one_not_profiled",
                        violation_error_message="The line has an amount not profiled already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("target__gt", 0),
                                ("amber__gte", 0),
                                ("claimed__gte", 0),
                                ("delivered__gte", 0),
                                ("on_target__gte", 0),
                                ("red__gte", 0),
                                models.Q(
                                    models.Q(("amber", 0), ("on_target", 0), ("red", 0)),
                                    (
                                        "target__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("delivered"), "+", models.F("claimed")
                                                    ),
                                                    "+",
                                                    models.F("on_target"),
                                                ),
                                                "+",
                                                models.F("amber"),
                                            ),
                                            "+",
                                            models.F("red"),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("target__lt", 0),
                                ("amber__lte", 0),
                                ("claimed__lte", 0),
                                ("delivered__lte", 0),
                                ("on_target__lte", 0),
                                ("red__lte", 0),
                                models.Q(
                                    models.Q(("amber", 0), ("on_target", 0), ("red", 0)),
                                    (
                                        "target__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("delivered"), "+", models.F("claimed")
                                                    ),
                                                    "+",
                                                    models.F("on_target"),
                                                ),
                                                "+",
                                                models.F("amber"),
                                            ),
                                            "+",
                                            models.F("red"),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("amber", 0),
                                ("on_target", 0),
                                ("red", 0),
                                ("target", 0),
                                models.Q(
                                    models.Q(("claimed__gte", 0), ("delivered__gte", 0)),
                                    models.Q(("claimed__lte", 0), ("delivered__lte", 0)),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="position_split_fits_target",
                        violation_error_message="Status amounts carry the sign of the target, and on target, amber and red must fit into what delivered and claimed leave of it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved", False), ("original__isnull", False), _connector="OR"),
                        name="position_approved_has_original",
                        violation_error_message="An approved amount keeps the amount first approved.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("carried_forward", 0), ("expected_in__isnull", True)),
                            models.Q(
                                models.Q(("carried_forward", 0), _negated=True),
                                ("expected_in__gt", models.F("year")),
                                ("year__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="position_carried_forward_to_a_later_year",
                        violation_error_message="What is carried forward names a later year in which it is expected.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportingPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "label",
                    models.CharField(
                        help_text="For example 2015/16 M07, 2015/16 Q2, 2015/16 outturn.",
                        max_length=40,
                        verbose_name="label",
                    ),
                ),
                (
                    "financial_year",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="financial year"
                    ),
                ),
                (
                    "month",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="month of the financial year"),
                ),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="returns due on")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("horizon_first", models.PositiveSmallIntegerField(verbose_name="first financial year of the plan")),
                ("horizon_last", models.PositiveSmallIntegerField(verbose_name="last financial year of the plan")),
                ("open_ended", models.BooleanField(default=False, verbose_name="the last year is open-ended")),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this period is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                (
                    "return_years_ahead",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Returns are due for lines with an undelivered amount up to so many years after the period's year.",
                        verbose_name="returns look ahead",
                    ),
                ),
                (
                    "next_label",
                    models.CharField(blank=True, max_length=40, verbose_name="label of the next period"),
                ),
                (
                    "next_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="last day of the next period"),
                ),
                (
                    "next_due_on",
                    models.DateField(blank=True, null=True, verbose_name="returns of the next period due on"),
                ),
                (
                    "next_years_ahead",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="returns of the next period look ahead"
                    ),
                ),
                ("correction_note", models.TextField(blank=True, verbose_name="note of correction")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="savings.reportingperiod",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="projects.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["ends_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "label"),
                        name="period_label_unique_in_programme",
                        violation_error_message="This programme has a reporting period of this name already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("programme",),
                        name="period_one_open_per_programme",
                        violation_error_message="This programme has an open reporting period already. Close it first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True), ("closed_at__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="period_closed_after_opened",
                        violation_error_message="A period cannot be closed before it was opened.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("month__isnull", True), models.Q(("month__gte", 1), ("month__lte", 12)), _connector="OR"
                        ),
                        name="period_month_1_to_12",
                        violation_error_message="The month of a financial year is a number from 1 (April) to 12 (March).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("horizon_last__gte", models.F("horizon_first"))),
                        name="period_horizon_runs_forward",
                        violation_error_message="The last financial year must not be before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[("due", "Returns not submitted"), ("queried", "Queries not answered")],
                        max_length=20,
                        verbose_name="cause",
                    ),
                ),
                ("sent_on", models.DateField(verbose_name="sent on")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("sent_to", models.TextField(help_text="The addresses, one a line.", verbose_name="sent to")),
                ("lines", models.PositiveIntegerField(verbose_name="lines asked for")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="council.post"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "post", "cause", "sent_on"),
                        name="reminder_once_a_day",
                        violation_error_message="This post was reminded of this today already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RagDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("delivered", "Green delivered"),
                            ("claimed", "Claimed"),
                            ("on_target", "Green on target"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_rated", "Not rated"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("words", models.TextField(verbose_name="definition")),
                ("weight", models.PositiveSmallIntegerField(verbose_name="weight in per cent")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rag_definitions",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "ordering": ["period", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "status"),
                        name="rag_definition_one_per_status",
                        violation_error_message="This status has a definition in this period already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__lte", 100)),
                        name="rag_definition_weight_up_to_100",
                        violation_error_message="A weight is a whole number from 0 to 100 (per cent).",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="lineinperiod",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="savings.reportingperiod"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalRequirement",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="required")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of requirement",
                "verbose_name_plural": "histories of requirements",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_09865b_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReportingPeriod",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "label",
                    models.CharField(
                        help_text="For example 2015/16 M07, 2015/16 Q2, 2015/16 outturn.",
                        max_length=40,
                        verbose_name="label",
                    ),
                ),
                (
                    "financial_year",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="financial year"
                    ),
                ),
                (
                    "month",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="month of the financial year"),
                ),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="returns due on")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("horizon_first", models.PositiveSmallIntegerField(verbose_name="first financial year of the plan")),
                ("horizon_last", models.PositiveSmallIntegerField(verbose_name="last financial year of the plan")),
                ("open_ended", models.BooleanField(default=False, verbose_name="the last year is open-ended")),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this period is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                (
                    "return_years_ahead",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Returns are due for lines with an undelivered amount up to so many years after the period's year.",
                        verbose_name="returns look ahead",
                    ),
                ),
                (
                    "next_label",
                    models.CharField(blank=True, max_length=40, verbose_name="label of the next period"),
                ),
                (
                    "next_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="last day of the next period"),
                ),
                (
                    "next_due_on",
                    models.DateField(blank=True, null=True, verbose_name="returns of the next period due on"),
                ),
                (
                    "next_years_ahead",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="returns of the next period look ahead"
                    ),
                ),
                ("correction_note", models.TextField(blank=True, verbose_name="note of correction")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of reporting period",
                "verbose_name_plural": "histories of reporting periods",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_b11a1d_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReminder",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[("due", "Returns not submitted"), ("queried", "Queries not answered")],
                        max_length=20,
                        verbose_name="cause",
                    ),
                ),
                ("sent_on", models.DateField(verbose_name="sent on")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("sent_to", models.TextField(help_text="The addresses, one a line.", verbose_name="sent to")),
                ("lines", models.PositiveIntegerField(verbose_name="lines asked for")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.post",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of reminder",
                "verbose_name_plural": "histories of reminders",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_d6fc88_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRagDefinition",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("delivered", "Green delivered"),
                            ("claimed", "Claimed"),
                            ("on_target", "Green on target"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_rated", "Not rated"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("words", models.TextField(verbose_name="definition")),
                ("weight", models.PositiveSmallIntegerField(verbose_name="weight in per cent")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of rag definition",
                "verbose_name_plural": "histories of rag definitions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_97fa22_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDecision",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("re_profile", "Re-profile"),
                            ("write_out", "Write out"),
                            ("replace", "Replace"),
                            ("correct", "Correct"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("body", models.CharField(max_length=200, verbose_name="decided by")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("decided_in_words", models.CharField(blank=True, max_length=100, verbose_name="when, in words")),
                ("reference", models.CharField(blank=True, max_length=100, verbose_name="reference")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("taken_before_use", models.BooleanField(default=False, verbose_name="taken before use")),
                ("assumption", models.TextField(blank=True, verbose_name="assumption")),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this decision is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("recorded_by", models.CharField(max_length=200, verbose_name="recorded by")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                ("confirmed_by", models.CharField(blank=True, max_length=200, verbose_name="confirmed by")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("withdrawn_by", models.CharField(blank=True, max_length=200, verbose_name="withdrawn by")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.decision",
                        verbose_name="undoes",
                    ),
                ),
                (
                    "effective_in",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                        verbose_name="takes effect in",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of decision",
                "verbose_name_plural": "histories of decisions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_1ff3b0_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCommentary",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("words", models.TextField(verbose_name="commentary")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                ("written_by", models.CharField(max_length=400, verbose_name="written by")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorate",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.theme",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of commentary",
                "verbose_name_plural": "histories of commentaries",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_ee711a_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="GroupInPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("grouping", models.CharField(max_length=20, verbose_name="grouping")),
                ("object_id", models.BigIntegerField(verbose_name="row of the group")),
                ("key", models.CharField(max_length=100, verbose_name="key")),
                ("label", models.CharField(max_length=250, verbose_name="label")),
                ("order", models.PositiveIntegerField(verbose_name="order")),
                (
                    "directorate_group",
                    models.BigIntegerField(
                        blank=True,
                        help_text="In which a directorate stood then.",
                        null=True,
                        verbose_name="row of the directorate group",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="savings.reportingperiod"
                    ),
                ),
            ],
            options={
                "ordering": ["period", "grouping", "order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "grouping", "object_id"),
                        name="group_in_period_once",
                        violation_error_message="The period has this group already.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="effective_in",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="savings.reportingperiod",
                verbose_name="takes effect in",
            ),
        ),
        migrations.CreateModel(
            name="Commentary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(verbose_name="commentary")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                ("written_by", models.CharField(max_length=400, verbose_name="written by")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commentaries",
                        to="council.directorate",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commentaries",
                        to="projects.theme",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commentaries",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "commentaries",
                "ordering": ["period", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("directorate__isnull", True), ("theme__isnull", False)),
                            models.Q(("directorate__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="commentary_of_theme_or_directorate",
                        violation_error_message="A commentary belongs to a theme or to a directorate, to one of them.",
                    ),
                    models.UniqueConstraint(
                        fields=("period", "theme"),
                        name="commentary_once_per_theme",
                        violation_error_message="The theme has a commentary for this period already.",
                    ),
                    models.UniqueConstraint(
                        fields=("period", "directorate"),
                        name="commentary_once_per_directorate",
                        violation_error_message="The directorate has a commentary for this period already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="required")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="savings.reportingperiod",
                    ),
                ),
            ],
            options={
                "ordering": ["period", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "year"),
                        name="requirement_one_per_year",
                        violation_error_message="This year has a requirement already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnedAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("delivered", models.BigIntegerField(default=0, verbose_name="delivered")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="claimed")),
                ("on_target", models.BigIntegerField(default=0, verbose_name="on target")),
                ("amber", models.BigIntegerField(default=0, verbose_name="amber")),
                ("red", models.BigIntegerField(default=0, verbose_name="red")),
                (
                    "line_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="amounts", to="savings.linereturn"
                    ),
                ),
            ],
            options={
                "ordering": ["line_return", models.OrderBy(models.F("year"), nulls_last=True)],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("line_return", "year"),
                        name="returned_amount_one_per_year",
                        violation_error_message="The return says how this year stands already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("year__isnull", True)),
                        fields=("line_return",),
                        name="returned_amount_one_not_profiled",
                        violation_error_message="The return says how the amount not profiled stands already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavingsLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference as printed")),
                ("source_table", models.CharField(blank=True, max_length=40, verbose_name="table of the source")),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="projects.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="line_code_unique_in_programme",
                        violation_error_message="Another savings line of this programme has this code.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replacements", to="savings.decision"
                    ),
                ),
                (
                    "new_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replaces", to="savings.savingsline"
                    ),
                ),
                (
                    "old_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "ordering": ["decision", "old_line", "new_line", models.OrderBy(models.F("year"), nulls_last=True)],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_line", models.F("new_line")), _negated=True),
                        name="replacement_by_another_line",
                        violation_error_message="A line does not replace itself.",
                    ),
                    models.UniqueConstraint(
                        fields=("decision", "old_line", "new_line", "year"),
                        name="replacement_once_per_year",
                        violation_error_message="The decision links these lines for this year already.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="lineinperiod",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="in_periods", to="savings.savingsline"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalStatedFigure",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("document", models.CharField(max_length=250, verbose_name="document")),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("label", models.CharField(max_length=250, verbose_name="row as printed")),
                ("column", models.CharField(blank=True, max_length=40, verbose_name="year as printed")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sum", "Sum of parts in the same table"),
                            ("repeat", "Repeat of money in another table"),
                            ("percentage", "Percentage"),
                            ("narrative", "Narrative"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "qualifier",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("about", "About"),
                            ("up_to", "Up to"),
                            ("more_than", "More than"),
                        ],
                        default="exact",
                        max_length=20,
                        verbose_name="qualifier",
                    ),
                ),
                ("as_printed", models.CharField(max_length=100, verbose_name="as printed")),
                (
                    "unit",
                    models.CharField(
                        choices=[("pounds", "£"), ("thousands", "£000"), ("millions", "£m")],
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                ("stated", models.BigIntegerField(blank=True, null=True, verbose_name="stated, in pounds")),
                (
                    "stated_percent",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="stated, in per cent"
                    ),
                ),
                ("precision", models.BigIntegerField(default=1, verbose_name="worth of the last printed digit")),
                (
                    "parts",
                    models.CharField(
                        choices=[
                            ("positions", "Savings lines"),
                            ("budget_rows", "Budget rows"),
                            ("stated_figures", "Figures stated in the same table"),
                            ("nothing", "Nothing to compare"),
                        ],
                        max_length=20,
                        verbose_name="compared with",
                    ),
                ),
                (
                    "counterpart",
                    models.CharField(
                        blank=True,
                        help_text="The second place, in words.",
                        max_length=250,
                        verbose_name="where the other figure stands",
                    ),
                ),
                ("scope_table", models.CharField(blank=True, max_length=40, verbose_name="scope: table")),
                (
                    "scope_lines",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Codes of the lines it adds up; empty: every line in scope.",
                        verbose_name="scope: lines",
                    ),
                ),
                ("scope_status", models.CharField(blank=True, max_length=20, verbose_name="scope: status")),
                ("scope_row", models.CharField(blank=True, max_length=250, verbose_name="scope: row of the table")),
                ("scope_nature", models.CharField(blank=True, max_length=20, verbose_name="scope: nature of budget")),
                (
                    "scope_type_group",
                    models.CharField(
                        blank=True,
                        choices=[("new", "New savings (further and new)"), ("existing", "Existing savings (faster)")],
                        max_length=20,
                        verbose_name="scope: type of saving",
                    ),
                ),
                (
                    "scope_years",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="First calendar years; empty: every year of the table.",
                        verbose_name="scope: years",
                    ),
                ),
                (
                    "whole_row",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the sum of its rows.",
                        max_length=250,
                        verbose_name="whole of a percentage: row of the table",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("decision", models.TextField(blank=True, verbose_name="which is right, and why")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="recorded on")),
                ("decided_by", models.CharField(blank=True, max_length=200, verbose_name="recorded by")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
                (
                    "scope_directorate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorate",
                    ),
                ),
                (
                    "scope_group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorategroup",
                    ),
                ),
                (
                    "scope_project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "scope_theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.theme",
                    ),
                ),
                (
                    "scope_heading",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.mtfpheading",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                        verbose_name="period of the paper",
                    ),
                ),
                (
                    "scope_line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of stated figure",
                "verbose_name_plural": "histories of stated figures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_00719e_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReplacement",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.decision",
                    ),
                ),
                (
                    "new_line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
                (
                    "old_line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of replacement",
                "verbose_name_plural": "histories of replacements",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_033c7f_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLineInPeriod",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                (
                    "heading_kind",
                    models.CharField(
                        choices=[("funding", "Funding"), ("savings", "Savings")],
                        default="savings",
                        max_length=20,
                        verbose_name="kind of heading",
                    ),
                ),
                (
                    "saving_type",
                    models.CharField(
                        choices=[
                            ("further", "Further"),
                            ("faster", "Faster"),
                            ("new", "New"),
                            ("cross_cutting", "Cross cutting"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="type of saving",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("contract", "Contract"),
                            ("income", "Income"),
                            ("staffing", "Staffing"),
                            ("property", "Property"),
                            ("demand", "Demand"),
                            ("collaboration", "Collaboration"),
                            ("other", "Other"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="method",
                    ),
                ),
                (
                    "recurring",
                    models.CharField(
                        choices=[("recurring", "Recurring"), ("one_off", "One-off"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="recurring or one-off",
                    ),
                ),
                ("budget_code", models.CharField(blank=True, max_length=60, verbose_name="budget code")),
                (
                    "amount_in_words",
                    models.CharField(
                        blank=True,
                        help_text="For a saving without an amount, such as marginal.",
                        max_length=200,
                        verbose_name="amount in words",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, validators=[django.core.validators.MaxLengthValidator(30000)], verbose_name="note"
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this line is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn")),
                ("project_label", models.CharField(blank=True, max_length=250, verbose_name="project as printed")),
                ("theme_label", models.CharField(blank=True, max_length=200, verbose_name="theme as printed")),
                (
                    "directorate_label",
                    models.CharField(blank=True, max_length=200, verbose_name="directorate as printed"),
                ),
                ("service_label", models.CharField(blank=True, max_length=250, verbose_name="service as printed")),
                (
                    "area_label",
                    models.CharField(blank=True, max_length=200, verbose_name="corporate plan area as printed"),
                ),
                ("heading_label", models.CharField(blank=True, max_length=200, verbose_name="MTFP heading as printed")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "corporate_area",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.corporateplanarea",
                        verbose_name="corporate plan area",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorate",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.service",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.theme",
                    ),
                ),
                (
                    "heading",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.mtfpheading",
                        verbose_name="MTFP heading",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.reportingperiod",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of line in period",
                "verbose_name_plural": "histories of lines in period",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_6163df_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDecisionItem",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("from_target", models.BigIntegerField(blank=True, null=True, verbose_name="target before")),
                ("to_target", models.BigIntegerField(verbose_name="target after")),
                ("to_claimed", models.BigIntegerField(blank=True, null=True, verbose_name="claimed after")),
                ("to_on_target", models.BigIntegerField(blank=True, null=True, verbose_name="on target after")),
                ("to_amber", models.BigIntegerField(blank=True, null=True, verbose_name="amber after")),
                ("to_red", models.BigIntegerField(blank=True, null=True, verbose_name="red after")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.decision",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of decision item",
                "verbose_name_plural": "histories of decision items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(fields=["id", "history_date"], name="savings_his_id_5131ba_idx"),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="DecisionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("from_target", models.BigIntegerField(blank=True, null=True, verbose_name="target before")),
                ("to_target", models.BigIntegerField(verbose_name="target after")),
                ("to_claimed", models.BigIntegerField(blank=True, null=True, verbose_name="claimed after")),
                ("to_on_target", models.BigIntegerField(blank=True, null=True, verbose_name="on target after")),
                ("to_amber", models.BigIntegerField(blank=True, null=True, verbose_name="amber after")),
                ("to_red", models.BigIntegerField(blank=True, null=True, verbose_name="red after")),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="savings.decision"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision_items",
                        to="savings.savingsline",
                    ),
                ),
            ],
            options={
                "ordering": ["decision", "line", models.OrderBy(models.F("year"), nulls_last=True)],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "line", "year"),
                        name="decision_item_one_per_year",
                        violation_error_message="The decision names this line and year already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("year__isnull", True)),
                        fields=("decision", "line"),
                        name="decision_item_one_not_profiled",
                        violation_error_message="The decision names this line's amount not profiled already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpreadsheetUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="key")),
                ("uploaded_by_id", models.BigIntegerField(db_index=True, verbose_name="uploaded by")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                ("file_name", models.CharField(max_length=250, verbose_name="name of the file")),
                ("content", models.BinaryField(verbose_name="content")),
                ("settings", models.JSONField(blank=True, default=dict, verbose_name="settings")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="applied at")),
                ("act_id", models.BigIntegerField(blank=True, null=True, verbose_name="act of the import")),
                ("outcome", models.JSONField(blank=True, default=dict, verbose_name="outcome")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="savings.reportingperiod"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "spreadsheet upload",
                "ordering": ["-uploaded_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="StatedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=250, verbose_name="document")),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("label", models.CharField(max_length=250, verbose_name="row as printed")),
                ("column", models.CharField(blank=True, max_length=40, verbose_name="year as printed")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sum", "Sum of parts in the same table"),
                            ("repeat", "Repeat of money in another table"),
                            ("percentage", "Percentage"),
                            ("narrative", "Narrative"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "qualifier",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("about", "About"),
                            ("up_to", "Up to"),
                            ("more_than", "More than"),
                        ],
                        default="exact",
                        max_length=20,
                        verbose_name="qualifier",
                    ),
                ),
                ("as_printed", models.CharField(max_length=100, verbose_name="as printed")),
                (
                    "unit",
                    models.CharField(
                        choices=[("pounds", "£"), ("thousands", "£000"), ("millions", "£m")],
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                ("stated", models.BigIntegerField(blank=True, null=True, verbose_name="stated, in pounds")),
                (
                    "stated_percent",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="stated, in per cent"
                    ),
                ),
                ("precision", models.BigIntegerField(default=1, verbose_name="worth of the last printed digit")),
                (
                    "parts",
                    models.CharField(
                        choices=[
                            ("positions", "Savings lines"),
                            ("budget_rows", "Budget rows"),
                            ("stated_figures", "Figures stated in the same table"),
                            ("nothing", "Nothing to compare"),
                        ],
                        max_length=20,
                        verbose_name="compared with",
                    ),
                ),
                (
                    "counterpart",
                    models.CharField(
                        blank=True,
                        help_text="The second place, in words.",
                        max_length=250,
                        verbose_name="where the other figure stands",
                    ),
                ),
                ("scope_table", models.CharField(blank=True, max_length=40, verbose_name="scope: table")),
                (
                    "scope_lines",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Codes of the lines it adds up; empty: every line in scope.",
                        verbose_name="scope: lines",
                    ),
                ),
                ("scope_status", models.CharField(blank=True, max_length=20, verbose_name="scope: status")),
                ("scope_row", models.CharField(blank=True, max_length=250, verbose_name="scope: row of the table")),
                ("scope_nature", models.CharField(blank=True, max_length=20, verbose_name="scope: nature of budget")),
                (
                    "scope_type_group",
                    models.CharField(
                        blank=True,
                        choices=[("new", "New savings (further and new)"), ("existing", "Existing savings (faster)")],
                        max_length=20,
                        verbose_name="scope: type of saving",
                    ),
                ),
                (
                    "scope_years",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="First calendar years; empty: every year of the table.",
                        verbose_name="scope: years",
                    ),
                ),
                (
                    "whole_row",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the sum of its rows.",
                        max_length=250,
                        verbose_name="whole of a percentage: row of the table",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("decision", models.TextField(blank=True, verbose_name="which is right, and why")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="recorded on")),
                ("decided_by", models.CharField(blank=True, max_length=200, verbose_name="recorded by")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stated_figures",
                        to="savings.reportingperiod",
                        verbose_name="period of the paper",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stated_figures",
                        to="projects.programme",
                    ),
                ),
                (
                    "scope_directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="council.directorate",
                    ),
                ),
                (
                    "scope_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="council.directorategroup",
                    ),
                ),
                (
                    "scope_heading",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="savings.mtfpheading",
                    ),
                ),
                (
                    "scope_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="savings.savingsline",
                    ),
                ),
                (
                    "scope_project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "scope_theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "percentage"), ("stated__isnull", True), ("stated_percent__isnull", False)
                            ),
                            models.Q(
                                models.Q(("kind", "percentage"), _negated=True),
                                ("stated__isnull", False),
                                ("stated_percent__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="stated_figure_is_amount_or_percentage",
                        violation_error_message="A stated figure is an amount, or for the kind percentage a percentage.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("precision__gte", 1)),
                        name="stated_figure_precision_positive",
                        violation_error_message="The last printed digit is worth at least £1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", ""),
                            models.Q(("decided_on__isnull", False), models.Q(("decided_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stated_figure_decision_says_who_and_when",
                        violation_error_message="Which figure is right is recorded with who and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=200, verbose_name="document")),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("label", models.CharField(max_length=200, verbose_name="row")),
                (
                    "nature",
                    models.CharField(
                        choices=[("expenditure", "Gross expenditure"), ("income", "Income")],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("as_printed", models.CharField(blank=True, max_length=60, verbose_name="as printed")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_rows",
                        to="council.directorate",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_rows",
                        to="council.directorategroup",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="budget_rows", to="projects.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["table", "order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("directorate__isnull", False), ("group__isnull", True)),
                            models.Q(("directorate__isnull", True), ("group__isnull", False)),
                            _connector="OR",
                        ),
                        name="budget_row_of_directorate_or_group",
                        violation_error_message="A budget row belongs to a directorate or to a directorate group.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layout", models.CharField(max_length=64, verbose_name="layout")),
                ("settings", models.JSONField(default=dict, verbose_name="settings")),
                ("remembered_at", models.DateTimeField(verbose_name="remembered at")),
                ("remembered_by", models.CharField(max_length=200, verbose_name="remembered by")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["-remembered_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "layout"),
                        name="column_mapping_once_per_layout",
                        violation_error_message="This layout is remembered already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBudgetRow",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("document", models.CharField(max_length=200, verbose_name="document")),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("label", models.CharField(max_length=200, verbose_name="row")),
                (
                    "nature",
                    models.CharField(
                        choices=[("expenditure", "Gross expenditure"), ("income", "Income")],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("as_printed", models.CharField(blank=True, max_length=60, verbose_name="as printed")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorate",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.directorategroup",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of budget row",
                "verbose_name_plural": "histories of budget rows",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="savings_his_id_3d3eb5_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMtfpHeading",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("funding", "Funding"), ("savings", "Savings")],
                        default="savings",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of MTFP heading",
                "verbose_name_plural": "histories of MTFP headings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="savings_his_id_d3cf78_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSavingsLine",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference as printed")),
                ("source_table", models.CharField(blank=True, max_length=40, verbose_name="table of the source")),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of savings line",
                "verbose_name_plural": "histories of savings lines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="savings_his_id_effe99_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPosition",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("original", models.BigIntegerField(blank=True, null=True, verbose_name="original")),
                ("approved", models.BooleanField(default=False, verbose_name="approved")),
                ("target", models.BigIntegerField(verbose_name="target")),
                ("delivered", models.BigIntegerField(default=0, verbose_name="delivered")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="claimed")),
                ("on_target", models.BigIntegerField(default=0, verbose_name="on target")),
                ("amber", models.BigIntegerField(default=0, verbose_name="amber")),
                ("red", models.BigIntegerField(default=0, verbose_name="red")),
                ("carried_forward", models.BigIntegerField(default=0, verbose_name="carried forward")),
                (
                    "expected_in",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="expected in the financial year"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "line_in_period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.lineinperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of position",
                "verbose_name_plural": "histories of positions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="savings_his_id_29950b_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLineReturn",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not submitted"),
                            ("submitted", "Submitted"),
                            ("queried", "Queried"),
                            ("accepted", "Accepted"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("no_change", models.BooleanField(default=False, verbose_name="no change")),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence of what is delivered")),
                (
                    "as_seen",
                    models.CharField(blank=True, editable=False, max_length=24, verbose_name="amounts as seen"),
                ),
                ("first_submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="first submitted at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("submitted_by", models.CharField(blank=True, max_length=400, verbose_name="submitted by")),
                ("submitted_by_user", models.BigIntegerField(blank=True, null=True, verbose_name="user who submitted")),
                ("queried_at", models.DateTimeField(blank=True, null=True, verbose_name="queried at")),
                ("queried_by", models.CharField(blank=True, max_length=400, verbose_name="queried by")),
                ("query_reason", models.TextField(blank=True, verbose_name="what finance asks")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                ("accepted_by", models.CharField(blank=True, max_length=400, verbose_name="accepted by")),
                ("accepted_by_user", models.BigIntegerField(blank=True, null=True, verbose_name="user who accepted")),
                ("evidence_accepted", models.TextField(blank=True, verbose_name="evidence noted by finance")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.act",
                    ),
                ),
                (
                    "owed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.post",
                    ),
                ),
                (
                    "line_in_period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="savings.lineinperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of return of a line",
                "verbose_name_plural": "histories of returns of lines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="savings_his_id_83419c_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name="lineinperiod",
            index=models.Index(fields=["period", "theme"], name="savings_lin_period__cabe04_idx"),
        ),
        migrations.AddIndex(
            model_name="lineinperiod",
            index=models.Index(fields=["period", "directorate"], name="savings_lin_period__4f9d1c_idx"),
        ),
        migrations.AddIndex(
            model_name="lineinperiod",
            index=models.Index(fields=["period", "project"], name="savings_lin_period__279f0a_idx"),
        ),
        migrations.AddConstraint(
            model_name="lineinperiod",
            constraint=models.UniqueConstraint(
                fields=("line", "period"),
                name="line_once_per_period",
                violation_error_message="The line stands in this period already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineinperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("heading__isnull", False), ("heading_kind", "savings"), _connector="OR"),
                name="line_without_heading_counts_as_savings",
                violation_error_message="A line without an MTFP heading counts as savings.",
            ),
        ),
        refuse_update_and_delete(
            "savings_historicalbudgetrow",
            "savings_historicalcommentary",
            "savings_historicaldecision",
            "savings_historicaldecisionitem",
            "savings_historicallineinperiod",
            "savings_historicallinereturn",
            "savings_historicalmtfpheading",
            "savings_historicalposition",
            "savings_historicalragdefinition",
            "savings_historicalreminder",
            "savings_historicalreplacement",
            "savings_historicalreportingperiod",
            "savings_historicalrequirement",
            "savings_historicalreturnedamount",
            "savings_historicalsavingsline",
            "savings_historicalstatedfigure",
        ),
        freeze_closed_periods(
            "savings_commentary",
            "savings_decision",
            "savings_decisionitem",
            "savings_groupinperiod",
            "savings_lineinperiod",
            "savings_linereturn",
            "savings_position",
            "savings_ragdefinition",
            "savings_replacement",
            "savings_reportingperiod",
            "savings_requirement",
            "savings_returnedamount",
        ),
    ]
