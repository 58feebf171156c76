"""The language of a page: the address decides, then a cookie, the browser, the person, and last French."""

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.languages import Language
from chalicelib.pages.responses import LANGUAGE, cookie
from chalicelib.portal.render import LanguageLink
from chalicelib.usecases.people.choose_language import choose_language
from chalicelib.web.languages import LANGUAGES, asked_language

if TYPE_CHECKING:
    from chalicelib.pages.page_request import PageRequest

PARAMETER = "lang"
NAMES = {Language.FR: "Français", Language.EN: "English"}
SECONDS = 365 * 24 * 3600
CARRIED = ("registration", "next", "token", "again")
"""What a form brought along that its page needs in another language too."""


def language_of(page_request: "PageRequest") -> Language:
    """Return the reader's language."""
    return (
        _named(page_request.parameter(PARAMETER))
        or _named(page_request.cookie(LANGUAGE))
        or asked_language(page_request.request.headers.get("accept-language"))
        or page_request.own_language
    )


def _named(value: str) -> Language | None:
    return LANGUAGES.get(value)


def keep_choice(page_request: "PageRequest") -> None:
    """Store the language of `?lang=` as the language of the mails of the person who is logged in."""
    named, person = _named(page_request.parameter(PARAMETER)), page_request.known_person
    if named and person and person.language is not named and page_request.request.method != "HEAD":
        choose_language(page_request.ports, person.id, named)


def chosen_cookie(page_request: "PageRequest") -> tuple[str, ...]:
    """Return the cookie that keeps the language of the address, none if the address names none."""
    named = _named(page_request.parameter(PARAMETER))
    return (cookie(LANGUAGE, named.value, seconds=SECONDS),) if named else ()


def _carried(page_request: "PageRequest") -> dict[str, str]:
    if page_request.request.method != "POST":
        return {}
    try:
        return {name: value for name in CARRIED if (value := page_request.field(name))}
    except QuittanceError:  # the form could not be read, and the page says so
        return {}


def switch_of(page_request: "PageRequest", shown: set[str]) -> tuple[LanguageLink, ...]:
    """Return the links to this page in the other languages; none for a page that only a form leads to.

    `shown` are the paths that can be opened by GET.
    """
    path = str(page_request.request.path)
    if path not in shown:
        return ()
    placed = path.format(**{n: quote(v) for n, v in (page_request.request.uri_params or {}).items()})
    given = page_request.parameters | _carried(page_request)
    own = language_of(page_request)
    return tuple(
        LanguageLink(each, NAMES[each], f"{placed}?{urlencode(given | {PARAMETER: each.value})}")
        for each in Language
        if each is not own
    )
