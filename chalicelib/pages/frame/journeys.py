"""The logins by CAS that a browser is on: a cookie for each, so one begun in another tab ends none.

A cookie is named by a digest of its journey's word: an address that tells no such word touches no cookie.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.domain.errors import TicketRefused
from chalicelib.pages.page import own_path
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import CAS, cookie

SECONDS = 600
MOST = 5
"""Journeys of one browser at a time, none with an address above `LONGEST_ONWARD`: headers are bounded."""
LONGEST_ONWARD = 300
_NAME = re.compile(rf"{CAS}-[0-9a-f]{{16}}")


@dataclass(frozen=True)
class Journey:
    """The purpose of a CAS login. `link` proves that its own session asked for a link; "" is a login.

    `word` is known to this browser and to the address that CAS sends it to, and to no other browser.
    """

    is_renewal: bool
    onward: str
    word: str
    link: str = ""

    @property
    def name(self) -> str:
        """The name of its cookie."""
        return _name(self.word)

    def written(self) -> str:
        onward = self.onward if len(self.onward) <= LONGEST_ONWARD else "/"
        return f"{self.is_renewal:d}.{self.link}.{self.word}.{onward}"

    @classmethod
    def read(cls, value: str, returned: str) -> "Journey":
        """Return the journey of a cookie; raise `TicketRefused` if the browser comes back from another."""
        renewal, link, word, onward = [*value.split(".", 3), "", "", ""][:4]
        if renewal not in {"0", "1"} or not word:
            raise TicketRefused
        if not hmac.compare_digest(word.encode(), _bytes(returned)):
            raise TicketRefused
        return cls(renewal == "1", own_path(onward), word, link)


def begun(page_request: PageRequest, journey: Journey) -> tuple[str, ...]:
    """Return the Set-Cookie headers that keep a journey, and remove the oldest of too many.

    Browsers send the oldest first (RFC 6265, 5.4).
    """
    latest_first = [each for each in page_request.cookies if _NAME.fullmatch(each)]
    removed = (cookie(each, "") for each in latest_first[MOST - 1 :])
    return (*removed, cookie(journey.name, journey.written(), seconds=SECONDS))


def journey_of(page_request: PageRequest) -> Journey:
    """Return the journey that this browser comes back from; raise `TicketRefused` if it is on no such one."""
    returned = page_request.parameter("journey")
    return Journey.read(page_request.cookie(_name(returned)), returned)


def ended(journey: Journey) -> str:
    """Return the Set-Cookie header that removes a journey, and no other."""
    return cookie(journey.name, "")


def _name(word: str) -> str:
    return f"{CAS}-{sha256(_bytes(word)).hexdigest()[:16]}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
