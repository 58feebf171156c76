from chalicelib.correlation import correlated
from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.inquiries import inquired
from chalicelib.domain.limits import INQUIRIES, INQUIRY
from chalicelib.domain.payments import Answer, Attempt, Outcome
from chalicelib.domain.plan.instalments import Instalment, instalment_id, let_go
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.payments.apply_gateway_answer import book, recounted
from chalicelib.usecases.payments.ports import PaymentPorts


def inquire_attempt(ports: PaymentPorts, attempt: Attempt) -> Attempt:
    """Ask the gateway once about an attempt, write the answer, and return the attempt as it then is.

    Raise `ConcurrentUpdate` if another writer came first.
    """
    with correlated(attempt.correlation_id):
        return _inquire(ports, attempt)


def _inquire(ports: PaymentPorts, attempt: Attempt) -> Attempt:
    asked_at = ports.now()  # the page may be paid after the gateway answered, until it is over
    answer = book_if_paid(ports, attempt)
    if answer.outcome is Outcome.PAID:
        return ports.accounts.account(attempt.person_id).attempt(attempt.id) or attempt
    heard = inquired(attempt, answer, asked_at)
    if heard is not attempt:
        account = ports.accounts.account(attempt.person_id)
        freed = _let_go(account, heard)
        ports.store.commit(Changes(existing(heard, freed, recounted(account, attempt, heard))))
        if freed:
            set_off_anew(ports, freed.registration_id)
    return heard


def book_if_paid(ports: PaymentPorts, attempt: Attempt, account: Account | None = None) -> Answer:
    """Ask the gateway once about an attempt, book what was paid, and return the answer."""
    with correlated(attempt.correlation_id):
        answer = ports.gateway.inquire(attempt, ports.questions.next_question, ports.now())
        if answer.outcome is Outcome.PAID:
            account = account or ports.accounts.account(attempt.person_id)
            book(ports, account, account.attempt(attempt.id) or attempt, answer, None)
    return answer


def may_inquire(ports: PaymentPorts, attempt: Attempt) -> bool:
    """Count an inquiry caused by a student; return False if there were too many in this minute."""
    now = ports.now()
    if ports.limits.take(INQUIRY, attempt.id, now) > INQUIRY.most:
        return False
    return ports.limits.take(INQUIRIES, attempt.person_id, now) <= INQUIRIES.most


def _let_go(account: Account, attempt: Attempt) -> Instalment | None:
    """Return the late instalment that a closed page held back, free to be debited again."""
    if attempt.terms is None or attempt.is_open:
        return None
    held = account.instalment(instalment_id(attempt.registration_id, attempt.terms.rank))
    return let_go(held, attempt.id) if held and attempt.id in held.open_pages else None
