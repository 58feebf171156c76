"""What tells PAYBOX's test environments from the real one. Source: its public test parameters."""

import re
from urllib.parse import urlsplit

TEST_SITES = frozenset({"1999887", "1999888"})
"""The public test merchants."""
_TEST_HOSTS = ("preprod-", "recette-")
TEST_KEY = "0123456789ABCDEF" * 8
"""The published HMAC key of the public test merchants."""
MOST_KEYS = 2
_KEY = re.compile("[0-9A-Fa-f]{128}")


def is_test_site(site: str) -> bool:
    return site in TEST_SITES


def is_test_address(url: str) -> bool:
    """Return True for an address of the gateway's preproduction."""
    return (urlsplit(url).hostname or "").startswith(_TEST_HOSTS)


def key_fault(key: str, *, is_live: bool) -> str:
    """Return what is wrong with an HMAC key, without showing it; "" if it can be used."""
    if not _KEY.fullmatch(key):
        return f"has {len(key)} characters; the key of the merchant's back office has 128 hexadecimal digits"
    if is_live and key.upper() == TEST_KEY:
        return "is the published key of the test merchants"
    return ""


def hmac_keys(text: str) -> tuple[str, ...]:
    """Return the keys of a secret that holds one, or two while it is renewed, in their order."""
    return tuple(text.replace(",", " ").split())


def keys_fault(text: str, *, is_live: bool) -> str:
    """Return what is wrong with the first bad key of a secret, without showing it; "" if all can be used."""
    keys = hmac_keys(text)
    if len(keys) > MOST_KEYS:
        return f"holds {len(keys)} keys; two at most, the one that signs first"
    return next(filter(None, (key_fault(key, is_live=is_live) for key in keys or ("",))), "")
