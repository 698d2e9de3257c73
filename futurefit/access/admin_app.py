"""Django's admin as an app of the site, with our own site in place of its."""

from django.contrib.admin.apps import AdminConfig


class RowSiteConfig(AdminConfig):
    default_site = "futurefit.access.row_site.RowSite"
