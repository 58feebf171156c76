import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from chalicelib.domain.account import Account
from chalicelib.domain.errors import AddressUnknown
from chalicelib.domain.people import Address


class AddressMode(StrEnum):
    SAVED = "saved"
    NEW = "new"
    NONE = "none"


@dataclass(frozen=True)
class AddressChoice:
    """The address sent to the gateway: a saved one by `id`, a `new` one (saved if `keep`), or none."""

    mode: AddressMode
    id: str = ""
    new: Address | None = None
    keep: bool = False


def choose_address(account: Account, choice: AddressChoice) -> Address | None:
    """Return the chosen address; raise `AddressUnknown` for a saved one that does not exist."""
    if choice.mode is AddressMode.NONE:
        return None
    if choice.mode is AddressMode.NEW and choice.new:
        return replace(choice.new, id=digest(asdict(choice.new))[:16])
    for address in account.person.addresses:
        if address.id == choice.id:
            return address
    raise AddressUnknown


def digest(facts: object) -> str:
    """Return the SHA-256, in hex, of facts as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
