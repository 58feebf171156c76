"""The names of partitions and queues."""

from datetime import date

from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.storage.kind import Place

AUDIT_WAITING = "AUDIT#WAITING"
BRAKES = ("BRAKES", "STATE")
CAMPAIGN_REGISTER = ("CAMPAIGNS", "REGISTER")
CONFLICTS = "CONFLICTS"
CREDITS = "CREDITS"
DUE = "DUE"
ENDPOINTS = "ENDPOINTS"
EVENTS = "EVENTS"
EVENTS_WAITING = "EVENTS#WAITING"
EVENT_SEQUENCE = ("EVENT_SEQUENCE", "END")
IN_FLIGHT = "IN_FLIGHT"
JOURNAL_SEQUENCES = "JOURNAL#SEQUENCES"
JOURNAL_WAITING = "JOURNAL#WAITING"
LATE = "LATE"
OPEN_ATTEMPTS = "ATTEMPTS#OPEN"
OUTBOX_CARDS = "OUTBOX#CARDS"
OUTBOX_GIVEN_UP = "OUTBOX#GIVEN_UP"
OUTBOX_PENDING = "OUTBOX#PENDING"
PROPOSED_ROLES = "ROLE_CHANGES#PROPOSED"
RECEIVED = "NOTIFICATIONS#RECEIVED"
REVIEWS = "REVIEWS"
SERVICE_KEYS = "SERVICE_KEYS"  # pragma: allowlist secret
STAFF = "STAFF"
TRANSFER_FILES = "TRANSFER_FILES"
UNPAID = "UNPAID"


def person_key(person_id: str) -> str:
    return f"PERSON#{person_id}"


def email_key(email: str) -> str:
    return f"EMAIL#{email}"


def identity_key(provider: str, subject: str) -> str:
    return f"IDENTITY#{provider}#{subject}"


def link_key(token_hash: str) -> str:
    return f"LINK#{token_hash}"


def links_of(person_id: str) -> str:
    """Return the queue of one person's links."""
    return f"LINKS#{person_id}"


def messages_of(person_id: str) -> str:
    """Return the queue of the notifications about a person's attempts, once applied or set aside."""
    return f"MESSAGES#{person_id}"


def journal_of(series: str, year: int) -> str:
    """Return the queue of one school's numbered entries of one year."""
    return f"JOURNAL#{series}#{year}"


def treasury_key(series: str) -> str:
    """Return the partition of a school's entries that are of no student."""
    return f"TREASURY#{series}"


def journal_sequence_key(series: str, year: int) -> str:
    return f"JOURNAL_SEQUENCE#{series}#{year}"


def journal_sums_key(series: str, year: int) -> str:
    return f"JOURNAL_SUMS#{series}#{year}"


def campaign_text_place(campaign_id: str, number: int) -> Place:
    return Place(f"CAMPAIGN#{campaign_id}", f"VERSION#{number:06}")


def campaign_values_place(campaign_id: str, number: int, shape: int) -> Place:
    return Place(f"CAMPAIGN#{campaign_id}", f"VALUES#{number:06}#{shape}")


def invoices_of(number: int) -> str:
    """Return the queue of the invoices with a number; sellers of other series may have the same one."""
    return f"INVOICES#{number}"


def debits_of(day: date) -> str:
    return f"DEBITS#{day}"


def refunds_queue(state: RefundState) -> str:
    return f"REFUNDS#{state}"


def registrations_queue(campaign_id: str, status: RegistrationStatus) -> str:
    return f"REGISTRATIONS#{campaign_id}#{status}"


def plan_requests_queue(campaign_id: str, state: PlanRequestState) -> str:
    return f"PLAN_REQUESTS#{campaign_id}#{state}"


def endpoint_key(endpoint_id: str) -> str:
    return f"ENDPOINT#{endpoint_id}"


def deliveries_waiting(endpoint_id: str) -> str:
    """Return the queue of one endpoint's waiting deliveries: an endpoint that is down delays no other."""
    return f"DELIVERIES#{endpoint_id}"


def deliveries_given_up(endpoint_id: str) -> str:
    return f"DELIVERIES#GIVEN_UP#{endpoint_id}"


def transfer_file_place(series: str, number: int, part: str) -> Place:
    return Place(f"TRANSFER_FILE#{series}-{number:06}", part)


def transfer_sequence_place(series: str) -> Place:
    return Place(f"SEQUENCE#{series}", "TRANSFER_FILES")
