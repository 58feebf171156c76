from chalicelib.domain.evidence.checks import Source
from chalicelib.domain.evidence.standing import check_of
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.trail.audit import SCHEDULE
from chalicelib.usecases.evidence.ask_source import ask_source, is_on
from chalicelib.usecases.evidence.ports import EvidencePorts
from chalicelib.usecases.evidence.record_check import record_check


def ask_again(ports: EvidencePorts, entry: OutboxEntry) -> None:
    """Ask once more about a check that waits; do nothing if it no longer does, or if the source is off."""
    account = ports.accounts.account(entry.person_id)
    registration = account.registration(entry.registration_id)
    check = check_of(registration, Source(entry.reason))
    if check is None or check.next_ask_at is None or check.next_ask_at > ports.now():
        return
    if not is_on(ports, check.source) or not registration.is_accepted or account.person.erased_on:
        return
    record_check(
        ports,
        account.person,
        registration.id,
        ask_source(ports, account.person, registration, check),
        SCHEDULE,
    )
