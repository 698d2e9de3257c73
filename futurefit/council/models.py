"""The council's own rows: directorates, services, corporate plan areas, posts, holdings.

Codes and slugs never change once given: addresses, files and closed periods refer to them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from futurefit.council.querysets import HoldingQuerySet, InForceQuerySet, ServiceQuerySet
from futurefit.history.tracking import row_history

ENDS_AFTER_START = Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))


class DirectorateGroup(models.Model):
    """Directorates that a source merges into one, e.g. Commercial, Finance and Chief Executive."""

    code = models.CharField("code", max_length=40, unique=True, help_text="As printed, e.g. CoaCh/Fin/CE")
    slug = models.SlugField("address", max_length=60, unique=True)
    name = models.CharField("name", max_length=200)
    printed_as = models.TextField("printed as", blank=True, help_text="Names in sources, one a line")
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history()

    class Meta:
        verbose_name = "directorate group"
        verbose_name_plural = "directorate groups"
        ordering = ("order", "name", "pk")

    def __str__(self) -> str:
        return self.name


class Directorate(models.Model):
    """A directorate. A reorganisation ends it on a date and names successors, never renames in place."""

    code = models.CharField("code", max_length=40, unique=True, help_text="As the council writes it, e.g. DASH")
    slug = models.SlugField("address", max_length=60, unique=True)
    name = models.CharField("name", max_length=200)
    printed_as = models.TextField("printed as", blank=True, help_text="Names in sources, one a line")
    group = models.ForeignKey(
        DirectorateGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="directorates"
    )
    is_cross_council = models.BooleanField("cross council", default=False)
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    objects = InForceQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name = "directorate"
        verbose_name_plural = "directorates"
        ordering = ("order", "name", "pk")
        constraints = (
            models.CheckConstraint(
                name="directorate_ends_after_it_starts",
                condition=ENDS_AFTER_START,
                violation_error_message="A directorate's last day is not before its first day.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A service of one directorate, or of a group where the source merges directorates."""

    class Provision(models.TextChoices):
        """How the service is provided, as the commissioning plan lists it."""

        ALREADY_COMMISSIONED = "already_commissioned", "Already commissioned"
        COMMISSIONING_PLAN = "commissioning_plan", "Commissioning plan in place"
        INTERNAL_UNDER_REVIEW = "internal_under_review", "Internal, under review"
        INTERNAL_NO_PLANS = "internal_no_plans", "Internal, no plans"
        NOT_STATED = "not_stated", "Not stated"

    code = models.SlugField("code", max_length=80, unique=True, help_text="Made by the product, e.g. dash-home-care")
    name = models.CharField("name", max_length=200)
    directorate = models.ForeignKey(
        Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    group = models.ForeignKey(
        DirectorateGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    provision = models.CharField("provision", max_length=30, choices=Provision, default=Provision.NOT_STATED)
    quarter_as_printed = models.CharField("quarter as printed", max_length=200, blank=True)
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)

    objects = ServiceQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name = "service"
        verbose_name_plural = "services"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                name="service_of_one_directorate_or_group",
                condition=(Q(directorate__isnull=False, group__isnull=True))
                | (Q(directorate__isnull=True, group__isnull=False)),
                violation_error_message="A service belongs to one directorate, or to one directorate group.",
            ),
            models.CheckConstraint(
                name="service_ends_after_it_starts",
                condition=ENDS_AFTER_START,
                violation_error_message="A service's last day is not before its first day.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """Who follows whom after a reorganisation: one row per old and new directorate, or service."""

    class Kind(models.TextChoices):
        RENAME = "rename", "Rename"
        SPLIT = "split", "Split"
        MERGE = "merge", "Merge"

    kind = models.CharField("kind", max_length=10, choices=Kind.choices)
    on = models.DateField("from this day")
    from_directorate = models.ForeignKey(
        Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="successions"
    )
    to_directorate = models.ForeignKey(
        Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="precessions"
    )
    from_service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="successions"
    )
    to_service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="precessions")

    history = row_history()

    class Meta:
        verbose_name = "succession"
        verbose_name_plural = "successions"
        ordering = ("on", "pk")
        constraints = (
            models.CheckConstraint(
                name="succession_of_two_directorates_or_two_services",
                condition=Q(
                    from_directorate__isnull=False,
                    to_directorate__isnull=False,
                    from_service__isnull=True,
                    to_service__isnull=True,
                )
                | Q(
                    from_directorate__isnull=True,
                    to_directorate__isnull=True,
                    from_service__isnull=False,
                    to_service__isnull=False,
                ),
                violation_error_message="A succession leads from a directorate or service to another of its kind.",
            ),
            models.CheckConstraint(
                name="succession_to_somebody_else",
                condition=(Q(from_directorate__isnull=True) | ~Q(from_directorate=F("to_directorate")))
                & (Q(from_service__isnull=True) | ~Q(from_service=F("to_service"))),
                violation_error_message="A directorate or service does not succeed itself.",
            ),
            models.UniqueConstraint(
                fields=("from_directorate", "to_directorate"),
                name="succession_of_directorates_once",
                condition=Q(from_directorate__isnull=False),
                violation_error_message="This succession is already recorded.",
            ),
            models.UniqueConstraint(
                fields=("from_service", "to_service"),
                name="succession_of_services_once",
                condition=Q(from_service__isnull=False),
                violation_error_message="This succession is already recorded.",
            ),
        )

    def __str__(self) -> str:
        before = self.from_directorate or self.from_service
        after = self.to_directorate or self.to_service
        return f"{before} → {after}"


class CorporatePlanArea(models.Model):
    """A strand of the council's corporate plan, e.g. Open for Business."""

    slug = models.SlugField("address", max_length=60, unique=True)
    name = models.CharField("name", max_length=200, unique=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history()

    class Meta:
        verbose_name = "corporate plan area"
        verbose_name_plural = "corporate plan areas"
        ordering = ("order", "name", "pk")

    def __str__(self) -> str:
        return self.name


class PostKind(models.TextChoices):
    """What a post is, and so what its holder may see and change (`domain.md`, Who may do what)."""

    CABINET_MEMBER = "cabinet_member", "Cabinet member"
    CHIEF_EXECUTIVE = "chief_executive", "Chief executive"
    DIRECTOR = "director", "Director"
    HEAD_OF_SERVICE = "head_of_service", "Head of service"
    SERVICE_MANAGER = "service_manager", "Service manager"
    HEAD_OF_FINANCE = "head_of_finance", "Head of finance"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    PROGRAMME_OFFICER = "programme_officer", "Programme officer"
    AUDITOR = "auditor", "Auditor"


class Post(models.Model):
    """A job with responsibility; leads, challengers and signatures name posts, not people.

    ``directorate`` is a director's own; ``services`` are a head of service's own; ``directorates``
    bound what a finance officer changes, and none of them means all. Of a director they are the ended directorates
    that the present one follows.
    """

    code = models.SlugField("code", max_length=80, unique=True)
    title = models.CharField("title", max_length=200)
    kind = models.CharField("kind", max_length=20, choices=PostKind.choices)
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    services = models.ManyToManyField(Service, through="PostService", related_name="posts", blank=True)
    directorates = models.ManyToManyField(
        Directorate, through="PostDirectorate", related_name="finance_posts", blank=True
    )

    history = row_history()

    class Meta:
        verbose_name = "post"
        verbose_name_plural = "posts"
        ordering = ("title", "pk")
        constraints = (
            models.CheckConstraint(
                name="post_kind_is_known",
                condition=Q(kind__in=PostKind.values),
                violation_error_message="Choose one of the kinds of post.",
            ),
        )

    def __str__(self) -> str:
        return self.title


class PostService(models.Model):
    """A service that is a post's own."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="post_services")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="post_services")

    history = row_history()

    class Meta:
        verbose_name = "service of a post"
        verbose_name_plural = "services of posts"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("post", "service"),
                name="post_service_once",
                violation_error_message="The post has this service already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.post}: {self.service}"


class PostDirectorate(models.Model):
    """A directorate whose figures a finance officer's post may change; of a director, one that was theirs before."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="post_directorates")
    directorate = models.ForeignKey(Directorate, on_delete=models.PROTECT, related_name="post_directorates")

    history = row_history()

    class Meta:
        verbose_name = "directorate of a post"
        verbose_name_plural = "directorates of posts"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("post", "directorate"),
                name="post_directorate_once",
                violation_error_message="The post has this directorate already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.post}: {self.directorate}"


class Holding(models.Model):
    """Which user holds a post, from a first to a last day, or acts for its holder."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings")
    from_date = models.DateField("first day")
    to_date = models.DateField("last day", null=True, blank=True)
    acting_for_holder = models.BooleanField("acts for the holder", default=False)

    objects = HoldingQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name = "holding"
        verbose_name_plural = "holdings"
        ordering = ("from_date", "pk")
        constraints = (
            models.CheckConstraint(
                name="holding_ends_after_it_starts",
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                violation_error_message="A holding's last day is not before its first day.",
            ),
            models.UniqueConstraint(
                fields=("post", "user", "from_date"),
                name="holding_once",
                violation_error_message="This user already holds the post from this day.",
            ),
        )

    def __str__(self) -> str:
        how = "acts for" if self.acting_for_holder else "holds"
        return f"{self.user} {how} {self.post}"
