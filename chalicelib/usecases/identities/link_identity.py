from collections.abc import Sequence

from chalicelib.domain.causes import IdentityNotLinked
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, IdentityTaken
from chalicelib.domain.identities import Identity, as_read
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited, notice
from chalicelib.usecases.identities.log_in_by_cas import identity_of, provider_of, subject_of
from chalicelib.usecases.identities.ports import IdentityPorts


def link_identity(
    ports: IdentityPorts, person: Person, ticket: str, journey: str, address: str, *, renew: bool
) -> Identity:
    """Link the identity proved by a CAS ticket to the person logged in; mail addresses are never compared."""
    provider = provider_of(ports).name
    subject = subject_of(ports, ticket, journey, address, renew=renew)
    known = identity_of(ports, provider, subject)
    if known is None:
        identity = Identity(provider, as_read(subject), person.id, ports.now())
        entry = audited(ports, person.id, Act.IDENTITY_LINKED, person.id, provider)
        try:
            ports.store.commit(
                Changes((identity,), audit=entry, outbox=(notice(ports, Topic.IDENTITY_LINKED, person),))
            )
        except ConcurrentUpdate:
            raise IdentityTaken from None
        return identity
    if known.person_id != person.id:
        raise IdentityTaken
    return known


def central_identities(ports: IdentityPorts, person_id: str) -> Sequence[Identity]:
    """Return the identities by which a person may log in: imports keep others, such as a student number."""
    return _of_provider(ports, person_id, ports.identity_provider.name) if ports.identity_provider else ()


def _of_provider(ports: IdentityPorts, person_id: str, provider: str) -> Sequence[Identity]:
    return [each for each in ports.identities.of_person(person_id) if each.provider == provider]


def unlink_identity(ports: IdentityPorts, person: Person, provider: str) -> None:
    """Remove the link between a person and a provider."""
    mine = _of_provider(ports, person.id, provider)
    if not mine:
        raise IdentityNotLinked
    for identity in mine:
        entry = audited(ports, person.id, Act.IDENTITY_UNLINKED, person.id, provider)
        ports.store.commit(Changes(audit=entry, ended=(identity,)))
