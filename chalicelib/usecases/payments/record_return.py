import hashlib
from collections.abc import Mapping

from chalicelib.domain.account import Account
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.plan.instalment_settlement import late_card
from chalicelib.usecases.payments.inquire_attempt import may_inquire
from chalicelib.usecases.payments.ports import PaymentPorts
from chalicelib.usecases.payments.record_notification import record_message
from chalicelib.usecases.registrations.show_account import account_behind


def record_return(ports: PaymentPorts, parameters: Mapping[str, str]) -> None:
    """Store the signed variables of a browser's accepted return, then apply them like a notification.

    They settle nothing by themselves: the gateway is asked by their numbers, and what it confirms is booked
    with the token of the card. A return that is not genuine, or brings nothing new, is ignored. It has a key
    of its own, so that the notification of the same transaction never contradicts it.
    """
    body = ports.gateway.signed_return(parameters)
    answer = ports.gateway.read_notification(body) if body else None
    if body is None or answer is None or answer.outcome is not Outcome.PAID:
        return
    attempt_id = ports.gateway.attempt_id(answer.reference)
    account = account_behind(ports, attempt_id) if attempt_id else None
    if attempt_id and account and _is_news(ports, account, attempt_id, answer):
        digest = hashlib.sha256(body).hexdigest()
        record_message(ports, body, answer, f"{answer.transaction}-return", digest)


def _is_news(ports: PaymentPorts, account: Account, attempt_id: str, answer: Answer) -> bool:
    """Return True if the attempt is not paid yet, or its plan lacks the card; count the inquiry."""
    attempt = account.attempt(attempt_id)
    if attempt is None or (attempt.transaction and late_card(account, attempt, answer) is None):
        return False
    return may_inquire(ports, attempt)
