"""Workbooks on their way in, and how the columns of a layout were read the last time."""

from django.db import models

from projects.models import Programme
from savings.models.period import ReportingPeriod


class SpreadsheetUpload(models.Model):
    """A workbook or CSV file brought for import, from upload to apply: the desk it lies on, not a record.

    What an import did stands in its act and in the row histories. `settings` are the choices of the second step (sheet,
    columns, unit, sign, view, project); `outcome` is what was applied, in counts. `key` stands in the address.
    The content goes when it is applied or cancelled.
    """

    key = models.CharField("key", max_length=40, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="+")
    uploaded_by_id = models.BigIntegerField("uploaded by", db_index=True)
    uploaded_at = models.DateTimeField("uploaded at")
    file_name = models.CharField("name of the file", max_length=250)
    content = models.BinaryField("content")
    settings = models.JSONField("settings", default=dict, blank=True)
    applied_at = models.DateTimeField("applied at", null=True, blank=True)
    act_id = models.BigIntegerField("act of the import", null=True, blank=True)
    outcome = models.JSONField("outcome", default=dict, blank=True)

    class Meta:
        verbose_name = "spreadsheet upload"
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class ColumnMapping(models.Model):
    """How the columns of a layout were read when a file of it was applied last; offered for the next one.

    A layout is the row of headings as read, folded to a digest (`savings.spreadsheets`), within a programme.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    layout = models.CharField("layout", max_length=64)
    settings = models.JSONField("settings", default=dict)
    remembered_at = models.DateTimeField("remembered at")
    remembered_by = models.CharField("remembered by", max_length=200)

    class Meta:
        ordering = ["-remembered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "layout"],
                name="column_mapping_once_per_layout",
                violation_error_message="This layout is remembered already.",
            ),
        ]

    def __str__(self) -> str:
        return self.layout
