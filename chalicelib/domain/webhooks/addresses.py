"""Where events may be sent: addresses of the public internet, by https."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from chalicelib.domain.webhooks.refusals import EndpointUrlNotValid

LONGEST_URL = 500
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""A domain name of two labels or more, in its ASCII form; its last label is no number."""
_PRINTABLE = re.compile(r"[!-~]+")
_UNICAST_6 = ip_network("2000::/3")
_WITH_AN_ADDRESS_INSIDE = tuple(
    ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20")
)
"""Translated, tunnelled (Teredo, 6to4) and documentation addresses: they may lead into a private network."""


def is_public(address: str) -> bool:
    """Return True for a unicast address of the public internet; for no other text."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast
    return _is_public_6(found)


def _is_public_6(found: IPv6Address) -> bool:
    is_unicast = found.scope_id is None and found in _UNICAST_6 and found.is_global
    return is_unicast and not any(found in each for each in _WITH_AN_ADDRESS_INSIDE)


def check_url(url: str, *, allows_loopback: bool = False) -> None:
    """Raise `EndpointUrlNotValid` unless events may be sent to the address.

    It is an https address of a domain name, without a user and without a fragment. With `allows_loopback`, on
    the local stack, an http address of this machine is one too.
    """
    if (
        len(url) > LONGEST_URL
        or not _PRINTABLE.fullmatch(url)
        or not _is_right(url, allows_loopback=allows_loopback)
    ):
        raise EndpointUrlNotValid


def _is_right(url: str, *, allows_loopback: bool) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        return False
    if allows_loopback and parts.scheme in {"http", "https"} and host in LOOPBACK_HOSTS:
        return True
    return parts.scheme == "https" and _HOST.fullmatch(host) is not None


def host_of(url: str) -> str:
    """Return the host of an address, without its port: what a person knows an endpoint by."""
    return urlsplit(url).hostname or ""
