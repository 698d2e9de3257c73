"""Projects of three kinds and the parts of their pro-forma."""

from django.conf import settings
from django.db import models

from futurefit.history.tracking import row_history
from projects.models.programme import Programme
from projects.models.theme import Theme
from projects.querysets import ProjectQuerySet


class SavingType(models.TextChoices):
    """Type of saving; further and new roll up to *New savings*, faster to *Existing savings* (domain.md)."""

    FURTHER = "further", "Further"
    FASTER = "faster", "Faster"
    NEW = "new", "New"
    CROSS_CUTTING = "cross_cutting", "Cross cutting"
    NOT_STATED = "not_stated", "Not stated"


class Project(models.Model):
    """A project, a workstream of a theme, or a block of money without a project of its own (domain.md, The plan).

    The code is unique in the programme, made by the product and never changes; the reference is as printed
    and need not be unique. A theme is optional.
    """

    class Kind(models.TextChoices):
        PROJECT = "project", "Project"
        WORKSTREAM = "workstream", "Workstream"
        BLOCK = "block", "Block"

    class Stage(models.TextChoices):
        IDEA = "idea", "Idea"
        CONCEPT = "concept", "Concept"
        BUSINESS_CASE = "business_case", "Business case"
        IN_DELIVERY = "in_delivery", "In delivery"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="projects")
    code = models.CharField("code", max_length=40)
    kind = models.CharField("kind", max_length=20, choices=Kind, default=Kind.PROJECT)
    reference = models.CharField("reference as printed", max_length=60, blank=True)
    title = models.CharField("title", max_length=250)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    directorate = models.ForeignKey(
        "council.Directorate", on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    service = models.ForeignKey(
        "council.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    saving_type = models.CharField("type of saving", max_length=20, choices=SavingType, default=SavingType.NOT_STATED)
    corporate_area = models.ForeignKey(
        "council.CorporatePlanArea",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name="corporate plan area",
    )
    stage = models.CharField("stage", max_length=20, choices=Stage, default=Stage.CONCEPT)
    stage_since = models.DateField("at this stage since", null=True, blank=True)
    description = models.TextField("brief description", blank=True)
    purpose = models.TextField("purpose", blank=True)
    outcomes = models.TextField("outcomes", blank=True)
    resources = models.TextField("resources", blank=True)
    timing = models.TextField("timing", blank=True)
    rag_comment = models.TextField("comments on RAG", blank=True)
    current_block = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shown_in",
        verbose_name="current savings programme",
        help_text="The block whose approved lines the pro-forma shows as the current savings programme.",
    )
    current_fte = models.DecimalField("current FTE", max_digits=8, decimal_places=1, null=True, blank=True)
    illustration = models.CharField(
        "illustration", max_length=300, blank=True, help_text="What about this project is illustrated, in words."
    )
    order = models.PositiveIntegerField("order", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProjectQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="project_code_unique_in_programme",
                violation_error_message="Another project of this programme has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="workstream") | models.Q(theme__isnull=False),
                name="project_workstream_has_theme",
                violation_error_message="A workstream belongs to a theme: choose the theme.",
            ),
            models.CheckConstraint(
                condition=models.Q(current_fte__isnull=True) | models.Q(current_fte__gte=0),
                name="project_fte_not_negative",
                violation_error_message="Current FTE must be 0 or more.",
            ),
        ]
        indexes = [models.Index(fields=["programme", "theme"]), models.Index(fields=["programme", "directorate"])]

    def __str__(self) -> str:
        return self.title


class ProjectPost(models.Model):
    """The part a post has in a project: CMR, SLT or head of service lead, lead of a workstream, or CMR challenge."""

    class Role(models.TextChoices):
        CMR_LEAD = "cmr_lead", "CMR lead"
        SLT_LEAD = "slt_lead", "SLT lead"
        HEAD_LEAD = "head_lead", "Head of service lead"
        LEAD = "lead", "Lead"
        CMR_CHALLENGE = "cmr_challenge", "CMR challenge"

    LEADING = (Role.CMR_LEAD, Role.SLT_LEAD, Role.HEAD_LEAD, Role.LEAD)

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey("council.Post", on_delete=models.PROTECT, related_name="project_roles")
    role = models.CharField("role", max_length=20, choices=Role)
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "post", "role"],
                name="project_post_unique",
                violation_error_message="This post has this role in the project already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.get_role_display()})"


