"""The kinds of row of who may come in: accounts, identities, links, roles and imports."""

import hashlib
from collections.abc import Mapping

from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.payment_links.link import PaymentLinkKey
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Login
from chalicelib.storage.keys import PROPOSED_ROLES, email_key, identity_key, link_key, links_of, person_key
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.kinds import in_partition
from chalicelib.storage.table import instant


def _identity(identity: Identity) -> tuple[Place, ...]:
    """Return the places by the provider's subject and in the person's partition, keyed there by a digest."""
    digest = hashlib.sha256(identity.subject.encode()).hexdigest()
    own = Place(person_key(identity.person_id), f"IDENTITY#{identity.provider}#{digest}")
    return Place(identity_key(identity.provider, identity.subject), "IDENTITY"), own


def _role_change_queue(change: RoleChange) -> Place | None:
    waits = change.state is RoleChangeState.PROPOSED
    return Place(PROPOSED_ROLES, f"{instant(change.proposed_at)}#{change.id}") if waits else None


def _link(sort_key: str) -> Kind:
    return Kind(
        lambda link: (Place(link_key(link.token_hash), sort_key),),
        lambda link: Place(links_of(link.person_id), link.token_hash),
        purge_at=lambda link: link.expires_at,
    )


ACCESS_KINDS: Mapping[type, Kind] = {
    IbanLink: _link("IBAN"),
    Identity: Kind(_identity),
    Login: Kind(
        lambda login: (Place(email_key(login.email), "CREDENTIALS"),),
        version=lambda login: login.credentials.version,
        facts=lambda login: login.credentials,
        is_deleted=True,  # its key holds the mail address
    ),
    PasswordLink: _link("LINK"),
    PaymentLinkKey: _link("PAY"),
    RoleChange: Kind(in_partition("ROLE_CHANGE", lambda each: each.id), _role_change_queue, counted),
    SecondFactor: Kind(lambda each: (Place(person_key(each.person_id), "SECOND_FACTOR"),), version=counted),
    StudentImport: Kind(lambda _: (Place("IMPORT#STUDENTS", "LAST"),), version=counted),  # one at a time
}
