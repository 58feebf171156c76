from contextlib import suppress
from dataclasses import dataclass

from chalicelib.domain.access import Action, admit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.programs.refusals import KeyBeyondScope, KeyElsewhere, KeyNotValid, KeyTooFast
from chalicelib.domain.programs.service_key import KEY, ServiceKey, key_id_of, used
from chalicelib.domain.sessions import NEVER, Session
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.programs.ports import KeyPorts


@dataclass(frozen=True)
class KeyUse:
    """One request of a key: its owner, a session, and what is left.

    The session proves a recent identity for an act of keys alone: its owner proved it to make the key.

    `left` requests may follow within `resets_in` seconds.
    """

    person: Person
    session: Session
    left: int
    resets_in: int


def enter_by_key(ports: KeyPorts, token: str, action: Action, address: str, *, is_read: bool) -> KeyUse:
    """Return whose key a token is; raise what keeps it out of this action.

    What its owner may not do is refused as to the owner, by `admit`. The trail names the key of an act.
    """
    key, owner = _known(ports, token)
    now = ports.now()
    count = ports.limits.take(KEY, key.id, now)
    resets_in = max(1, KEY.ends_at(now) - int(now.timestamp()))
    if count > KEY.most:
        raise KeyTooFast(resets_in)
    if not key.is_for(address):
        raise KeyElsewhere
    if not key.covers(action, is_read=is_read):
        raise KeyBeyondScope
    noted = used(key, address, now)
    if noted is not key:
        with suppress(ConcurrentUpdate):  # another request notes it
            ports.store.commit(Changes((noted,)))
    proved_at = NEVER if is_read else now
    session = Session("", owner.id, key.expires_at, authenticated_at=proved_at)
    if not is_read:
        admit(owner, action, session, now)
        trace = audited(ports, owner.id, Act.SERVICE_KEY_ACTED, owner.id, key.id, action=action.name.lower())
        ports.store.commit(Changes((), audit=trace))
    return KeyUse(owner, session, KEY.most - count, resets_in)


def _known(ports: KeyPorts, token: str) -> tuple[ServiceKey, Person]:
    key_id = key_id_of(token)
    key = ports.service_keys.find(key_id) if key_id else None
    if key is None:
        raise KeyNotValid
    try:
        owner = ports.people.person(key.owner_id)
    except NotFound:
        raise KeyNotValid from None
    if not key.opens(token, owner, ports.now()):
        raise KeyNotValid
    return key, owner
