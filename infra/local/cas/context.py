"""What the pages and the validation share."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, render_template, request

from infra.local.cas.sessions import Sessions
from infra.local.cas.single_logout import SingleLogout

COOKIE = "TGC"
PATH = "/cas"


@dataclass(frozen=True)
class CasContext:
    """`services`: registered addresses and their names."""

    sessions: Sessions
    services: dict[str, str]
    single_logout: SingleLogout


def service_name(service: str) -> str:
    """The name under which a service is registered, by its address or with any query after it; or nothing."""
    services = current_context().services
    return services.get(service) or services.get(service.partition("?")[0], "")


def current_context() -> CasContext:
    return cast("CasContext", current_app.extensions["cas"])


def cookie() -> str:
    """The ticket-granting cookie, or nothing."""
    return request.cookies.get(COOKIE, "")


def page(name: str, **values: object) -> str:
    return render_template(f"{name}.html", **values)
