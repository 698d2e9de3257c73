"""Who acts, as history keeps it: an id to find the account by, and words that outlive it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The user and post an act is recorded under.

    Names and titles are text on purpose: an act says who it was at the time, whatever
    becomes of the account or the post (`domain.md`, Post).
    """

    user_id: int | None
    name: str
    post_id: int | None
    post_title: str

    @classmethod
    def product(cls, name: str) -> Actor:
        """FutureFit itself, for what a command does without anybody signed in, e.g. ``demo``."""
        return cls(user_id=None, name=name, post_id=None, post_title="FutureFit")

    def __str__(self) -> str:
        """Name and post; once where an account is named after its post."""
        return f"{self.name}, {self.post_title}" if self.post_title not in ("", self.name) else self.name
