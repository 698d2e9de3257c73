"""Accounts. What a user may do comes from the posts they hold, never from the account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Accounts are found by e-mail whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, name: str, password: str | None = None, **more: Any) -> User:
        """An account with a hashed password, or with none that works until it is reset by e-mail."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **more)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **more: Any) -> User:
        """What `manage.py createsuperuser` makes: an account that may look at rows, and holds no post by it."""
        return self.create_user(email, name, password, is_staff=True, **more)


class User(AbstractBaseUser):
    """Somebody who signs in with an e-mail address. Deactivated, never deleted: history knows them by id.

    ``is_demo`` marks the accounts of the demonstration, which sign in only where ``DEMO`` is set. ``is_staff`` lets an
    account look at rows in the admin, where nobody changes anything (`futurefit.access.row_site`).
    """

    email = models.EmailField(
        "e-mail address",
        unique=True,
        error_messages={"unique": "There is already an account with this e-mail address."},
    )
    name = models.CharField("name", max_length=200)
    is_active = models.BooleanField("active", default=True)
    is_demo = models.BooleanField("demonstration account", default=False)
    is_staff = models.BooleanField("may look at the rows in the admin", default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "user"
        verbose_name_plural = "users"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                name="user_email_in_small_letters",
                condition=Q(email=Lower("email")),
                violation_error_message="E-mail addresses are kept in small letters.",
            ),
            models.CheckConstraint(
                name="user_has_a_name",
                condition=~Q(name=""),
                violation_error_message="An account has a name.",
            ),
        )

    def __str__(self) -> str:
        return self.name
