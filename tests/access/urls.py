"""A site of five addresses, one for each way of saying who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View

from futurefit.access.permissions import EVERY_POST, PostsRequiredMixin, open_to, open_to_anyone
from futurefit.council.models import PostKind


@open_to({PostKind.HEAD_OF_FINANCE})
def for_head_of_finance(request: HttpRequest) -> HttpResponse:
    return HttpResponse("figures")


class ForAuditors(PostsRequiredMixin, View):
    posts = (PostKind.AUDITOR,)

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.reader.post_title)


@open_to(EVERY_POST)
def for_every_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("welcome")


@open_to(EVERY_POST, without_post="its words are no secret")
def glossary(request: HttpRequest) -> HttpResponse:
    return HttpResponse("words")


@open_to_anyone("a test address")
def for_anyone(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("head-of-finance/", for_head_of_finance),
    path("auditors/", ForAuditors.as_view()),
    path("every-post/", for_every_post),
    path("glossary/", glossary),
    path("anyone/", for_anyone),
    path("", include("futurefit.access.urls")),
]
