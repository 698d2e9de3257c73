import django.db.models.deletion
from django.db import migrations, models

from futurefit.history.append_only import refuse_update_and_delete


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, verbose_name="when")),
                ("actor_user_id", models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name="user")),
                ("actor_name", models.CharField(max_length=200, verbose_name="name")),
                ("post_id", models.BigIntegerField(blank=True, null=True, verbose_name="post number")),
                ("post_title", models.CharField(blank=True, max_length=200, verbose_name="post")),
                (
                    "verb",
                    models.CharField(
                        db_index=True,
                        help_text="Dotted, e.g. savings.line_moved",
                        max_length=100,
                        verbose_name="kind of act",
                    ),
                ),
                ("sentence", models.TextField(verbose_name="what happened")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "programme_slug",
                    models.CharField(blank=True, db_index=True, max_length=100, verbose_name="programme"),
                ),
            ],
            options={
                "verbose_name": "act",
                "verbose_name_plural": "acts",
                "ordering": ("-at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_name", ""), _negated=True),
                            models.Q(("verb", ""), _negated=True),
                            models.Q(("sentence", ""), _negated=True),
                        ),
                        name="act_says_who_and_what",
                        violation_error_message="An act says who did it, what kind of act it was and what happened.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        help_text="Model label, e.g. projects.project", max_length=100, verbose_name="kind"
                    ),
                ),
                ("object_id", models.BigIntegerField(verbose_name="object")),
                ("label", models.CharField(max_length=300, verbose_name="label at the time")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subjects", to="history.act"
                    ),
                ),
            ],
            options={
                "verbose_name": "subject of an act",
                "verbose_name_plural": "subjects of acts",
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["kind", "object_id"], name="act_subject_object")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("act", "kind", "object_id"),
                        name="act_subject_once",
                        violation_error_message="An act names each of its subjects once.",
                    )
                ],
            },
        ),
        refuse_update_and_delete(
            "history_act",
            "history_actsubject",
        ),
    ]
