from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.corrections import waivers as rules
from chalicelib.domain.corrections.waiver import Waiver, WaiverState
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import account_behind, open_file


def decide_waiver(
    ports: RegistrationPorts, waiver_id: str, reason: str, by: Person, *, is_approved: bool
) -> Waiver:
    """Record the decision of a second person; the debt and its journal entry are in one transaction.

    Raise `NotFound` for an unknown waiver.
    """
    permit(by, Action.DECIDE_WAIVER, person_of(waiver_id))
    return again(lambda: _decide(ports, waiver_id, reason, by, is_approved=is_approved))


def find_waiver(ports: RegistrationPorts, waiver_id: str) -> Waiver:
    """Return a waiver as it is now; raise `NotFound`."""
    account = account_behind(ports, waiver_id)
    found = (each for each in account.waivers if each.id == waiver_id) if account else ()
    if waiver := next(iter(found), None):
        return waiver
    raise NotFound


def _decide(
    ports: RegistrationPorts, waiver_id: str, reason: str, by: Person, *, is_approved: bool
) -> Waiver:
    waiver, now = find_waiver(ports, waiver_id), ports.now()
    account = ports.accounts.account(waiver.person_id)
    file = open_file(ports, account, waiver.registration_id)
    changes = rules.decide_waiver(account, file, waiver, reason, by, now, is_approved=is_approved)
    (decided,) = (row for row in changes.rows if isinstance(row, Waiver))
    trace = audited(
        ports,
        by.id,
        Act.WAIVER_APPROVED if decided.state is WaiverState.APPROVED else Act.WAIVER_REFUSED,
        waiver.person_id,
        waiver.id,
        decided.decision_reason or waiver.reason,
        amount_cents=waiver.amount_cents,
        kind=waiver.kind,
    )
    ports.store.commit(journaled(replace(changes, audit=trace), file, now))
    return decided
