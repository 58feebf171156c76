"""python-cas and django-cas-ng, as they come from PyPI, log in at the local CAS server."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import django
import httpx
import pytest
from cas import CASClient
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from infra.local import cas
from infra.local.cas.single_logout import logout_request

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "only-for-this-test"
SERVICE = "http://testserver/accounts/login"


def _home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


def _login(request: HttpRequest) -> HttpResponse:
    from django_cas_ng.views import LoginView  # noqa: PLC0415 - needs the settings

    return LoginView.as_view()(request)


urlpatterns = [path("accounts/login", _login), path("", _home)]


@pytest.fixture
def address() -> Iterator[str]:
    app = cas.create_app(
        now=lambda: datetime(2022, 6, 24, 10, 0, tzinfo=UTC),
        accounts=[cas.Account("student", PASSWORD, "Chris <TEST> & Cie", "student@demo.test")],
        services={SERVICE: "Django"},
    )
    with cas.serve(app) as address:
        yield address


def signed_in(login: str) -> str:
    """Type the password where the client sends the browser; return the address back, with its ticket."""
    with httpx.Client(timeout=20) as browser:
        page = browser.get(login)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
        typed = {**hidden, "service": SERVICE, "username": "student", "password": PASSWORD}
        service = parse_qs(urlsplit(login).query)["service"][0]
        answer = browser.post(str(page.url.copy_with(query=None)), data=typed | {"service": service})
        return answer.headers["Location"]


@pytest.mark.parametrize("version", [1, 2, 3, "CAS_2_SAML_1_0"])
def test_python_cas_logs_in_by_every_version(address: str, version: Any) -> None:
    client = CASClient(version=version, service_url=f"{SERVICE}?next=%2F", server_url=f"{address}/")
    (ticket,) = parse_qs(urlsplit(signed_in(client.get_login_url())).query)["ticket"]
    user, attributes, _ = client.verify_ticket(ticket)
    assert user == "student"
    if version in (3, "CAS_2_SAML_1_0"):
        assert (attributes["displayName"], attributes["mail"]) == ("Chris <TEST> & Cie", "student@demo.test")
    assert client.verify_ticket(ticket)[0] is None


@pytest.mark.parametrize("body", [b"", b"<x>", b"<!DOCTYPE x><x/>"])
def test_saml_question_that_is_none_is_denied(address: str, body: bytes) -> None:
    told = httpx.post(f"{address}/samlValidate", params={"TARGET": SERVICE}, content=body)
    assert (told.status_code, "saml1p:RequestDenied" in told.text) == (200, True)
    assert "INVALID_REQUEST" in told.text


@pytest.fixture(scope="module")
def _configured() -> None:
    settings.configure(
        SECRET_KEY="only-for-this-test",
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_cas_ng",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["django_cas_ng.backends.CASBackend"],
        CAS_VERSION="3",
        CAS_SERVER_URL="",
        CAS_REDIRECT_URL="/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("_configured")
def test_django_cas_ng_logs_in_and_its_session_ends_with_cas(address: str) -> None:
    settings.CAS_SERVER_URL = f"{address}/"
    browser = Client()
    login = browser.get("/accounts/login?next=/").headers["Location"]
    back = urlsplit(signed_in(login))
    assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/"
    assert browser.get("/").content == b"student"
    assert Client().get(f"{back.path}?{back.query}").status_code == 403
    (ticket,) = parse_qs(back.query)["ticket"]
    request = logout_request(ticket, datetime.now(UTC))
    browser.post("/accounts/login", {"logoutRequest": request})
    assert browser.get("/").content == b""
