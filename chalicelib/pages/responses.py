"""The responses of pages: cookies, headers, and the URLs that forms may post to."""

import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib.domain.languages import Language
from chalicelib.settings import settings, split

SESSION = "quittance"
VISITOR = "quittance-visitor"
CAS = "quittance-cas"
DEVICE = "quittance-device"
LANGUAGE = "quittance-language"
PAYER = "quittance-payer"
TYPED = "quittance-typed"


def cookie_name(name: str) -> str:
    """Return the name with `__Host-` over https: browsers accept such a cookie only from this host."""
    return f"__Host-{name}" if settings().is_https else name


def cookie(name: str, value: str, *, seconds: int | None = None) -> str:
    """Return the Set-Cookie header that sets a value, or deletes the cookie if it is ""."""
    kept = f"{cookie_name(name)}={value}; Path=/; HttpOnly; SameSite=Lax"
    secure = "; Secure" if settings().is_https else ""
    age = "; Max-Age=0" if not value else f"; Max-Age={seconds}" if seconds else ""
    return kept + secure + age


def form_token(secret: str) -> str:
    """Return the token that proves a form was rendered for the browser with this cookie.

    It cannot be guessed.
    """
    return hmac.digest(secret.encode(), b"form", "sha256").hex()


def payer_digest(secret: str) -> str:
    """Return what an attempt by a link keeps of the browser with this cookie: it opens nothing."""
    return hmac.digest(secret.encode(), b"payer", "sha256").hex()


def typed_digest(secret: str) -> str:
    """Return what the text that was typed in the session of this cookie keeps of it: it opens nothing."""
    return hmac.digest(secret.encode(), b"typed", "sha256").hex()


def html(
    text: str,
    status: HTTPStatus = HTTPStatus.OK,
    cookies: tuple[str, ...] = (),
    language: Language = Language.FR,
) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language.value,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "no-store",
        "Content-Security-Policy": _content_security_policy(),
        **_set(cookies),
    }
    return Response(text, headers=headers, status_code=status.value)


def _content_security_policy() -> str:
    """Return the policy: no script, and forms only to ourselves and to the gateway's pages."""
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


def with_cookies(response: Response, cookies: tuple[str, ...]) -> Response:
    """Add cookies to those that a response sets."""
    if cookies:
        response.headers["Set-Cookie"] = [*response.headers.get("Set-Cookie", []), *cookies]
    return response


def allowing_forms_to(url: str, response: Response) -> Response:
    """Let the forms of one page be sent to another address too: that of an upload."""
    address = urlsplit(url)
    policy = str(response.headers["Content-Security-Policy"])
    allowed = f"form-action 'self' {address.scheme}://{address.netloc}"
    response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", allowed)
    return response


def see_other(location: str, *cookies: str) -> Response:
    """Answer 303, so that a reload does not send the form again."""
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
