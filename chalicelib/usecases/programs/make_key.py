from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.programs.refusals import KeysTooMany
from chalicelib.domain.programs.service_key import (
    MOST_OF_AN_OWNER,
    Scope,
    ServiceKey,
    check_key,
    digest,
    revoked,
    rolled,
)
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.programs.ports import KeyPorts


@dataclass(frozen=True)
class KeyAsked:
    """What a new key is to be."""

    name: str
    scopes: tuple[Scope, ...]
    networks: tuple[str, ...]
    days: int


def list_keys(ports: KeyPorts) -> Sequence[ServiceKey]:
    return ports.service_keys.all()


def list_own_keys(ports: KeyPorts, owner: Person) -> Sequence[ServiceKey]:
    return [key for key in ports.service_keys.all() if key.owner_id == owner.id]


def make_key(ports: KeyPorts, asked: KeyAsked, owner: Person) -> tuple[ServiceKey, str]:
    """Return a new key of its owner, and its token, which nobody can read again."""
    check_key(owner, asked.scopes, asked.networks, asked.days)
    key_id, now = ports.new_id(), ports.now()
    if sum(each.is_live(now) for each in list_own_keys(ports, owner)) >= MOST_OF_AN_OWNER:
        raise KeysTooMany(MOST_OF_AN_OWNER)
    token = _token(ports, key_id)
    expires_at = now + timedelta(days=asked.days)
    key = ServiceKey(
        key_id, asked.name, owner.id, asked.scopes, asked.networks, now, expires_at, digest(token)
    )
    scopes = " ".join(asked.scopes)
    trace = audited(ports, owner.id, Act.SERVICE_KEY_MADE, owner.id, key.id, scopes=scopes)
    ports.store.commit(Changes((key,), audit=trace))
    return key, token


def roll_key(ports: KeyPorts, key_id: str, owner: Person) -> tuple[ServiceKey, str]:
    """Return the key with a new token; the token of before is valid for some more days."""
    key = _own(ports, key_id, owner)
    token = _token(ports, key.id)
    changed = rolled(key, token, ports.now())
    trace = audited(ports, owner.id, Act.SERVICE_KEY_ROLLED, owner.id, key.id)
    ports.store.commit(Changes((changed,), audit=trace))
    return changed, token


def revoke_own_key(ports: KeyPorts, key_id: str, owner: Person) -> ServiceKey:
    return _revoke(ports, _own(ports, key_id, owner), owner)


def revoke_key(ports: KeyPorts, key_id: str, by: Person) -> ServiceKey:
    """Revoke anybody's key, at once; a second time changes nothing."""
    key = ports.service_keys.find(key_id)
    if key is None:
        raise NotFound
    permit(by, Action.REVOKE_KEY, key.owner_id)
    return _revoke(ports, key, by)


def _revoke(ports: KeyPorts, key: ServiceKey, by: Person) -> ServiceKey:
    if key.revoked_at:
        return key
    over = revoked(key, by.id, ports.now())
    trace = audited(ports, by.id, Act.SERVICE_KEY_REVOKED, key.owner_id, key.id)
    ports.store.commit(Changes((over,), audit=trace))
    return over


def _own(ports: KeyPorts, key_id: str, owner: Person) -> ServiceKey:
    """Return a key that is its owner's and not revoked; raise `NotFound` for any other."""
    key = ports.service_keys.find(key_id)
    if key is None or key.owner_id != owner.id or key.revoked_at:
        raise NotFound
    return key


def _token(ports: KeyPorts, key_id: str) -> str:
    return f"{ports.key_prefix}{key_id}{ports.new_token()}"
