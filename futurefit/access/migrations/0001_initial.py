import django.db.models.functions.text
from django.core.management import call_command
from django.db import migrations, models


def make_cache_table(apps, schema_editor):
    """The table of the database cache, where the limits on sign-in attempts are counted."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "There is already an account with this e-mail address."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail address",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_demo", models.BooleanField(default=False, verbose_name="demonstration account")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may look at the rows in the admin")),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_in_small_letters",
                        violation_error_message="E-mail addresses are kept in small letters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="user_has_a_name",
                        violation_error_message="An account has a name.",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