class BaseBudgetRow(models.Model):
    """Base budget excluding recharges and management restructure: a labelled amount of a year, whole pounds."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="base_budget")
    label = models.CharField("label", max_length=200)
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    amount = models.BigIntegerField("amount")
    is_part = models.BooleanField("of which", default=False, help_text="A part of the row above, never added to it.")
    note = models.TextField("note", blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history(money=("amount",), years=("year",))

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label


class FteImpact(models.Model):
    """Change of full-time equivalents by year, one decimal; not a function of money."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="fte_impacts")
    year = models.PositiveSmallIntegerField("financial year")
    fte = models.DecimalField("FTE impact", max_digits=8, decimal_places=1)

    history = row_history(years=("year",))

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="fte_impact_one_per_year",
                violation_error_message="The project has an FTE impact for this year already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fte} FTE"


class EqualityImpact(models.Model):
    """How far the equality impact of a theme or project is assessed. No row means: the paper is silent."""

    class State(models.TextChoices):
        TO_BE_DECIDED = "to_be_decided", "To be decided"
        TO_BE_CONSULTED = "to_be_consulted", "To be consulted on"
        NOT_NEEDED = "not_needed", "Not needed"
        SCREENING = "screening", "Screening"
        IN_PROGRESS = "in_progress", "Full assessment in progress"
        DONE = "done", "Done"

    theme = models.OneToOneField(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="equality_impact")
    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="equality_impact"
    )
    state = models.CharField("state", max_length=20, choices=State)
    reason = models.TextField("reason or words of the paper", blank=True)
    done_on = models.DateField("done on", null=True, blank=True)
    link = models.URLField("link", blank=True)

    history = row_history()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(theme__isnull=False, project__isnull=True)
                | models.Q(theme__isnull=True, project__isnull=False),
                name="equality_impact_of_theme_or_project",
                violation_error_message="An equality impact belongs to a theme or to a project, to one of them.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="not_needed") | ~models.Q(reason=""),
                name="equality_impact_not_needed_says_why",
                violation_error_message="Say why an equality impact assessment is not needed.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_on__isnull=False),
                name="equality_impact_done_has_date",
                violation_error_message="Give the date on which the assessment was done.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class Signature(models.Model):
    """Agreement of one of the three posts to a version of a pro-forma, with its date; the name is kept as text.

    `signed_amount` is the proposed total in whole pounds as it stood on the form when signed (null: none stood there);
    `signed` is everything that was signed, as `savings.signed_form` writes it (null: the paper is all that is known).
    `holder` is the account that signed, null for a signature taken from a paper. Nobody signs a version twice.
    """

    class Role(models.TextChoices):
        HEAD_OF_SERVICE = "head_of_service", "Head of service"
        DIRECTOR = "director", "Director"
        HEAD_OF_FINANCE = "head_of_finance", "Head of finance"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="signatures")
    role = models.CharField("agreed by", max_length=20, choices=Role)
    post = models.ForeignKey("council.Post", on_delete=models.PROTECT, related_name="signatures")
    holder_name = models.CharField("name of the holder", max_length=200, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    signed_on = models.DateField("signed on")
    form_version = models.PositiveSmallIntegerField("version of the form", default=1)
    signed_amount = models.BigIntegerField("proposed total as signed", null=True, blank=True)
    signed = models.JSONField("what was signed", null=True, blank=True)

    history = row_history(money=("signed_amount",), untold=("signed", "holder"))

    class Meta:
        ordering = ["form_version", "signed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "form_version", "role"],
                name="signature_once_per_version",
                violation_error_message="This version is signed in this role already.",
            ),
            models.UniqueConstraint(
                fields=["project", "form_version", "post"],
                name="signature_once_per_post_and_version",
                violation_error_message="This post has signed this version already.",
            ),
            models.UniqueConstraint(
                fields=["project", "form_version", "holder"],
                name="signature_once_per_holder_and_version",
                violation_error_message="You have signed this version already: nobody signs twice.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.signed_on:%-d %B %Y}"
