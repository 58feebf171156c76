from contextlib import suppress

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.payments import Attempt, returned
from chalicelib.usecases.payments.inquire_attempt import inquire_attempt, may_inquire
from chalicelib.usecases.payments.ports import PaymentPorts
from chalicelib.usecases.registrations.show_account import account_behind


def show_attempt(ports: PaymentPorts, person_id: str, attempt_id: str) -> Attempt:
    """Return a person's attempt; raise `NotFound` for an attempt of another person.

    The gateway is asked once first if the browser came back by the accepted URL and no answer is known yet.
    """
    attempt = ports.accounts.account(person_id).attempt(attempt_id)
    if attempt is None:
        raise NotFound
    if not attempt.transaction and attempt.returned_at and may_inquire(ports, attempt):
        with suppress(ConcurrentUpdate):  # a notification came first: read its result
            inquire_attempt(ports, attempt)
        return ports.accounts.account(person_id).attempt(attempt_id) or attempt
    return attempt


def note_return(ports: PaymentPorts, attempt_id: str) -> None:
    """Record that a browser came back by the accepted URL: this settles nothing, and needs no session."""
    account = account_behind(ports, attempt_id)
    attempt = account.attempt(attempt_id) if account else None
    if attempt and not attempt.transaction and attempt.returned_at is None:
        with suppress(ConcurrentUpdate):
            ports.store.commit(Changes((returned(attempt, ports.now()),)))
