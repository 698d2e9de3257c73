"""The council as the papers name it: directorates, services, corporate plan areas, posts, and who tries them.

Posts, never people: an account of the demonstration is named after its post.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model
from django.utils.text import slugify

from futurefit.access.demo_posts import DEMO_PASSWORD, DEMO_POSTS
from futurefit.access.models import User
from futurefit.access.services import create_user
from futurefit.council.models import (
    CorporatePlanArea,
    Directorate,
    DirectorateGroup,
    Holding,
    Post,
    PostKind,
    PostService,
    Service,
)
from futurefit.council.services import give_post
from futurefit.demo import moments
from futurefit.demo.paper_tables import printed_services
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked

M = TypeVar("M", bound=Model)

LOADER = Actor.product("Demonstration")

GROUP_CODE = "CoaCh/Fin/CE"
CROSS_COUNCIL = "Cross-council"
EDUCATION, HR = "chs-education-and-skills", "coach-hr-and-organisational-development"

DIRECTORATES = (
    ("DASH", "dash", "Adult Services and Health", "DASH", False),
    ("ChS", "chs", "Children's Services", "ChS", False),
    ("BEC", "bec", "Business, Environment and Community", "BEC", False),
    ("COaCH", "coach", "Commercial and Change", "COaCH\nCoaCh\nCOACH", True),
    ("Fin", "fin", "Finance", "Fin\nCOaCH/Finance", True),
    ("CE", "ce", "Chief Executive", "CE", True),
    (CROSS_COUNCIL, "cross-council", "Cross-council", "", False),
)
"""Code, address, name, names in sources, and whether it belongs to the group that one table merges."""

AREAS = (
    "Children and Families",
    "Environment",
    "Open for Business",
    "Health and Wellbeing",
    "Cross Council Priorities",
)

PROVISION = {
    "already commissioned": Service.Provision.ALREADY_COMMISSIONED,
    "commissioning plan in place": Service.Provision.COMMISSIONING_PLAN,
    "internal, under review": Service.Provision.INTERNAL_UNDER_REVIEW,
    "internal, no plans": Service.Provision.INTERNAL_NO_PLANS,
}


@dataclass(frozen=True)
class PostOfPapers:
    """A post that the papers name, with what is its own; `demo_key` names the account that tries it."""

    code: str
    title: str
    kind: PostKind
    directorate: str = ""
    services: tuple[str, ...] = ()
    demo_key: str = ""


POSTS = (
    PostOfPapers("finance-officer", "Finance officer", PostKind.FINANCE_OFFICER, demo_key="finance"),
    PostOfPapers(
        "head-education",
        "Head of service, education",
        PostKind.HEAD_OF_SERVICE,
        services=(
            EDUCATION,
            "chs-l-a-sen-special-educational-needs",
            "chs-l-a-commissioned-service",
            "chs-l-a-provision-planning-accommodation-fair-access",
            "chs-l-a-education-intelligent-client-unit",
        ),
        demo_key="head",
    ),
    PostOfPapers(
        "head-hr",
        "Head of service, human resources",
        PostKind.HEAD_OF_SERVICE,
        services=(
            HR,
            "coach-fin-ce-hr-advisory-directorate-and-policy",
            "coach-fin-ce-learning-development",
            "coach-fin-ce-dbs-vetting-team",
        ),
        demo_key="otherhead",
    ),
    PostOfPapers(
        "director-chs", "Director of Children's Services", PostKind.DIRECTOR, directorate="ChS", demo_key="director"
    ),
    PostOfPapers("chief-financial-officer", "Chief Financial Officer", PostKind.HEAD_OF_FINANCE, demo_key="s151"),
    PostOfPapers(
        "cabinet-transformation", "Cabinet member for transformation", PostKind.CABINET_MEMBER, demo_key="cabinet"
    ),
    PostOfPapers("programme-officer", "Programme officer", PostKind.PROGRAMME_OFFICER, demo_key="office"),
    PostOfPapers("auditor", "Auditor", PostKind.AUDITOR, demo_key="auditor"),
    PostOfPapers("chief-executive", "Chief Executive", PostKind.CHIEF_EXECUTIVE),
    PostOfPapers("director-dash", "Director of Adult Services and Health", PostKind.DIRECTOR, directorate="DASH"),
    PostOfPapers(
        "director-bec", "Director of Business, Environment and Community", PostKind.DIRECTOR, directorate="BEC"
    ),
    PostOfPapers("director-coach", "Director of Commercial and Change", PostKind.DIRECTOR, directorate="COaCH"),
    PostOfPapers("head-finance-service", "Head of service, finance", PostKind.HEAD_OF_SERVICE),
    PostOfPapers("head-legal", "Head of service, legal and democratic services", PostKind.HEAD_OF_SERVICE),
    PostOfPapers("head-property", "Head of service, property", PostKind.HEAD_OF_SERVICE),
    PostOfPapers("manager-commercial", "Service manager, commercial", PostKind.SERVICE_MANAGER),
    PostOfPapers("cabinet-children-families", "Cabinet member for children and families", PostKind.CABINET_MEMBER),
    PostOfPapers("cabinet-challenge-1", "Cabinet member, portfolio not stated (1)", PostKind.CABINET_MEMBER),
    PostOfPapers("cabinet-challenge-2", "Cabinet member, portfolio not stated (2)", PostKind.CABINET_MEMBER),
    PostOfPapers("cabinet-challenge-3", "Cabinet member, portfolio not stated (3)", PostKind.CABINET_MEMBER),
)
"""The papers name three challenging cabinet members without their portfolios."""


@dataclass(frozen=True)
class Council:
    """The council's rows by code, and who acts in the demonstration by the key of the account."""

    groups: dict[str, DirectorateGroup]
    directorates: dict[str, Directorate]
    services: dict[str, Service]
    areas: dict[str, CorporatePlanArea]
    posts: dict[str, Post]
    actors: dict[str, Actor]


