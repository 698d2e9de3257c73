import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from futurefit.history.append_only import refuse_update_and_delete


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("history", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CorporatePlanArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "corporate plan area",
                "verbose_name_plural": "corporate plan areas",
                "ordering": ("order", "name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DirectorateGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="As printed, e.g. CoaCh/Fin/CE", max_length=40, unique=True, verbose_name="code"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "printed_as",
                    models.TextField(blank=True, help_text="Names in sources, one a line", verbose_name="printed as"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "directorate group",
                "verbose_name_plural": "directorate groups",
                "ordering": ("order", "name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Directorate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="As the council writes it, e.g. DASH", max_length=40, unique=True, verbose_name="code"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "printed_as",
                    models.TextField(blank=True, help_text="Names in sources, one a line", verbose_name="printed as"),
                ),
                ("is_cross_council", models.BooleanField(default=False, verbose_name="cross council")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directorates",
                        to="council.directorategroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "directorate",
                "verbose_name_plural": "directorates",
                "ordering": ("order", "name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="directorate_ends_after_it_starts",
                        violation_error_message="A directorate's last day is not before its first day.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCorporatePlanArea",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, verbose_name="address")),
                ("name", models.CharField(db_index=True, max_length=200, verbose_name="name")),
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
            ],
            options={
                "verbose_name": "history of corporate plan area",
                "verbose_name_plural": "histories of corporate plan areas",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_1f8fc3_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDirectorate",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="As the council writes it, e.g. DASH",
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "printed_as",
                    models.TextField(blank=True, help_text="Names in sources, one a line", verbose_name="printed as"),
                ),
                ("is_cross_council", models.BooleanField(default=False, verbose_name="cross council")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
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
            ],
            options={
                "verbose_name": "history of directorate",
                "verbose_name_plural": "histories of directorates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_cc25b2_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDirectorateGroup",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        db_index=True, help_text="As printed, e.g. CoaCh/Fin/CE", max_length=40, verbose_name="code"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "printed_as",
                    models.TextField(blank=True, help_text="Names in sources, one a line", verbose_name="printed as"),
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
            ],
            options={
                "verbose_name": "history of directorate group",
                "verbose_name_plural": "histories of directorate groups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_61c019_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPost",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cabinet_member", "Cabinet member"),
                            ("chief_executive", "Chief executive"),
                            ("director", "Director"),
                            ("head_of_service", "Head of service"),
                            ("service_manager", "Service manager"),
                            ("head_of_finance", "Head of finance"),
                            ("finance_officer", "Finance officer"),
                            ("programme_officer", "Programme officer"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="kind",
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
            ],
            options={
                "verbose_name": "history of post",
                "verbose_name_plural": "histories of posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_4d66bb_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalService",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="Made by the product, e.g. dash-home-care", max_length=80, verbose_name="code"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "provision",
                    models.CharField(
                        choices=[
                            ("already_commissioned", "Already commissioned"),
                            ("commissioning_plan", "Commissioning plan in place"),
                            ("internal_under_review", "Internal, under review"),
                            ("internal_no_plans", "Internal, no plans"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=30,
                        verbose_name="provision",
                    ),
                ),
                ("quarter_as_printed", models.CharField(blank=True, max_length=200, verbose_name="quarter as printed")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
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
            ],
            options={
                "verbose_name": "history of service",
                "verbose_name_plural": "histories of services",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_a390b2_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cabinet_member", "Cabinet member"),
                            ("chief_executive", "Chief executive"),
                            ("director", "Director"),
                            ("head_of_service", "Head of service"),
                            ("service_manager", "Service manager"),
                            ("head_of_finance", "Head of finance"),
                            ("finance_officer", "Finance officer"),
                            ("programme_officer", "Programme officer"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="council.directorate",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ("title", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "cabinet_member",
                                    "chief_executive",
                                    "director",
                                    "head_of_service",
                                    "service_manager",
                                    "head_of_finance",
                                    "finance_officer",
                                    "programme_officer",
                                    "auditor",
                                ],
                            )
                        ),
                        name="post_kind_is_known",
                        violation_error_message="Choose one of the kinds of post.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_date", models.DateField(verbose_name="first day")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("acting_for_holder", models.BooleanField(default=False, verbose_name="acts for the holder")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="council.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "holding",
                "verbose_name_plural": "holdings",
                "ordering": ("from_date", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_date__isnull", True), ("to_date__gte", models.F("from_date")), _connector="OR"
                        ),
                        name="holding_ends_after_it_starts",
                        violation_error_message="A holding's last day is not before its first day.",
                    ),
                    models.UniqueConstraint(
                        fields=("post", "user", "from_date"),
                        name="holding_once",
                        violation_error_message="This user already holds the post from this day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPostDirectorate",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
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
            ],
            options={
                "verbose_name": "history of directorate of a post",
                "verbose_name_plural": "histories of directorates of posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_868b28_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHolding",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("from_date", models.DateField(verbose_name="first day")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("acting_for_holder", models.BooleanField(default=False, verbose_name="acts for the holder")),
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
                    "user",
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
            ],
            options={
                "verbose_name": "history of holding",
                "verbose_name_plural": "histories of holdings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_bb5e5c_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PostDirectorate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "directorate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="post_directorates",
                        to="council.directorate",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="post_directorates", to="council.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "directorate of a post",
                "verbose_name_plural": "directorates of posts",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post", "directorate"),
                        name="post_directorate_once",
                        violation_error_message="The post has this directorate already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="directorates",
            field=models.ManyToManyField(
                blank=True, related_name="finance_posts", through="council.PostDirectorate", to="council.directorate"
            ),
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="Made by the product, e.g. dash-home-care",
                        max_length=80,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "provision",
                    models.CharField(
                        choices=[
                            ("already_commissioned", "Already commissioned"),
                            ("commissioning_plan", "Commissioning plan in place"),
                            ("internal_under_review", "Internal, under review"),
                            ("internal_no_plans", "Internal, no plans"),
                            ("not_stated", "Not stated"),
                        ],
                        default="not_stated",
                        max_length=30,
                        verbose_name="provision",
                    ),
                ),
                ("quarter_as_printed", models.CharField(blank=True, max_length=200, verbose_name="quarter as printed")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="council.directorate",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="council.directorategroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("directorate__isnull", False), ("group__isnull", True)),
                            models.Q(("directorate__isnull", True), ("group__isnull", False)),
                            _connector="OR",
                        ),
                        name="service_of_one_directorate_or_group",
                        violation_error_message="A service belongs to one directorate, or to one directorate group.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="service_ends_after_it_starts",
                        violation_error_message="A service's last day is not before its first day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="post_services", to="council.post"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="post_services", to="council.service"
                    ),
                ),
            ],
            options={
                "verbose_name": "service of a post",
                "verbose_name_plural": "services of posts",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post", "service"),
                        name="post_service_once",
                        violation_error_message="The post has this service already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="services",
            field=models.ManyToManyField(
                blank=True, related_name="posts", through="council.PostService", to="council.service"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalSuccession",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rename", "Rename"), ("split", "Split"), ("merge", "Merge")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="from this day")),
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
                    "from_directorate",
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
                    "to_directorate",
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
                    "from_service",
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
                    "to_service",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="council.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of succession",
                "verbose_name_plural": "histories of successions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_efc447_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPostService",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
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
            ],
            options={
                "verbose_name": "history of service of a post",
                "verbose_name_plural": "histories of services of posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["id", "history_date"], name="council_his_id_3627dd_idx")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rename", "Rename"), ("split", "Split"), ("merge", "Merge")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="from this day")),
                (
                    "from_directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="council.directorate",
                    ),
                ),
                (
                    "from_service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="council.service",
                    ),
                ),
                (
                    "to_directorate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="precessions",
                        to="council.directorate",
                    ),
                ),
                (
                    "to_service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="precessions",
                        to="council.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "ordering": ("on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("from_directorate__isnull", False),
                                ("from_service__isnull", True),
                                ("to_directorate__isnull", False),
                                ("to_service__isnull", True),
                            ),
                            models.Q(
                                ("from_directorate__isnull", True),
                                ("from_service__isnull", False),
                                ("to_directorate__isnull", True),
                                ("to_service__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="succession_of_two_directorates_or_two_services",
                        violation_error_message="A succession leads from a directorate or service to another of its kind.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("from_directorate__isnull", True),
                                models.Q(("from_directorate", models.F("to_directorate")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("from_service__isnull", True),
                                models.Q(("from_service", models.F("to_service")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="succession_to_somebody_else",
                        violation_error_message="A directorate or service does not succeed itself.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("from_directorate__isnull", False)),
                        fields=("from_directorate", "to_directorate"),
                        name="succession_of_directorates_once",
                        violation_error_message="This succession is already recorded.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("from_service__isnull", False)),
                        fields=("from_service", "to_service"),
                        name="succession_of_services_once",
                        violation_error_message="This succession is already recorded.",
                    ),
                ],
            },
        ),
        refuse_update_and_delete(
            "council_historicalcorporateplanarea",
            "council_historicaldirectorate",
            "council_historicaldirectorategroup",
            "council_historicalholding",
            "council_historicalpost",
            "council_historicalpostdirectorate",
            "council_historicalpostservice",
            "council_historicalservice",
            "council_historicalsuccession",
        ),
    ]
