from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.programs.refusals import KeyMoved, KeysTooMany
from chalicelib.domain.programs.service_key import (
    MOST_OF_AN_OWNER,
    Scope,
    ServiceKey,
    check_key,
    digest,
    require_as_read,
    revoked,
    rolled,
)
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.drawn import Drawn
from chalicelib.usecases.programs.ports import KeyPorts
from chalicelib.usecases.races import again


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


def make_key(
    ports: KeyPorts, asked: KeyAsked, owner: Person, drawn: Drawn | None = None
) -> tuple[ServiceKey, str]:
    """Return a new key of its owner, and its token; only the digest of the token is stored.

    What is `drawn` again finds the key that it made; raise `KeyMoved` if that was rolled or revoked since.
    """
    check_key(owner, asked.scopes, asked.networks, asked.days)
    new = drawn or Drawn(ports.new_id(), ports.new_token())
    return again(lambda: _make(ports, asked, owner, new))


def roll_key(
    ports: KeyPorts, key_id: str, owner: Person, seen: str | None = None, drawn: Drawn | None = None
) -> tuple[ServiceKey, str]:
    """Return the key with a new token; the token of before is valid for some more days.

    `seen` is the `seen_hash` that was read, None if unknown: raise `KeyMoved` if the key was rolled since,
    unless by the token that is `drawn` again, which is returned.
    """
    if drawn is None:
        return _roll(ports, key_id, owner, seen, ports.new_token())
    return again(lambda: _roll(ports, key_id, owner, seen, drawn.token))


def _make(ports: KeyPorts, asked: KeyAsked, owner: Person, new: Drawn) -> tuple[ServiceKey, str]:
    token, now = _token(ports, new.id, new.token), ports.now()
    if known := ports.service_keys.find(new.id):
        if not known.has(token):
            raise KeyMoved
        return known, token
    if sum(each.is_live(now) for each in list_own_keys(ports, owner)) >= MOST_OF_AN_OWNER:
        raise KeysTooMany(MOST_OF_AN_OWNER)
    expires_at = now + timedelta(days=asked.days)
    key = ServiceKey(
        new.id, asked.name, owner.id, asked.scopes, asked.networks, now, expires_at, digest(token)
    )
    scopes = " ".join(asked.scopes)
    trace = audited(ports, owner.id, Act.SERVICE_KEY_MADE, owner.id, key.id, scopes=scopes)
    ports.store.commit(Changes((key,), audit=trace))
    return key, token


def _roll(
    ports: KeyPorts, key_id: str, owner: Person, seen: str | None, drawn: str
) -> tuple[ServiceKey, str]:
    key = _own(ports, key_id, owner)
    token = _token(ports, key.id, drawn)
    if key.has(token):
        return key, token
    require_as_read(key, seen)
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


def _token(ports: KeyPorts, key_id: str, drawn: str) -> str:
    return f"{ports.key_prefix}{key_id}{drawn}"
