from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.notifications import Notification
from chalicelib.domain.payment_links.link import PaymentLinkKey
from chalicelib.domain.payment_links.link_use import LinkUse
from chalicelib.domain.payments import Answer
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Mandate
from chalicelib.domain.programs.service_key import ServiceKey
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.secrecy import secret_fields
from chalicelib.domain.sessions import Credentials, Session
from chalicelib.domain.trail.audit import Act, AuditRecord
from chalicelib.domain.webhooks.endpoint import Endpoint
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.privacy.ports import PrivacyPorts

STORED = (
    Answer,
    AuditRecord,
    Credentials,
    Mandate,
    Notification,
    IbanLink,
    LinkUse,
    PasswordLink,
    PaymentLinkKey,
    Refund,
    SecondFactor,
    ServiceKey,
    Endpoint,
    Session,
)
SECRET_FIELDS = secret_fields(STORED)


def export_person(ports: PrivacyPorts, person_id: str, by: Person) -> dict[str, Any]:
    """Return all data stored about a person, by kind of record, ready for JSON.

    `by` is the person or staff.
    """
    if by.id != person_id:
        permit(by, Action.EXPORT_PERSON, person_id)
    held = ports.personal.held(person_id)
    person = ports.people.person(person_id)
    ports.store.commit(Changes(audit=audited(ports, by.id, Act.PERSON_EXPORTED, person_id, person.id)))
    records = {kind: [without_secrets(each) for each in rows] for kind, rows in sorted(held.items())}
    return {"person_id": person_id, "exported_at": ports.now().isoformat(), "records": records}


def without_secrets(facts: Any) -> Any:
    """Return stored facts without what would let somebody in or debit a card, or is about another person."""
    if isinstance(facts, Mapping):
        return {name: without_secrets(value) for name, value in facts.items() if name not in SECRET_FIELDS}
    if isinstance(facts, list):
        return [without_secrets(each) for each in facts]
    return facts
