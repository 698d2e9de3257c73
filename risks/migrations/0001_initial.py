import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

from futurefit.history.append_only import refuse_update_and_delete


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("council", "0001_initial"),
        ("history", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Risk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("description", models.TextField(verbose_name="description")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("financial", "Financial"),
                            ("political", "Political"),
                            ("reputational", "Reputational"),
                            ("legal", "Legal"),
                            ("equality", "Equality"),
                            ("delivery", "Delivery"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="category",
                    ),
                ),
                ("mitigation", models.TextField(blank=True, verbose_name="mitigation")),
                (
                    "inherent_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="inherent likelihood"),
                ),
                (
                    "inherent_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="inherent impact"),
                ),
                (
                    "current_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="current likelihood"),
                ),
                (
                    "current_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="current impact"),
                ),
                (
                    "target_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="target likelihood"),
                ),
                (
                    "target_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="target impact"),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="review on")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "escalated_to",
                    models.CharField(
                        blank=True,
                        choices=[("theme", "Theme"), ("corporate", "Corporate")],
                        max_length=20,
                        verbose_name="escalated to",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="where it is written")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risks",
                        to="council.post",
                        verbose_name="owner",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="risks", to="projects.programme"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risks",
                        to="projects.project",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risks",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="risk_code_unique_in_programme",
                        violation_error_message="Another risk of this programme has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", True), ("theme__isnull", False)),
                            models.Q(("project__isnull", False), ("theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="risk_of_theme_or_project",
                        violation_error_message="A risk belongs to a theme or to a project, to one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("theme__isnull", True), models.Q(("escalated_to", "theme"), _negated=True), _connector="OR"
                        ),
                        name="risk_of_theme_is_with_it",
                        violation_error_message=(
                            "A risk of a theme is with the theme already; it can only become corporate."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("inherent_impact__isnull", True), ("inherent_likelihood__isnull", True)),
                            models.Q(
                                ("inherent_impact__gte", 1),
                                ("inherent_impact__isnull", False),
                                ("inherent_impact__lte", 10),
                                ("inherent_likelihood__gte", 1),
                                ("inherent_likelihood__isnull", False),
                                ("inherent_likelihood__lte", 10),
                            ),
                            _connector="OR",
                        ),
                        name="risk_inherent_score_whole",
                        violation_error_message="The inherent score needs likelihood and impact (1 to 10), or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("current_impact__isnull", True), ("current_likelihood__isnull", True)),
                            models.Q(
                                ("current_impact__gte", 1),
                                ("current_impact__isnull", False),
                                ("current_impact__lte", 10),
                                ("current_likelihood__gte", 1),
                                ("current_likelihood__isnull", False),
                                ("current_likelihood__lte", 10),
                            ),
                            _connector="OR",
                        ),
                        name="risk_current_score_whole",
                        violation_error_message="The current score needs likelihood and impact (1 to 10), or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("target_impact__isnull", True), ("target_likelihood__isnull", True)),
                            models.Q(
                                ("target_impact__gte", 1),
                                ("target_impact__isnull", False),
                                ("target_impact__lte", 10),
                                ("target_likelihood__gte", 1),
                                ("target_likelihood__isnull", False),
                                ("target_likelihood__lte", 10),
                            ),
                            _connector="OR",
                        ),
                        name="risk_target_score_whole",
                        violation_error_message="The target score needs likelihood and impact (1 to 10), or neither.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRiskAction",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("description", models.TextField(verbose_name="action")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done")],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
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
                    "owner",
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
                    "risk",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="risks.risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of risk action",
                "verbose_name_plural": "histories of risk actions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="risks_histo_id_a15bb0_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RiskAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("description", models.TextField(verbose_name="action")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done")],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_actions",
                        to="council.post",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="risks.risk"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="RiskScale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField(default=5, verbose_name="points each way")),
                ("likelihood_labels", models.JSONField(blank=True, default=list, verbose_name="labels of likelihood")),
                ("impact_labels", models.JSONField(blank=True, default=list, verbose_name="labels of impact")),
                ("tolerance", models.PositiveSmallIntegerField(default=12, verbose_name="tolerance")),
                ("bands", models.JSONField(blank=True, default=list, verbose_name="bands of scores")),
                (
                    "programme",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risk_scale", to="projects.programme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 2), ("points__lte", 10)),
                        name="risk_scale_2_to_10_points",
                        violation_error_message="A risk scale has 2 to 10 points each way.",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Dependency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("needs", "Needs"), ("supports", "Supports"), ("same_money", "Same money")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("to_body", models.CharField(blank=True, max_length=200, verbose_name="outside body")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "from_project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies_from",
                        to="projects.project",
                    ),
                ),
                (
                    "from_theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies_from",
                        to="projects.theme",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies",
                        to="projects.programme",
                    ),
                ),
                (
                    "to_project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies_to",
                        to="projects.project",
                    ),
                ),
                (
                    "to_theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies_to",
                        to="projects.theme",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "dependencies",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_project__isnull", True), ("from_theme__isnull", False)),
                            models.Q(("from_project__isnull", False), ("from_theme__isnull", True)),
                            _connector="OR",
                        ),
                        name="dependency_from_theme_or_project",
                        violation_error_message="A dependency starts at a theme or at a project, at one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_body", ""), ("to_project__isnull", True), ("to_theme__isnull", False)),
                            models.Q(("to_body", ""), ("to_project__isnull", False), ("to_theme__isnull", True)),
                            models.Q(
                                ("to_project__isnull", True),
                                ("to_theme__isnull", True),
                                models.Q(("to_body", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_to_one_thing",
                        violation_error_message="A dependency leads to a theme, a project or an outside body, to one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_theme__isnull", True),
                            ("to_theme__isnull", True),
                            models.Q(("from_theme", models.F("to_theme")), _negated=True),
                            _connector="OR",
                        ),
                        name="dependency_not_on_itself",
                        violation_error_message="A theme does not depend on itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDependency",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("needs", "Needs"), ("supports", "Supports"), ("same_money", "Same money")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("to_body", models.CharField(blank=True, max_length=200, verbose_name="outside body")),
                ("description", models.TextField(blank=True, verbose_name="description")),
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
                    "from_project",
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
                    "from_theme",
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
                    "to_project",
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
                    "to_theme",
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
                "verbose_name": "history of dependency",
                "verbose_name_plural": "histories of dependencies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="risks_histo_id_a2c31b_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRisk",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("description", models.TextField(verbose_name="description")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("financial", "Financial"),
                            ("political", "Political"),
                            ("reputational", "Reputational"),
                            ("legal", "Legal"),
                            ("equality", "Equality"),
                            ("delivery", "Delivery"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="category",
                    ),
                ),
                ("mitigation", models.TextField(blank=True, verbose_name="mitigation")),
                (
                    "inherent_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="inherent likelihood"),
                ),
                (
                    "inherent_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="inherent impact"),
                ),
                (
                    "current_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="current likelihood"),
                ),
                (
                    "current_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="current impact"),
                ),
                (
                    "target_likelihood",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="target likelihood"),
                ),
                (
                    "target_impact",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="target impact"),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="review on")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "escalated_to",
                    models.CharField(
                        blank=True,
                        choices=[("theme", "Theme"), ("corporate", "Corporate")],
                        max_length=20,
                        verbose_name="escalated to",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="where it is written")),
                ("illustration", models.CharField(blank=True, max_length=300, verbose_name="illustration")),
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.post",
                        verbose_name="owner",
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
                "verbose_name": "history of risk",
                "verbose_name_plural": "histories of risks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="risks_histo_id_3f9ba4_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRiskScale",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField(default=5, verbose_name="points each way")),
                ("likelihood_labels", models.JSONField(blank=True, default=list, verbose_name="labels of likelihood")),
                ("impact_labels", models.JSONField(blank=True, default=list, verbose_name="labels of impact")),
                ("tolerance", models.PositiveSmallIntegerField(default=12, verbose_name="tolerance")),
                ("bands", models.JSONField(blank=True, default=list, verbose_name="bands of scores")),
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
                "verbose_name": "history of risk scale",
                "verbose_name_plural": "histories of risk scales",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="risks_histo_id_cddeb7_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        refuse_update_and_delete(
            "risks_historicaldependency",
            "risks_historicalrisk",
            "risks_historicalriskaction",
            "risks_historicalriskscale",
        ),
    ]
