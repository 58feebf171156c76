from dataclasses import replace

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.links import IbanLink
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.refunds.ibans import masked
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.refusals import IbanLinkNotValid, RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.races import again
from chalicelib.usecases.refunds.acts import Opened, open_refund, open_transfer, write
from chalicelib.usecases.refunds.ports import IbanPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.sign_in.open_session import digest


def give_iban(ports: RegistrationPorts, person_id: str, refund_id: str, iban: str) -> Refund:
    """Store the account that the student wants the money on; `iban` is checked and without spaces."""
    if person_of(refund_id) != person_id:
        raise NotFound
    opened = open_transfer(ports, refund_id)
    if not opened.refund.takes_iban:
        raise RefundNotReady
    return _store(ports, opened, iban)


def give_iban_by_link(ports: IbanPorts, token: str, iban: str) -> Refund:
    """Do the same for whoever has the mailed link, once; raise `IbanLinkNotValid` for a link that is over."""
    return again(lambda: _by_link(ports, token, iban))


def read_iban_link(ports: IbanPorts, token: str) -> tuple[IbanLink, Opened]:
    """Return the link of a token and its refund, or raise `IbanLinkNotValid`. The link stays valid."""
    link = ports.iban_links.find(digest(token))
    if link is None or ports.now() >= link.expires_at:
        raise IbanLinkNotValid
    opened = open_refund(ports, link.refund_id)
    if not opened.refund.waits_for_iban or opened.account.person.email != link.email:
        raise IbanLinkNotValid
    return link, opened


def _by_link(ports: IbanPorts, token: str, iban: str) -> Refund:
    link, opened = read_iban_link(ports, token)
    return _store(ports, opened, iban, link)


def _store(ports: RegistrationPorts, opened: Opened, iban: str, link: IbanLink | None = None) -> Refund:
    """Write the IBAN and the mail that tells its owner; the refund's version lets one of several through."""
    refund = opened.refund
    told = replace(refund, iban=iban, version=refund.version + 1)
    mail = OutboxEntry(
        id=f"{Topic.IBAN_GIVEN}-{told.id}-{told.version}",
        topic=Topic.IBAN_GIVEN,
        person_id=told.person_id,
        registration_id=told.registration_id,
        created_at=ports.now(),
        amount_cents=told.amount_cents,
        reason=masked(iban),
    )
    changes = Changes((told,), outbox=(mail,), ended=existing(link))
    write(ports, opened.file, changes, Act.IBAN_GIVEN, told.person_id, told, by_link=bool(link))
    return told
