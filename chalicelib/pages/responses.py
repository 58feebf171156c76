"""What a page answers with: its cookies, its headers, and which addresses a form may go to."""

import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib.settings import settings, split

SESSION = "quittance"
VISITOR = "quittance-visitor"
CAS = "quittance-cas"
DEVICE = "quittance-device"


def cookie_name(name: str) -> str:
    """Over https a browser accepts `__Host-` cookies from this very host alone."""
    return f"__Host-{name}" if settings().is_https else name


def cookie(name: str, value: str, *, seconds: int | None = None) -> str:
    """Return the Set-Cookie that gives a value, or takes it away where it is empty."""
    kept = f"{cookie_name(name)}={value}; Path=/; HttpOnly; SameSite=Lax"
    secure = "; Secure" if settings().is_https else ""
    age = "; Max-Age=0" if not value else f"; Max-Age={seconds}" if seconds else ""
    return kept + secure + age


def form_token(secret: str) -> str:
    """What shows that a form was rendered for the browser with this cookie: nobody else can compute it."""
    return hmac.digest(secret.encode(), b"form", "sha256").hex()


def html(text: str, status: HTTPStatus = HTTPStatus.OK, cookies: tuple[str, ...] = ()) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": _content_security_policy(),
        **_set(cookies),
    }
    return Response(text, headers=headers, status_code=status.value)


def _content_security_policy() -> str:
    """No script at all, and forms to ourselves or to the gateway's pages."""
    pages = (urlsplit(url) for url in split(settings().paybox_page_urls))
    gateway = dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in pages)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            " ".join(("form-action 'self'", *gateway)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def see_other(location: str, *cookies: str) -> Response:
    """Answer 303: what a form did is never done again by a reload."""
    return redirect(HTTPStatus.SEE_OTHER, location, *cookies)


def redirect(status: HTTPStatus, location: str, *cookies: str) -> Response:
    return Response(
        "",
        headers={
            "Location": location,
            "Cache-Control": "no-store",
            "Content-Type": "text/plain",
            **_set(cookies),
        },
        status_code=status.value,
    )


def _set(cookies: tuple[str, ...]) -> dict[str, str | list[str]]:
    return {"Set-Cookie": list(cookies)} if cookies else {}
