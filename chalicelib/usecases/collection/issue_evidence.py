import hashlib
from collections.abc import Callable
from typing import Protocol

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.evidence import EvidenceFile, evidence_of
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.outbox import Topic
from chalicelib.domain.parties import client_of, seller_of, session_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.collection.receive_payment import payment_with
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.usecases.storage_ports import Outbox, Sessions

NOTICES = frozenset({Topic.DEBIT_NOTICE.value, Topic.DEBIT_TAKEN.value, Topic.PAYMENT_BOOKED.value})


class EvidencePorts(RegistrationPorts, InvoicePorts, Protocol):
    """The ports of the evidence for the answer to a dispute."""

    @property
    def outbox(self) -> Outbox: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def render_evidence(self) -> Callable[[EvidenceFile], bytes]: ...


def issue_evidence(ports: EvidencePorts, payment_id: str) -> tuple[StoredDocument, str]:
    """Render all that answers a dispute of a payment, a drafted letter first; raise `NotFound`.

    Return the stored PDF and a link that expires in minutes. It goes with the person, as certificates do.
    """
    person_id = person_of(payment_id)
    account = ports.accounts.account(person_id)
    payment = payment_with(account, payment_id)
    if payment is None:
        raise NotFound
    file = open_file(ports, account, payment.registration_id)
    pdf = ports.render_evidence(evidence_file(ports, file, payment, account.person))
    key = f"certificates/{payment.registration_id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    return ports.documents.put_once(key, pdf), ports.documents.link(key, LINK_SECONDS)


def evidence_file(
    ports: EvidencePorts, file: RegistrationFile, payment: Payment, person: Person
) -> EvidenceFile:
    """Return all that is kept about one payment of a file, as of today."""
    mails = (each for each in ports.outbox.sent_to(person.id) if each.topic in NOTICES)
    own = (each for each in mails if each.registration_id == payment.registration_id)
    about = (each for each in own if each.rank in {0, payment.rank})
    opened = {paris_day(each.opened_at) for each in ports.sessions.of_person(person.id)}
    return EvidenceFile(
        pack=evidence_of(file, payment),
        seller=seller_of(file.campaign),
        client=client_of(person),
        session=session_of(file.registration, file.campaign),
        notices=tuple(sorted(about, key=lambda each: each.sent_at)),
        log_in_days=tuple(sorted(opened)),
        issued_on=paris_day(ports.now()),
    )
