from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.given_back import released
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Outcome
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import (
    DebitState,
    Event,
    Instalment,
    InstalmentState,
    instalment_id,
    moved,
)
from chalicelib.domain.plan.refusals import GatewayUnclear, NothingToRelease, ReleaseMoved
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.debits.book_debit import book_debit
from chalicelib.usecases.debits.ports import DebitPorts


def release_instalment(
    ports: DebitPorts, registration_id: str, rank: int, by: Person, seen_debit: str | None = None
) -> Instalment:
    """Release an instalment in conflict, so that it is debited again; `by` is the person who decides.

    The gateway is asked once more first: a debit that it finds is booked instead, one without an answer
    stays. One that is known to have been given back is released, and taken again. Raise `ReleaseMoved` if the
    debit in conflict is not the one whose id was read, `seen_debit`, None if that is not known.
    """
    permit(by, Action.RELEASE_INSTALMENT, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    instalment = account.instalment(instalment_id(registration_id, rank))
    if instalment is None:
        raise NotFound
    debit = account.debit(instalment.debit_id)
    if instalment.state is not InstalmentState.CONFLICT or debit is None:
        raise NothingToRelease
    if seen_debit not in {None, debit.id}:
        raise ReleaseMoved
    answer = ports.gateway.inquire_debit(debit, ports.questions.next_question, ports.now())
    if answer.outcome is Outcome.PAID and debit.state is not DebitState.REFUNDED:
        book_debit(ports, account, instalment, debit, answer)
    elif answer.outcome is Outcome.UNKNOWN:
        raise GatewayUnclear
    else:
        today = paris_day(ports.now())
        free = moved(instalment, Event.RELEASE, ports.now(), next_try_on=today)
        entry = audited(
            ports,
            by.id,
            Act.DEBIT_RELEASED,
            free.person_id,
            free.id,
            amount_cents=free.amount_cents,
        )
        ports.store.commit(Changes((free, released(debit, by.id)), audit=entry))
        set_off_anew(ports, free.registration_id)
    return ports.accounts.account(person_of(registration_id)).instalment(instalment.id) or instalment
