from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound, PaymentUnclear
from chalicelib.domain.payments import Attempt, AttemptState, Outcome, given_up
from chalicelib.usecases.payments.inquire_attempt import book_if_paid, may_inquire
from chalicelib.usecases.payments.ports import PaymentPorts


def give_up_attempt(ports: PaymentPorts, person_id: str, attempt_id: str) -> Attempt:
    """Close a person's open attempt if the gateway, asked once, holds no payment of it.

    Else book that payment. A payment that comes later is received on the account of what is owed then. A late
    instalment stays held until the first late look, for the gateway's page may be paid until it is over.
    Raise `PaymentUnclear` if the gateway gives no clear answer.
    """
    account = ports.accounts.account(person_id)
    attempt = account.attempt(attempt_id)
    if attempt is None:
        raise NotFound
    if not attempt.is_open:
        return attempt
    if attempt.state is AttemptState.UNKNOWN or not may_inquire(ports, attempt):
        raise PaymentUnclear
    answer = book_if_paid(ports, attempt, account)
    if answer.outcome is Outcome.UNKNOWN:
        raise PaymentUnclear
    if answer.outcome is not Outcome.PAID:
        ports.store.commit(Changes((given_up(attempt, ports.now()),)))
    return ports.accounts.account(person_id).attempt(attempt_id) or attempt
