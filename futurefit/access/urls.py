"""Addresses for signing in and out. The names that start with ``account_`` are the ones allauth looks up."""

from __future__ import annotations

from allauth.socialaccount import views as socialaccount
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from futurefit.access import views
from futurefit.access.permissions import EVERY_POST, open_to, open_to_anyone

before_sign_in = open_to_anyone(views.NOT_SIGNED_IN_YET)
sign_in = before_sign_in(views.SignInView.as_view())

own = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/demo/<slug:key>/", views.demo_sign_in, name="demo_sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "access"))),
    path("sign-in/", sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("password/forgotten/", before_sign_in(views.ForgottenPasswordView.as_view()), name="account_reset_password"),
    path(
        "password/sent/",
        before_sign_in(views.ForgottenPasswordSentView.as_view()),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        before_sign_in(views.NewPasswordView.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "password/set/",
        before_sign_in(views.NewPasswordSetView.as_view()),
        name="account_reset_password_from_key_done",
    ),
]

COUNCIL_SIGN_IN: list[URLPattern | URLResolver] = [
    path(
        "sign-in/council/<slug:provider_id>/",
        before_sign_in(openid_connect.login),
        name="openid_connect_login",
    ),
    path(
        "sign-in/council/<slug:provider_id>/callback/",
        before_sign_in(openid_connect.callback),
        name="openid_connect_callback",
    ),
    path("sign-in/cancelled/", before_sign_in(socialaccount.login_cancelled), name="socialaccount_login_cancelled"),
    path("sign-in/failed/", before_sign_in(socialaccount.login_error), name="socialaccount_login_error"),
    path(
        "sign-in/council-account/",
        open_to(EVERY_POST, without_post="an account can be connected before it has a post")(
            views.CouncilAccountView.as_view()
        ),
        name="socialaccount_connections",
    ),
]
"""The council's identity provider, where the environment names one (``OIDC_SERVER_URL``)."""

if settings.OIDC_SERVER_URL:
    urlpatterns += COUNCIL_SIGN_IN
