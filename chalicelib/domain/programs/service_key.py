"""Service keys: a program reads what its owner may read, or imports students, and never moves money."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.limits import Limit, network_of
from chalicelib.domain.people import Person
from chalicelib.domain.programs.refusals import (
    KeyBeyondOwner,
    KeyLivesTooLong,
    KeyMoved,
    KeyNetworkNotValid,
)
from chalicelib.domain.secrecy import SECRET

PREFIX = "qtc_"
LONGEST_DAYS = 365
MOST_OF_AN_OWNER = 20
"""The most valid keys of one person: they end with their account, in one transaction."""
ROLLING_FOR = timedelta(days=7)
"""The time for which the secret of before is still valid, so that a program can be given the new one."""
KEY = Limit("key", 300, timedelta(minutes=1))
"""Requests of one key."""
_TOKEN = re.compile(r"qtc_(?:live|test)_([0-9a-f]{16}).{1,100}")


class Scope(StrEnum):
    READ_REGISTRATIONS = "read:registrations"
    READ_PAYMENTS = "read:payments"
    READ_JOURNAL = "read:journal"
    READ_EVENTS = "read:events"
    WRITE_STUDENTS = "write:students"


ALLOWED: dict[Scope, frozenset[Action]] = {
    Scope.READ_REGISTRATIONS: frozenset({Action.READ_REGISTRATIONS}),
    Scope.READ_PAYMENTS: frozenset({Action.READ_INSTALMENTS, Action.READ_CREDITS}),
    Scope.READ_JOURNAL: frozenset({Action.READ_BOOKS}),
    Scope.READ_EVENTS: frozenset({Action.READ_EVENTS}),
    Scope.WRITE_STUDENTS: frozenset({Action.IMPORT_STUDENTS, Action.READ_IMPORTS}),
}
"""The actions of each scope; of those that act as well as read, a key only reads."""
ACTS = frozenset({Action.IMPORT_STUDENTS})
"""The acts of keys: none of them moves money, or gives anybody a role."""


@dataclass(frozen=True)
class ServiceKey:
    """A key. Its digests are SHA-256 of the whole token in hex, which is shown once and never stored.

    `networks` are in CIDR notation. `former_hash` is valid until `former_until`. `last_used_from` is the
    network of the first use of that day.
    """

    id: str
    name: str
    owner_id: str
    scopes: tuple[Scope, ...]
    networks: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    token_hash: str = field(repr=False, metadata=SECRET)
    former_hash: str = field(default="", repr=False, metadata=SECRET)
    former_until: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    last_used_at: datetime | None = None
    last_used_from: str = ""
    version: int = 1

    @property
    def seen_hash(self) -> str:
        """Return a digest that another token changes, and that tells nothing of any."""
        return digest(f"seen {self.token_hash}")[:16]

    def has(self, token: str) -> bool:
        """Return True if the token is the newest one of the key, which is not revoked."""
        return not self.revoked_at and digest(token) == self.token_hash

    def opens(self, token: str, owner: Person, now: datetime) -> bool:
        """Return True if the token is the key's, and key and owner are still here."""
        is_open = self.is_live(now) and owner.is_active and owner.is_staff
        return is_open and digest(token) in self._valid(now)

    def is_live(self, now: datetime) -> bool:
        """Return True if it is neither revoked nor expired."""
        return not self.revoked_at and now < self.expires_at

    def _valid(self, now: datetime) -> tuple[str, ...]:
        """Return the digests that are valid: the former one too while the key rolls."""
        is_rolling = self.former_until is not None and now < self.former_until
        return (self.token_hash, self.former_hash) if is_rolling else (self.token_hash,)

    def covers(self, action: Action, *, is_read: bool) -> bool:
        return (is_read or action in ACTS) and any(action in ALLOWED[scope] for scope in self.scopes)

    def is_for(self, address: str) -> bool:
        """Return True if the address is in one of the networks; an IPv4 address in its IPv6 form too."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in ip_network(network) for network in self.networks)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def key_id_of(token: str) -> str | None:
    """Return the id in a token, None for a text of another form."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else None


def check_key(owner: Person, scopes: tuple[Scope, ...], networks: tuple[str, ...], days: int) -> None:
    """Raise a `KeyNotPossible` for a key that lives too long, of no network, or beyond its owner's roles."""
    if days > LONGEST_DAYS:
        raise KeyLivesTooLong(LONGEST_DAYS)
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise KeyNetworkNotValid(network) from None
    for scope in scopes:
        if not _may_have(owner, scope):
            raise KeyBeyondOwner(scope.value)


def _may_have(owner: Person, scope: Scope) -> bool:
    return all(owner.holds(*RULES[action].roles) for action in ALLOWED[scope])


def ended_with(owner: Person, keys: Iterable[ServiceKey], by: str, now: datetime) -> tuple[ServiceKey, ...]:
    """Return, revoked, the live keys that a closed owner, or one without a role they need, may not have."""
    live = (each for each in keys if each.owner_id == owner.id and each.is_live(now))
    return tuple(
        revoked(each, by, now)
        for each in live
        if not (owner.is_active and all(_may_have(owner, scope) for scope in each.scopes))
    )


def named(keys: Iterable[ServiceKey]) -> dict[str, str]:
    """Return the keys that an act ended as a detail of its audit entry, nothing without any."""
    ids = " ".join(each.id for each in keys)
    return {"keys": ids} if ids else {}


def require_as_read(key: ServiceKey, seen: str | None) -> None:
    """Raise `KeyMoved` unless `seen` is the key's `seen_hash`; None: what was read is not known."""
    if seen not in {None, key.seen_hash}:
        raise KeyMoved


def rolled(key: ServiceKey, token: str, now: datetime) -> ServiceKey:
    """Return the key with a new secret; the one before stays valid for a while."""
    return replace(
        key,
        token_hash=digest(token),
        former_hash=key.token_hash,
        former_until=now + ROLLING_FOR,
        version=key.version + 1,
    )


def revoked(key: ServiceKey, by: str, now: datetime) -> ServiceKey:
    return replace(key, revoked_at=now, revoked_by=by, version=key.version + 1)


def used(key: ServiceKey, address: str, now: datetime) -> ServiceKey:
    """Note the first use of a Paris day; a later one changes nothing."""
    if key.last_used_at and paris_day(key.last_used_at) == paris_day(now):
        return key
    return replace(key, last_used_at=now, last_used_from=network_of(address), version=key.version + 1)
