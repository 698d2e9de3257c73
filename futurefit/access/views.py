"""Signing in and out, and the words for a forgotten password. allauth does the work; the pages are ours."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.socialaccount import views as socialaccount
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from futurefit.access.demo_posts import DEMO_POSTS, offered_demo_posts
from futurefit.access.forms import ForgottenPasswordForm, NewPasswordForm, SignInForm
from futurefit.access.models import User
from futurefit.access.permissions import EVERY_POST, open_to, open_to_anyone

NOT_SIGNED_IN_YET = "who is not signed in yet must be able to sign in"


class SignInView(account.LoginView):
    """The sign-in page: with e-mail and password, by the council's identity provider, or as a demonstration post."""

    template_name = "access/sign_in.html"
    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            demo=settings.DEMO,
            demo_posts=offered_demo_posts(),
            council_sign_in=bool(settings.OIDC_SERVER_URL),
            next_address=self.request.GET.get("next", self.request.POST.get("next", "")),
            **kwargs,
        )


class ForgottenPasswordView(account.PasswordResetView):
    template_name = "access/password_forgotten.html"
    form_class = ForgottenPasswordForm
    success_url = reverse_lazy("account_reset_password_done")


class ForgottenPasswordSentView(account.PasswordResetDoneView):
    template_name = "access/password_sent.html"


class NewPasswordView(account.PasswordResetFromKeyView):
    template_name = "access/password_new.html"
    form_class = NewPasswordForm


class NewPasswordSetView(account.PasswordResetFromKeyDoneView):
    template_name = "access/password_set.html"


class CouncilAccountView(socialaccount.ConnectionsView):
    """Connect the council's own account to the one signed in, once; from then on it signs in by itself."""

    template_name = "access/council_account.html"


@open_to_anyone(NOT_SIGNED_IN_YET)
@require_POST
def demo_sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the demonstration's posts by one click. 404 unless ``DEMO`` is set and the post is there."""
    if not settings.DEMO:
        raise Http404("There is no demonstration here.")
    post = next((post for post in DEMO_POSTS if post.key == key), None)
    if post is None:
        raise Http404("The demonstration has no such post.")
    user = get_object_or_404(User, email=post.email, is_demo=True, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    wanted = request.POST.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if ours else settings.LOGIN_REDIRECT_URL)


@open_to(EVERY_POST, without_post="whoever signed in can sign out")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)
