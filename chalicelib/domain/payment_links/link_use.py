"""What an attempt keeps of the link by which it was started."""

from dataclasses import dataclass, field

from chalicelib.domain.languages import Language
from chalicelib.domain.people import Address
from chalicelib.domain.secrecy import SECRET


@dataclass(frozen=True)
class CardPayer:
    """Who pays by card through a link, without an account: what the gateway and the receipt need of them."""

    first_name: str
    last_name: str
    email: str
    address: Address
    language: Language


@dataclass(frozen=True)
class LinkUse:
    """One use of a link. `card_payer` is a third person: not in the student's export, None once erased.

    `browser` is a digest of the secret of the browser that left for the gateway, "" if none is known.
    """

    link_id: str
    card_payer: CardPayer | None = field(default=None, repr=False, metadata=SECRET)
    browser: str = ""
