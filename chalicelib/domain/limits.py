"""Limits on tries; above them a try is refused before it is examined.

Guessing is limited by its origin (`ADDRESS`, `PAIR`) and by its target (`ACCOUNT`). The last would let a
stranger lock an account: it does not count for a network from which the account was entered before, and a
mailed link gives access in any case.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.links import LINK_LIFETIME

KNOWN_FOR = timedelta(days=90)
"""The time for which an address stays known after the account was entered from it."""
_IPV6_NETWORK = 64


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in each window; windows begin at multiples of `window` since 1970."""

    name: str
    most: int
    window: timedelta

    def window_of(self, now: datetime) -> int:
        return int(now.timestamp()) // int(self.window.total_seconds())

    def ends_at(self, now: datetime) -> int:
        """Return the end of the window that contains `now`, in seconds since 1970."""
        return (self.window_of(now) + 1) * int(self.window.total_seconds())


PAIR = Limit("pair", 10, timedelta(minutes=15))
"""Log-ins to one account from one address: NIST asks for 100 at most; ten are enough to mistype."""
ADDRESS = Limit("address", 400, timedelta(hours=1))
"""Failed log-ins from one address, less those after which the account was entered from there.

A campus may share one: on an opening morning hundreds mistype once, and log in a moment later.
"""
ACCOUNT = Limit("account", 100, timedelta(days=1))
"""Failed log-ins to one account from all unknown addresses, or from one known address."""
CODE = Limit("code", 5, timedelta(minutes=15))
"""Codes of a second factor: they come after the password."""
CODE_DAY = Limit("code day", 100, timedelta(days=1))
"""The same in a day, in spite of links used in between: NIST's hundred."""
LINK = Limit("link", 5, LINK_LIFETIME)
"""Mails with a link to one account; after strangers have used them up, a link sent before is still valid."""
LINK_ADDRESS = Limit("link address", 200, timedelta(hours=1))
"""Mails requested from one address."""
TICKET = Limit("ticket", 100, timedelta(minutes=15))
"""CAS tickets that failed, from one address."""

PAYMENT_LINK = Limit("payment link", 100, timedelta(hours=1))
"""Links to pay that do not exist, opened from one address."""
PAYMENT_LINK_START = Limit("payment link start", 20, timedelta(hours=1))
"""Payments started by one link to pay; bounds the attempts that its holder can add to the account."""
EVIDENCE = Limit("evidence", 5, timedelta(days=1))
"""Numbers of one student asked of a source of evidence: numbers of others must not be found by trying."""
INQUIRY = Limit("inquiry", 6, timedelta(minutes=1))
"""Inquiries about one attempt caused by its student."""
INQUIRIES = Limit("inquiries", 20, timedelta(minutes=1))
"""Inquiries about all attempts of one student caused by them: a new start asks about four at most."""


def network_of(address: str) -> str:
    """Return the network that counts as one address: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the version of the protocol
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
