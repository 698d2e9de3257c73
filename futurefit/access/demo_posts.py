"""The eight posts of the demonstration, as the sign-in page offers them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from futurefit.access.models import User

DEMO_PASSWORD = "futurefit-demo"
DEMO_DOMAIN = "demo.futurefit.example"


@dataclass(frozen=True)
class DemoPost:
    """``key`` is the address part and the name before the @; ``gist`` says what the post is for."""

    key: str
    title: str
    gist: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DEMO_DOMAIN}"


DEMO_POSTS = (
    DemoPost("finance", "Finance officer", "All directorates: every line, and where stated figures differ"),
    DemoPost("head", "Head of service, education", "Own services and the projects they lead"),
    DemoPost("otherhead", "Head of service, human resources", "Another service, to see what each may not see"),
    DemoPost("director", "Director of Children’s Services", "Own directorate, and what their post leads"),
    DemoPost("s151", "Head of finance", "The whole plan, approved and proposed, and its reconciliation"),
    DemoPost("cabinet", "Cabinet member for transformation", "Reads every theme and project, own portfolio first"),
    DemoPost("office", "Programme officer", "Reads everything: themes, projects, milestones, risks"),
    DemoPost("auditor", "Auditor", "Reads everything, with its full history"),
)


def offered_demo_posts() -> list[DemoPost]:
    """The posts that can be tried by one click: none unless ``DEMO`` is set and the demonstration is loaded."""
    if not settings.DEMO:
        return []
    there = set(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
    return [post for post in DEMO_POSTS if post.email in there]
