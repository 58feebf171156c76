"""The client side of CAS 3.0: each ticket is validated once, and only a clear success counts.

Source: Apereo, CAS Protocol 3.0 Specification: 2.1 login, 2.3 logout, 2.8 validation, appendices A and C.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.domain.errors import IdentityProviderUnavailable
from chalicelib.outgoing import Patience, get

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_ANSWER = 64 * 1024
LONGEST_SUBJECT = 255
_OK = 200
_SERVER_ERROR = 500
_CAS = "{http://www.yale.edu/tp/cas}"
_SAML = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_ONCE = ("attributes", "proxyGrantingTicket")
"""The elements that the schema allows next to `user`, without `proxies`, which marks a proxied ticket."""
_WHO = {"user", "authenticationSuccess", "authenticationFailure", "serviceResponse"}
_HOW = {"proxies", "proxy", "proxySuccess", "proxyFailure", "proxyTicket"}
"""The elements about the user and the log-in itself: never attributes beside the user."""
_TICKET = re.compile(r"ST-[A-Za-z0-9._-]{1,253}")
"""3.1.1 and 3.7; servers put their host's name at its end, so dots and underscores too."""
_XML_SPACE = " \t\r\n"
_QUIET_CDATA = re.compile(r"<!\[CDATA\[([^<>&\]]*)\]\]>")
_QUIET_COMMENT = re.compile(r"(?<![^>])\s*<!--(?:(?!--)[^<>&])*-->\s*(?![^<])")
"""Neither holds markup, so neither hides an element; the comment stands between tags, never in a name."""
_NEVER = ("<!", "<?", "\0")
"""Document types, other comments and CDATA, instructions; with null bytes expat takes UTF-8 for UTF-16."""
_DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*(["'])1\.0\1"""
    r"""(\s+encoding\s*=\s*(["'])(?i:utf-8|us-ascii|iso-8859-1)\3)?"""
    r"""(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>"""
)
_LATIN = re.compile(rb"""<\?xml[^<>]*\sencoding\s*=\s*(["'])(?i:iso-8859-1)\1""")
_FAILURES = frozenset(
    {
        *("INVALID_REQUEST", "INVALID_TICKET_SPEC", "UNAUTHORIZED_SERVICE", "UNAUTHORIZED_SERVICE_PROXY"),
        *("INVALID_PROXY_CALLBACK", "INVALID_TICKET", "INVALID_SERVICE", "INTERNAL_ERROR"),
    }
)
"""2.5.3: the codes that may be logged; any other is the server's own text."""


class NotClear(Exception):
    """The answer is no clear success; `reason` is a constant of ours or one of `_FAILURES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _unnoted(reason: str) -> None:
    """Keep no reason."""


class CasServer:
    """One CAS server and the one service it knows us as; `url` is its root, as in https://host/cas.

    `note` is told why an answer was refused, in words that hold nothing of the answer.
    """

    name = "cas"

    def __init__(
        self,
        url: str,
        service_url: str,
        connect_seconds: float = 3,
        read_seconds: float = 5,
        note: Callable[[str], None] = _unnoted,
    ) -> None:
        self._url = url.rstrip("/")
        self._service_url = service_url
        self._patience = Patience(connect_seconds, read_seconds)
        self._note = note

    def login_address(self, journey: str, *, renew: bool) -> str:
        """Return the URL of the login page; `renew` asks for the password even in a running session.

        `journey` makes the service's address this browser's own: a ticket issued to another browser is one
        for another service, and CAS refuses it.
        """
        return self._address("login", service=self._service(journey), **_renewed(renew=renew))

    def subject(self, ticket: str, journey: str, *, renew: bool) -> str | None:
        """Validate a ticket and return its user, None unless the answer is a clear success.

        The validation uses up the ticket, so it is asked once and no redirect is followed. `renew` demands
        that the password was just entered. Raise `IdentityProviderUnavailable` without an answer in time.
        """
        if not _TICKET.fullmatch(ticket):
            return None
        address = self._address(
            "p3/serviceValidate", service=self._service(journey), ticket=ticket, **_renewed(renew=renew)
        )
        answer = get(address, {"Accept": "application/xml"}, self._patience, LONGEST_ANSWER)
        if answer is None or answer.status >= _SERVER_ERROR:
            raise IdentityProviderUnavailable
        try:
            return _validated(answer.status, answer.body)
        except NotClear as refusal:
            self._note(refusal.reason)
            return None

    def _service(self, journey: str) -> str:
        return f"{self._service_url}?{urlencode({'journey': journey})}"

    def ended_ticket(self, logout_request: str) -> str | None:
        """Return the ticket of the ended session, from the form field `logoutRequest`, or None."""
        return read_logout_request(logout_request)

    def _address(self, path: str, **parameters: str) -> str:
        return f"{self._url}/{path}?{urlencode(parameters)}"


def _validated(status: int, body: bytes) -> str:
    if status != _OK:
        raise NotClear(f"HTTP {status}")
    return read_validation(body)


def read_validation(xml: bytes) -> str:
    """Return the user of an answer that is one clear success; raise `NotClear` for any other.

    Attributes may also stand beside the user, as some servers write them.
    """
    root = _parse(xml)
    if root is None:
        raise NotClear("not readable as short, plain XML")
    if root.tag != f"{_CAS}serviceResponse" or len(root) != 1:
        raise NotClear("not one answer in CAS's namespace")
    success = root[0]
    if success.tag != f"{_CAS}authenticationSuccess":
        raise NotClear(_failure(success))
    users = success.findall(f"{_CAS}user")
    if len(users) != 1:
        raise NotClear("not one user")
    if unclear := _unclear(success):
        raise NotClear(unclear)
    return _subject(users[0])


def _failure(answer: "Element") -> str:
    code = answer.get("code", "").strip()
    return code if code in _FAILURES else "neither a success nor a failure of the specification"


def _unclear(success: "Element") -> str:
    """Return what stands beside the user and must not, "" for nothing."""
    if any(len(success.findall(f"{_CAS}{name}")) > 1 for name in _ONCE):
        return "attributes told twice"
    beside = [child for child in success if child.tag != f"{_CAS}user"]
    return "" if all(map(_is_attribute, beside)) else "an element beside the user that is no attribute"


def read_logout_request(text: str) -> str | None:
    """Return the SessionIndex of one samlp:LogoutRequest: the service ticket of the session, or None."""
    root = _parse(text.encode("utf-8", "surrogatepass"))
    if root is None or root.tag != f"{_SAML}LogoutRequest":
        return None
    indexes = root.findall(f"{_SAML}SessionIndex")
    if len(indexes) != 1 or len(indexes[0]):
        return None
    ticket = (indexes[0].text or "").strip()
    return ticket if _TICKET.fullmatch(ticket) else None


def _is_attribute(element: "Element") -> bool:
    """Return True for what the schema allows beside the user, and for a single attribute put there."""
    name = element.tag.rpartition("}")[2]
    namespace = element.tag.removesuffix(name)
    if namespace == _CAS and name in _ONCE:
        return True
    inside = {each.tag.rpartition("}")[2] for each in element.iter()}
    return namespace in (_CAS, "") and not inside & (_WHO | _HOW)


def _subject(user: "Element") -> str:
    """Return the name without the spaces that a server puts around it; it must be plain text."""
    text = (user.text or "").strip(_XML_SPACE)
    is_plain = not len(user) and not user.attrib and text.isprintable()
    if not is_plain or not 0 < len(text) <= LONGEST_SUBJECT:
        raise NotClear("a user that is no plain name")
    return text


def _parse(xml: bytes) -> "Element | None":
    """Return the root of a short document, in UTF-8 or ISO-8859-1, without document type or instruction.

    Comments and CDATA must hold no markup: each has been used to show two readers two documents.
    """
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415 - cold start

    if len(xml) > LONGEST_ANSWER:
        return None
    try:
        text = _plain(_without_declaration(_decoded(xml)))
        if any(odd in text for odd in _NEVER):
            return None
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, ValueError):  # not UTF-8, and what defusedxml forbids, are ValueErrors
        return None
    return root


def _decoded(xml: bytes) -> str:
    """Return the text; what is decoded by its declaration begins with it, so it has no byte order mark."""
    if _LATIN.match(xml):
        return xml.decode("iso-8859-1")
    text = xml.decode("utf-8-sig")
    if _LATIN.match(text[:100].encode()):
        raise ValueError("a mark of UTF-8 before a declaration of ISO-8859-1")
    return text


def _without_declaration(text: str) -> str:
    declaration = _DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def _plain(text: str) -> str:
    """Return the document without quiet comments, and with quiet CDATA as the text that it is."""
    return _QUIET_CDATA.sub(r"\1", _QUIET_COMMENT.sub("", text))


def _renewed(*, renew: bool) -> dict[str, str]:
    return {"renew": "true"} if renew else {}
