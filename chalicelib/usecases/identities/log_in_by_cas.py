from chalicelib.domain.causes import IdentityProviderMissing
from chalicelib.domain.errors import ConcurrentUpdate, IdentityUnknown, TicketRefused
from chalicelib.domain.identities import Identity, as_read
from chalicelib.domain.limits import TICKET, network_of
from chalicelib.domain.sessions import Method
from chalicelib.usecases.identities.ports import IdentityPorts
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.ports import IdentityProvider
from chalicelib.usecases.sign_in.open_session import Opened, create_session, digest, stage_of


def log_in_by_cas(ports: IdentityPorts, ticket: str, journey: str, address: str, *, renew: bool) -> Opened:
    """Open a session for the person that a CAS ticket names; each ticket is validated once.

    Single sign-on identifies the person but does not prove presence: only `renew` counts as a recent proof.
    """
    provider = provider_of(ports)
    subject = subject_of(ports, ticket, journey, address, renew=renew)
    identity = identity_of(ports, provider.name, subject)
    if identity is None:
        raise IdentityUnknown
    person, factor = ports.people.with_second_factor(identity.person_id)
    if not person.is_active:
        raise TicketRefused
    stage = stage_of(ports, person, factor)
    return create_session(ports, person, Method.CAS, stage, is_proved=renew, ticket_hash=digest(ticket))


def identity_of(ports: IdentityPorts, provider: str, subject: str) -> Identity | None:
    """Return the identity of a subject; rows of earlier releases are kept as the provider told it."""
    exact = ports.identities.find(provider, subject)
    return exact or ports.identities.find(provider, as_read(subject))


def provider_of(ports: IdentityPorts) -> IdentityProvider:
    if ports.identity_provider is None:
        raise IdentityProviderMissing
    return ports.identity_provider


def subject_of(ports: IdentityPorts, ticket: str, journey: str, address: str, *, renew: bool) -> str:
    """Return the subject of a ticket or raise `TicketRefused`; failures from one address are limited."""
    network = network_of(address)
    count_try(ports, TICKET, network)
    try:
        ports.sessions.claim_ticket(digest(ticket), ports.now())
    except ConcurrentUpdate:
        raise TicketRefused from None
    subject = provider_of(ports).subject(ticket, journey, renew=renew)
    if subject is None:
        raise TicketRefused
    ports.limits.give_back(TICKET, network, ports.now())
    return subject