def load_council() -> Council:
    """Enter the council; rows that another programme's loading entered are taken as they stand."""
    with record_act(
        actor=LOADER,
        verb="demo.council_entered",
        sentence="Entered the council of the papers: directorates, services, corporate plan areas and posts.",
        at=moments.COUNCIL_ENTERED,
    ) as act:
        groups = _entered(
            DirectorateGroup,
            "code",
            [
                DirectorateGroup(
                    code=GROUP_CODE,
                    slug="coach-fin-ce",
                    name="Commercial and Change, Finance and Chief Executive",
                    printed_as="CoaCh/Fin/CE\nCoaCh/ Fin/ CE\nCOaCH/Fin/CE",
                    order=len(DIRECTORATES),
                )
            ],
        )
        directorates = _entered(
            Directorate,
            "code",
            [
                Directorate(
                    code=code,
                    slug=slug,
                    name=name,
                    printed_as=printed_as,
                    group=groups[GROUP_CODE] if grouped else None,
                    is_cross_council=code == CROSS_COUNCIL,
                    order=order,
                )
                for order, (code, slug, name, printed_as, grouped) in enumerate(DIRECTORATES, start=1)
            ],
        )
        services = _entered(Service, "code", _services(groups, directorates))
        areas = _entered(
            CorporatePlanArea,
            "name",
            [
                CorporatePlanArea(slug=slugify(name), name=name, order=order)
                for order, name in enumerate(AREAS, start=1)
            ],
        )
        posts = _entered(
            Post,
            "code",
            [
                Post(
                    code=post.code,
                    title=post.title,
                    kind=post.kind,
                    directorate=directorates[post.directorate] if post.directorate else None,
                )
                for post in POSTS
            ],
        )
        _give_services(posts, services)
        for rows in (groups, directorates, services, areas, posts):
            act.add_subjects(rows.values())
    return Council(groups, directorates, services, areas, posts, _accounts(posts))


def _services(groups: dict[str, DirectorateGroup], directorates: dict[str, Directorate]) -> list[Service]:
    """The 125 of the commissioning plan, and two that it does not list and the pro-formas name."""
    rows = [
        Service(
            code=slugify(f"{printed.directorate.replace('/', '-')} {printed.name.replace('&', ' ')}")[:80],
            name=printed.name,
            directorate=directorates.get(printed.directorate),
            group=groups.get(printed.directorate),
            provision=PROVISION[printed.status],
            quarter_as_printed=printed.quarter,
        )
        for printed in printed_services()
    ]
    rows.append(Service(code=EDUCATION, name="Education and Skills", directorate=directorates["ChS"]))
    rows.append(Service(code=HR, name="HR and Organisational Development", directorate=directorates["COaCH"]))
    return rows


def _give_services(posts: dict[str, Post], services: dict[str, Service]) -> None:
    given = set(PostService.objects.values_list("post_id", "service_id"))
    wanted = [(posts[post.code], services[code]) for post in POSTS for code in post.services]
    bulk_create_tracked(
        PostService,
        [PostService(post=post, service=service) for post, service in wanted if (post.pk, service.pk) not in given],
    )


def _accounts(posts: dict[str, Post]) -> dict[str, Actor]:
    """Accounts of the demonstration, each holding its post; returns who acts as which."""
    by_key = {demo.key: demo for demo in DEMO_POSTS}
    actors = {}
    with record_act(
        actor=LOADER,
        verb="demo.accounts_made",
        sentence="Made the accounts of the demonstration and gave each its post.",
        at=moments.ACCOUNTS_MADE,
    ) as act:
        for entry in POSTS:
            if not entry.demo_key:
                continue
            post, demo = posts[entry.code], by_key[entry.demo_key]
            user = User.objects.filter(email=demo.email).first() or create_user(
                actor=LOADER, email=demo.email, name=entry.title, password=DEMO_PASSWORD, is_demo=True
            )
            if not Holding.objects.filter(post=post, user=user).exists():
                give_post(actor=LOADER, post=post, user=user, from_date=moments.HOLDINGS_FROM)
            act.add_subject(user)
            actors[entry.demo_key] = Actor(user.pk, user.name, post.pk, post.title)
    return actors


def _entered(model: type[M], key: str, rows: list[M]) -> dict[str, M]:
    """The rows by their key, those that do not stand yet inserted with their histories."""
    wanted = [getattr(row, key) for row in rows]
    standing = {getattr(row, key): row for row in model._default_manager.filter(**{f"{key}__in": wanted})}
    created = bulk_create_tracked(model, [row for row in rows if getattr(row, key) not in standing])
    found = standing | {getattr(row, key): row for row in created}
    return {name: found[name] for name in wanted}
