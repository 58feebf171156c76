"""The public test merchants, and how a call is matched with one of them."""

from dataclasses import dataclass

HMAC_KEY_HEX = "0123456789ABCDEF" * 8


@dataclass(frozen=True)
class Merchant:
    site: str
    rang: str
    identifiant: str
    name: str = "COMMERCE DE TEST"
    hmac_key_hex: str = HMAC_KEY_HEX
    cle: str = "1999888I"


MERCHANTS = (
    Merchant("1999888", "32", "107904482"),
    Merchant("1999888", "32", "110647233"),
    Merchant("1999888", "32", "1686319"),
    Merchant("1999888", "32", "2"),
    Merchant("1999888", "32", "3"),
    Merchant("1999888", "43", "107975626"),
    Merchant("1999888", "63", "109518543"),
    Merchant("1999888", "63", "222"),
    Merchant("1999888", "222", "2"),
    Merchant("1999887", "32", "215"),
    Merchant("1999887", "63", "222"),
)


def find_merchant(site: str, rang: str, identifiant: str | None) -> Merchant | None:
    """Banks write the rank with two or three digits; direct calls may leave the identifier out."""
    for merchant in MERCHANTS:
        same_contract = (site, rang.lstrip("0")) == (merchant.site, merchant.rang.lstrip("0"))
        if same_contract and identifiant in (None, "", merchant.identifiant):
            return merchant
    return None


def two_digits(rang: str) -> str:
    """Return a rank as exports and answers write it: `032` is `32`."""
    return rang.lstrip("0").zfill(2)


def contract_of(site: str, rang: str) -> str:
    """Return the number of the acquiring contract of a site's rank, an invented one: seven digits."""
    return f"5{site[-3:]}{int(rang):03d}"
