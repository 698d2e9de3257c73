"""The addresses of an installation with the council's own identity provider."""

from futurefit.access.urls import COUNCIL_SIGN_IN, urlpatterns

urlpatterns = [*urlpatterns, *COUNCIL_SIGN_IN]
