from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.instalments import Instalment, instalment_id, let_go
from chalicelib.domain.limits import INQUIRY
from chalicelib.domain.payments import Attempt, Outcome, inquired
from chalicelib.usecases.payments.apply_gateway_answer import book
from chalicelib.usecases.payments.ports import PaymentPorts


def inquire_attempt(ports: PaymentPorts, attempt: Attempt) -> Attempt:
    """Ask the gateway once about an attempt, write the answer, and return the attempt as it then is.

    Raise `ConcurrentUpdate` if another writer came first.
    """
    now = ports.now()
    answer = ports.gateway.inquire(attempt, ports.questions.next_question, now)
    if answer.outcome is Outcome.PAID:
        account = ports.accounts.account(attempt.person_id)
        book(ports, account, account.attempt(attempt.id) or attempt, answer, None)
        return ports.accounts.account(attempt.person_id).attempt(attempt.id) or attempt
    heard = inquired(attempt, answer, now)
    if heard is not attempt:
        ports.store.commit(Changes(existing(heard, let_go_by(ports, heard))))
    return heard


def may_inquire(ports: PaymentPorts, attempt: Attempt) -> bool:
    """Count an inquiry caused by a student; return False if there were too many in this minute."""
    return ports.limits.take(INQUIRY, attempt.id, ports.now()) <= INQUIRY.most


def let_go_by(ports: PaymentPorts, attempt: Attempt) -> Instalment | None:
    """Return the late instalment that a closed page held back, free to be debited again."""
    if attempt.terms is None or attempt.is_open:
        return None
    account = ports.accounts.account(attempt.person_id)
    held = account.instalment(instalment_id(attempt.registration_id, attempt.terms.rank))
    return let_go(held, attempt.id) if held and attempt.id in held.open_pages else None
