"""The fields of the hosted page for one attempt, in signing order, in which they must be posted.

The same attempt, payer, school and language give the same bytes, so a repeated request gets the same form.
Source: the integration manuals of PAYBOX System and PAYBOX Direct Plus.
"""

import re

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import School
from chalicelib.domain.payments import PAGE_LIFETIME, Attempt
from chalicelib.domain.people import Person
from chalicelib.gateway.account import RETURNS, PayboxAccount
from chalicelib.gateway.payer_xml import billing, can_be_sent, shopping_cart
from chalicelib.gateway.signature import hmac_of

_TOLD = "Mt:M;Ref:R;Auto:A;Appel:T;Trans:S;Err:E;Card:C;Exp:D;Last:J;Gar:G;Auth:F;Day:W"
RETURNED = f"{_TOLD};Sign:K"
"""The variables of notifications, `name:letter`, below 150 letters. Those after Sign:K would be unsigned."""
RETURNED_WITH_TOKEN = f"{_TOLD};Abo:U;Sign:K"

_LANGUAGES = {"fr": "FRA", "en": "GBR"}
_EMAIL = re.compile(r"(?=.{6,120}$)[A-Za-z0-9.!#$%'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NO_PREFERENCE, _CHALLENGE_MANDATED = "01", "04"

Fields = tuple[tuple[str, str], ...]


def page_fields(
    account: PayboxAccount, attempt: Attempt, payer: Person, school: School, language: str
) -> Fields:
    fields = (
        *_merchant(account),
        *_purchase(attempt, payer, school),
        *_ways_back(account),
        *_page(language),
        *_kept_card(attempt),
        *_authentication(attempt, payer, school),
    )
    return (*fields, ("PBX_HMAC", hmac_of(fields, account.hmac_key)))


def _merchant(account: PayboxAccount) -> Fields:
    return (
        ("PBX_SITE", account.site),
        ("PBX_RANG", account.rang),
        ("PBX_IDENTIFIANT", account.identifiant),
    )


def _purchase(attempt: Attempt, payer: Person, school: School) -> Fields:
    return (
        ("PBX_TOTAL", f"{attempt.amount_cents:03d}"),
        ("PBX_DEVISE", "978"),
        ("PBX_CMD", attempt.reference),
        ("PBX_PORTEUR", _porteur(payer, school)),
        ("PBX_RETOUR", RETURNED_WITH_TOKEN if attempt.terms else RETURNED),
        ("PBX_HASH", "SHA512"),
        ("PBX_TIME", attempt.started_at.astimezone(PARIS).isoformat(timespec="seconds")),
    )


def _porteur(payer: Person, school: School) -> str:
    """Return the mail address for the card ticket: the school's if the gateway cannot take the payer's.

    An address is never truncated (it could be another person's), and one with `&` could shift text of the
    signed message from one field to the next.
    """
    return payer.email if _EMAIL.fullmatch(payer.email) else school.contact_email


def _ways_back(account: PayboxAccount) -> Fields:
    names = (f"PBX_{way.upper()}" for way in RETURNS)
    return (
        *zip(names, account.return_urls, strict=True),
        ("PBX_REPONDRE_A", account.webhook_url),
        # With a GET, the API would lose the raw query string, which the gateway signs.
        ("PBX_RUF1", "POST"),
    )


def _page(language: str) -> Fields:
    return (
        ("PBX_DISPLAY", str(int(PAGE_LIFETIME.total_seconds()))),
        ("PBX_LANGUE", _LANGUAGES.get(language, "FRA")),
        ("PBX_TYPEPAIEMENT", "CARTE"),
        ("PBX_TYPECARTE", "CB"),
        ("PBX_SOURCE", "RWD"),
    )


def _kept_card(attempt: Attempt) -> Fields:
    """Return the fields that allow later debits.

    The card must be valid at the last due date, e-cards are not.
    """
    if attempt.terms is None:
        return ()
    return (
        ("PBX_REFABONNE", attempt.terms.subscriber),
        ("PBX_DATEVALMAX", f"{attempt.terms.last_due_on:%y%m}"),
    )


def _authentication(attempt: Attempt, payer: Person, school: School) -> Fields:
    """Return the authentication fields: a challenge is required for later debits, and without an address.

    An address of which nothing can be sent is none.
    """
    is_told = attempt.address is not None and can_be_sent(attempt.address)
    wish = _NO_PREFERENCE if is_told and not attempt.terms else _CHALLENGE_MANDATED
    quantity = sum(line.quantity for line in attempt.lines)
    return (
        ("PBX_SOUHAITAUTHENT", wish),
        ("PBX_SHOPPINGCART", shopping_cart(quantity)),
        ("PBX_BILLING", billing(payer, school, attempt.address)),
    )
