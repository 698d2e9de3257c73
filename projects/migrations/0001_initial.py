import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from futurefit.history.append_only import refuse_update_and_delete


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("council", "0001_initial"),
        ("history", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "council",
                    models.CharField(
                        blank=True, help_text="Whose programme it is, in words.", max_length=200, verbose_name="council"
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "horizon_first",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="first financial year"
                    ),
                ),
                (
                    "horizon_last",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="last financial year"
                    ),
                ),
                ("open_ended", models.BooleanField(default=False, verbose_name="the last year is open-ended")),
                ("is_current", models.BooleanField(default=False, verbose_name="current programme")),
                (
                    "generated",
                    models.BooleanField(
                        default=False,
                        help_text="Made by a command for the demonstration or for measuring.",
                        verbose_name="generated",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("is_current",),
                        name="programme_one_current",
                        violation_error_message="Another programme is the current one already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("horizon_last__gte", models.F("horizon_first"))),
                        name="programme_horizon_runs_forward",
                        violation_error_message="The last financial year must not be before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("project", "Project"), ("workstream", "Workstream"), ("block", "Block")],
                        default="project",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference as printed")),
                ("title", models.CharField(max_length=250, verbose_name="title")),
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
                    "stage",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("concept", "Concept"),
                            ("business_case", "Business case"),
                            ("in_delivery", "In delivery"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="concept",
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                ("stage_since", models.DateField(blank=True, null=True, verbose_name="at this stage since")),
                ("description", models.TextField(blank=True, verbose_name="brief description")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("outcomes", models.TextField(blank=True, verbose_name="outcomes")),
                ("resources", models.TextField(blank=True, verbose_name="resources")),
                ("timing", models.TextField(blank=True, verbose_name="timing")),
                ("rag_comment", models.TextField(blank=True, verbose_name="comments on RAG")),
                (
                    "current_fte",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=8, null=True, verbose_name="current FTE"
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this project is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "corporate_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="council.corporateplanarea",
                        verbose_name="corporate plan area",
                    ),
                ),
                (
                    "current_block",
                    models.ForeignKey(
                        blank=True,
                        help_text="The block whose approved lines the pro-forma shows as the current savings programme.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_in",
                        to="projects.project",
                        verbose_name="current savings programme",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="council.directorate",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="projects.programme"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="council.service",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code"],
                "indexes": [
                    models.Index(fields=["programme", "directorate"], name="projects_pr_program_ceae55_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="project_code_unique_in_programme",
                        violation_error_message="Another project of this programme has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("current_fte__isnull", True), ("current_fte__gte", 0), _connector="OR"),
                        name="project_fte_not_negative",
                        violation_error_message="Current FTE must be 0 or more.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BaseBudgetRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=200, verbose_name="label")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "is_part",
                    models.BooleanField(
                        default=False, help_text="A part of the row above, never added to it.", verbose_name="of which"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="base_budget", to="projects.project"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("overview", models.TextField(blank=True, verbose_name="overview")),
                ("vision", models.TextField(blank=True, verbose_name="vision")),
                ("success", models.TextField(blank=True, verbose_name="how success is judged")),
                ("approach", models.TextField(blank=True, verbose_name="approach")),
                ("progress", models.TextField(blank=True, verbose_name="progress so far")),
                ("support", models.TextField(blank=True, verbose_name="support and investment")),
                ("equality", models.TextField(blank=True, verbose_name="equality impact")),
                ("related", models.TextField(blank=True, verbose_name="related programmes")),
                ("has_paper", models.BooleanField(default=True, verbose_name="has a concept paper")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="themes", to="projects.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "order", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "slug"),
                        name="theme_slug_unique_in_programme",
                        violation_error_message="Another theme of this programme has this slug.",
                    ),
                    models.UniqueConstraint(
                        fields=("programme", "name"),
                        name="theme_name_unique_in_programme",
                        violation_error_message="Another theme of this programme has this name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuccessMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300, verbose_name="measure")),
                ("unit", models.CharField(blank=True, max_length=60, verbose_name="unit")),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="baseline"
                    ),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="target"),
                ),
                ("target_in_words", models.CharField(blank=True, max_length=200, verbose_name="target as written")),
                ("due_in_words", models.CharField(blank=True, max_length=100, verbose_name="by when")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="measure_of_theme_or_project",
                        violation_error_message="A success measure belongs to a theme or to a project, to one of them.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="project",
            name="theme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="projects.theme",
            ),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="milestone")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="where it is written")),
                ("date_as_written", models.CharField(blank=True, max_length=200, verbose_name="date as written")),
                ("written_on", models.DateField(verbose_name="written on")),
                ("earliest", models.DateField(blank=True, null=True, verbose_name="earliest")),
                ("latest", models.DateField(blank=True, null=True, verbose_name="latest")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("exact", "exact"),
                            ("month", "month"),
                            ("range", "range"),
                            ("season", "season"),
                            ("year", "year"),
                            ("financial_year", "financial year"),
                            ("deadline", "deadline"),
                            ("open_end", "open end"),
                            ("ongoing", "ongoing"),
                            ("done", "done"),
                            ("none", "none"),
                            ("unreadable", "unreadable"),
                        ],
                        max_length=20,
                        verbose_name="kind of date",
                    ),
                ),
                ("year_implied", models.BooleanField(default=False, verbose_name="year implied")),
                ("to_be_confirmed", models.BooleanField(default=False, verbose_name="to be confirmed")),
                ("is_estimate", models.BooleanField(default=False, verbose_name="estimate")),
                ("corrected", models.BooleanField(default=False, verbose_name="dates corrected by an officer")),
                (
                    "status",
                    models.CharField(
                        choices=[("outstanding", "Outstanding"), ("ongoing", "Ongoing"), ("completed", "Completed")],
                        default="outstanding",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="completed on")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="milestones", to="projects.programme"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="milestone_of_theme_or_project",
                        violation_error_message="A milestone belongs to a theme or to a project, to one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earliest__isnull", True),
                            ("latest__isnull", True),
                            ("latest__gte", models.F("earliest")),
                            _connector="OR",
                        ),
                        name="milestone_dates_run_forward",
                        violation_error_message="The latest date must not be before the earliest.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("completed_on__isnull", True), ("status", "completed"), _connector="OR"),
                        name="milestone_completed_on_only_when_completed",
                        violation_error_message="Only a completed milestone has a date of completion.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Investment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=250, verbose_name="what for")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(blank=True, null=True, verbose_name="amount")),
                (
                    "qualifier",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("about", "About"),
                            ("more_than", "More than"),
                            ("up_to", "Up to"),
                        ],
                        default="exact",
                        max_length=20,
                        verbose_name="qualifier",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(
                        choices=[("one_off", "One-off"), ("recurrent", "Recurrent"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="recurrence",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[("estimate", "Estimate"), ("approved", "Approved"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="standing",
                    ),
                ),
                ("funding_source", models.CharField(blank=True, max_length=200, verbose_name="source of funding")),
                ("as_printed", models.CharField(blank=True, max_length=100, verbose_name="as printed")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="where it is written")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="investments",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="investments",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="investment_of_theme_or_project",
                        violation_error_message="An investment belongs to a theme or to a project, to one of them.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalThemePost",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Lead"), ("cmr_lead", "CMR lead")],
                        default="lead",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this lead is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
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
            ],
            options={
                "verbose_name": "history of theme post",
                "verbose_name_plural": "histories of theme posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_ab3329_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalThemeAlias",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="also printed as")),
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
            ],
            options={
                "verbose_name": "history of theme alias",
                "verbose_name_plural": "histories of theme aliass",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_772ac6_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSuccessMeasure",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("name", models.CharField(max_length=300, verbose_name="measure")),
                ("unit", models.CharField(blank=True, max_length=60, verbose_name="unit")),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="baseline"
                    ),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="target"),
                ),
                ("target_in_words", models.CharField(blank=True, max_length=200, verbose_name="target as written")),
                ("due_in_words", models.CharField(blank=True, max_length=100, verbose_name="by when")),
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
            ],
            options={
                "verbose_name": "history of success measure",
                "verbose_name_plural": "histories of success measures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_8b2f8b_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProject",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("project", "Project"), ("workstream", "Workstream"), ("block", "Block")],
                        default="project",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference as printed")),
                ("title", models.CharField(max_length=250, verbose_name="title")),
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
                    "stage",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("concept", "Concept"),
                            ("business_case", "Business case"),
                            ("in_delivery", "In delivery"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="concept",
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                ("stage_since", models.DateField(blank=True, null=True, verbose_name="at this stage since")),
                ("description", models.TextField(blank=True, verbose_name="brief description")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("outcomes", models.TextField(blank=True, verbose_name="outcomes")),
                ("resources", models.TextField(blank=True, verbose_name="resources")),
                ("timing", models.TextField(blank=True, verbose_name="timing")),
                ("rag_comment", models.TextField(blank=True, verbose_name="comments on RAG")),
                (
                    "current_fte",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=8, null=True, verbose_name="current FTE"
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this project is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
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
                    "current_block",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The block whose approved lines the pro-forma shows as the current savings programme.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="current savings programme",
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
            ],
            options={
                "verbose_name": "history of project",
                "verbose_name_plural": "histories of projects",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_8c568a_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMilestone",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="milestone")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="where it is written")),
                ("date_as_written", models.CharField(blank=True, max_length=200, verbose_name="date as written")),
                ("written_on", models.DateField(verbose_name="written on")),
                ("earliest", models.DateField(blank=True, null=True, verbose_name="earliest")),
                ("latest", models.DateField(blank=True, null=True, verbose_name="latest")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("exact", "exact"),
                            ("month", "month"),
                            ("range", "range"),
                            ("season", "season"),
                            ("year", "year"),
                            ("financial_year", "financial year"),
                            ("deadline", "deadline"),
                            ("open_end", "open end"),
                            ("ongoing", "ongoing"),
                            ("done", "done"),
                            ("none", "none"),
                            ("unreadable", "unreadable"),
                        ],
                        max_length=20,
                        verbose_name="kind of date",
                    ),
                ),
                ("year_implied", models.BooleanField(default=False, verbose_name="year implied")),
                ("to_be_confirmed", models.BooleanField(default=False, verbose_name="to be confirmed")),
                ("is_estimate", models.BooleanField(default=False, verbose_name="estimate")),
                ("corrected", models.BooleanField(default=False, verbose_name="dates corrected by an officer")),
                (
                    "status",
                    models.CharField(
                        choices=[("outstanding", "Outstanding"), ("ongoing", "Ongoing"), ("completed", "Completed")],
                        default="outstanding",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="completed on")),
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
            ],
            options={
                "verbose_name": "history of milestone",
                "verbose_name_plural": "histories of milestones",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_bb3935_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInvestment",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("label", models.CharField(max_length=250, verbose_name="what for")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(blank=True, null=True, verbose_name="amount")),
                (
                    "qualifier",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("about", "About"),
                            ("more_than", "More than"),
                            ("up_to", "Up to"),
                        ],
                        default="exact",
                        max_length=20,
                        verbose_name="qualifier",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(
                        choices=[("one_off", "One-off"), ("recurrent", "Recurrent"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="recurrence",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[("estimate", "Estimate"), ("approved", "Approved"), ("not_stated", "Not stated")],
                        default="not_stated",
                        max_length=20,
                        verbose_name="standing",
                    ),
                ),
                ("funding_source", models.CharField(blank=True, max_length=200, verbose_name="source of funding")),
                ("as_printed", models.CharField(blank=True, max_length=100, verbose_name="as printed")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="where it is written")),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
            ],
            options={
                "verbose_name": "history of investment",
                "verbose_name_plural": "histories of investments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_33a726_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalEqualityImpact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_be_decided", "To be decided"),
                            ("to_be_consulted", "To be consulted on"),
                            ("not_needed", "Not needed"),
                            ("screening", "Screening"),
                            ("in_progress", "Full assessment in progress"),
                            ("done", "Done"),
                        ],
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason or words of the paper")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("link", models.URLField(blank=True, verbose_name="link")),
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
            ],
            options={
                "verbose_name": "history of equality impact",
                "verbose_name_plural": "histories of equality impacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_9fd7d6_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="EqualityImpact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_be_decided", "To be decided"),
                            ("to_be_consulted", "To be consulted on"),
                            ("not_needed", "Not needed"),
                            ("screening", "Screening"),
                            ("in_progress", "Full assessment in progress"),
                            ("done", "Done"),
                        ],
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason or words of the paper")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("link", models.URLField(blank=True, verbose_name="link")),
                (
                    "project",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="equality_impact",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="equality_impact",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="equality_impact_of_theme_or_project",
                        violation_error_message="An equality impact belongs to a theme or to a project, to one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "not_needed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="equality_impact_not_needed_says_why",
                        violation_error_message="Say why an equality impact assessment is not needed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("done_on__isnull", False), _connector="OR"
                        ),
                        name="equality_impact_done_has_date",
                        violation_error_message="Give the date on which the assessment was done.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ThemeAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="also printed as")),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="projects.theme"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("theme", "name"),
                        name="theme_alias_unique",
                        violation_error_message="The theme has this alias already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemePost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "Lead"), ("cmr_lead", "CMR lead")],
                        default="lead",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "illustration",
                    models.CharField(
                        blank=True,
                        help_text="What about this lead is illustrated, in words.",
                        max_length=300,
                        verbose_name="illustration",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="theme_roles", to="council.post"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="projects.theme"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("theme", "post", "role"),
                        name="theme_post_unique",
                        violation_error_message="This post has this role in the theme already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalProgramme",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "council",
                    models.CharField(
                        blank=True, help_text="Whose programme it is, in words.", max_length=200, verbose_name="council"
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "horizon_first",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="first financial year"
                    ),
                ),
                (
                    "horizon_last",
                    models.PositiveSmallIntegerField(
                        help_text="Its first calendar year.", verbose_name="last financial year"
                    ),
                ),
                ("open_ended", models.BooleanField(default=False, verbose_name="the last year is open-ended")),
                ("is_current", models.BooleanField(default=False, verbose_name="current programme")),
                (
                    "generated",
                    models.BooleanField(
                        default=False,
                        help_text="Made by a command for the demonstration or for measuring.",
                        verbose_name="generated",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "history of programme",
                "verbose_name_plural": "histories of programmes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_249f43_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTheme",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("overview", models.TextField(blank=True, verbose_name="overview")),
                ("vision", models.TextField(blank=True, verbose_name="vision")),
                ("success", models.TextField(blank=True, verbose_name="how success is judged")),
                ("approach", models.TextField(blank=True, verbose_name="approach")),
                ("progress", models.TextField(blank=True, verbose_name="progress so far")),
                ("support", models.TextField(blank=True, verbose_name="support and investment")),
                ("equality", models.TextField(blank=True, verbose_name="equality impact")),
                ("related", models.TextField(blank=True, verbose_name="related programmes")),
                ("has_paper", models.BooleanField(default=True, verbose_name="has a concept paper")),
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
            ],
            options={
                "verbose_name": "history of theme",
                "verbose_name_plural": "histories of themes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_fc01dd_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSignature",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head_of_service", "Head of service"),
                            ("director", "Director"),
                            ("head_of_finance", "Head of finance"),
                        ],
                        max_length=20,
                        verbose_name="agreed by",
                    ),
                ),
                ("holder_name", models.CharField(blank=True, max_length=200, verbose_name="name of the holder")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("form_version", models.PositiveSmallIntegerField(default=1, verbose_name="version of the form")),
                (
                    "signed_amount",
                    models.BigIntegerField(blank=True, null=True, verbose_name="proposed total as signed"),
                ),
                ("signed", models.JSONField(blank=True, null=True, verbose_name="what was signed")),
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
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "history of signature",
                "verbose_name_plural": "histories of signatures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_08446d_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProjectPost",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("cmr_lead", "CMR lead"),
                            ("slt_lead", "SLT lead"),
                            ("head_lead", "Head of service lead"),
                            ("lead", "Lead"),
                            ("cmr_challenge", "CMR challenge"),
                        ],
                        max_length=20,
                        verbose_name="role",
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
            ],
            options={
                "verbose_name": "history of project post",
                "verbose_name_plural": "histories of project posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_58a6ea_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalFteImpact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("fte", models.DecimalField(decimal_places=1, max_digits=8, verbose_name="FTE impact")),
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
            ],
            options={
                "verbose_name": "history of fte impact",
                "verbose_name_plural": "histories of fte impacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_61fd32_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalBaseBudgetRow",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("label", models.CharField(max_length=200, verbose_name="label")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="financial year")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "is_part",
                    models.BooleanField(
                        default=False, help_text="A part of the row above, never added to it.", verbose_name="of which"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
            ],
            options={
                "verbose_name": "history of base budget row",
                "verbose_name_plural": "histories of base budget rows",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_722c6a_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="FteImpact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="financial year")),
                ("fte", models.DecimalField(decimal_places=1, max_digits=8, verbose_name="FTE impact")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fte_impacts", to="projects.project"
                    ),
                ),
            ],
            options={
                "ordering": ["year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "year"),
                        name="fte_impact_one_per_year",
                        violation_error_message="The project has an FTE impact for this year already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("cmr_lead", "CMR lead"),
                            ("slt_lead", "SLT lead"),
                            ("head_lead", "Head of service lead"),
                            ("lead", "Lead"),
                            ("cmr_challenge", "CMR challenge"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="project_roles", to="council.post"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="projects.project"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "post", "role"),
                        name="project_post_unique",
                        violation_error_message="This post has this role in the project already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head_of_service", "Head of service"),
                            ("director", "Director"),
                            ("head_of_finance", "Head of finance"),
                        ],
                        max_length=20,
                        verbose_name="agreed by",
                    ),
                ),
                ("holder_name", models.CharField(blank=True, max_length=200, verbose_name="name of the holder")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("form_version", models.PositiveSmallIntegerField(default=1, verbose_name="version of the form")),
                (
                    "signed_amount",
                    models.BigIntegerField(blank=True, null=True, verbose_name="proposed total as signed"),
                ),
                ("signed", models.JSONField(blank=True, null=True, verbose_name="what was signed")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="council.post"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="projects.project"
                    ),
                ),
            ],
            options={
                "ordering": ["form_version", "signed_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "form_version", "role"),
                        name="signature_once_per_version",
                        violation_error_message="This version is signed in this role already.",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "form_version", "post"),
                        name="signature_once_per_post_and_version",
                        violation_error_message="This post has signed this version already.",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "form_version", "holder"),
                        name="signature_once_per_holder_and_version",
                        violation_error_message="You have signed this version already: nobody signs twice.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_on", models.DateField(verbose_name="read on")),
                ("value", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="value")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="projects.successmeasure",
                    ),
                ),
            ],
            options={
                "ordering": ["read_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "read_on"),
                        name="measure_one_reading_a_day",
                        violation_error_message="The measure has a reading for this day already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMeasureReading",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("read_on", models.DateField(verbose_name="read on")),
                ("value", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="value")),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.successmeasure",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of measure reading",
                "verbose_name_plural": "histories of measure readings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_f65603_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["programme", "theme"], name="projects_pr_program_f70595_idx"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "workstream"), _negated=True), ("theme__isnull", False), _connector="OR"
                ),
                name="project_workstream_has_theme",
                violation_error_message="A workstream belongs to a theme: choose the theme.",
            ),
        ),
        migrations.CreateModel(
            name="ChallengeNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(blank=True, verbose_name="challenge")),
                ("holder_name", models.CharField(max_length=200, verbose_name="name of the holder")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("answered_by", models.CharField(blank=True, max_length=400, verbose_name="answered by")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="challenge_notes", to="council.post"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="challenge_notes",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="challenge_notes",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "challenge note",
                "verbose_name_plural": "challenge notes",
                "ordering": ["written_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="challenge_of_theme_or_project",
                        violation_error_message="A challenge note belongs to a theme or to a project, to one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="challenge_says_something",
                        violation_error_message="Write what you challenge.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True), ("answered_by", "")),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answered_by", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="challenge_answered_by_somebody",
                        violation_error_message="An answer names who gave it and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalChallengeNote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("words", models.TextField(blank=True, verbose_name="challenge")),
                ("holder_name", models.CharField(max_length=200, verbose_name="name of the holder")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("answered_by", models.CharField(blank=True, max_length=400, verbose_name="answered by")),
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
            ],
            options={
                "verbose_name": "history of challenge note",
                "verbose_name_plural": "histories of challenge notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="projects_hi_id_2bd055_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        refuse_update_and_delete(
            "projects_historicalbasebudgetrow",
            "projects_historicalchallengenote",
            "projects_historicalequalityimpact",
            "projects_historicalfteimpact",
            "projects_historicalinvestment",
            "projects_historicalmeasurereading",
            "projects_historicalmilestone",
            "projects_historicalprogramme",
            "projects_historicalproject",
            "projects_historicalprojectpost",
            "projects_historicalsignature",
            "projects_historicalsuccessmeasure",
            "projects_historicaltheme",
            "projects_historicalthemealias",
            "projects_historicalthemepost",
        ),
    ]
