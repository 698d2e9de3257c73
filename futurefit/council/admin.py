"""Rows of the council in the admin: directorates, services, posts and who holds them."""

from futurefit.council.models import (
    CorporatePlanArea,
    Directorate,
    DirectorateGroup,
    Holding,
    Post,
    PostDirectorate,
    PostService,
    Service,
    Succession,
)
from futurefit.ui.row_admin import show

show(
    DirectorateGroup,
    Directorate,
    Service,
    Succession,
    CorporatePlanArea,
    Post,
    PostService,
    PostDirectorate,
    Holding,
)
