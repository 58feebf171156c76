from collections.abc import Iterable

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.slip_refusals import SlipEmpty
from chalicelib.domain.treasury.slips import Cheque, Slip, begun, exchanged
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cheques.list_cheques import cheques_of, seen_slip
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.races import again


def make_slip(ports: ChequePorts, payments: Iterable[str], by: Person) -> Slip:
    """Begin the next slip of the cheques' school with them on it, its number drawn in the same commit.

    A number once drawn stays: a slip that is emptied before its deposit is filled again. Raise `SlipEmpty`
    without a cheque, `ChequeElsewhere` for one that does not wait, `SlipFull`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    named = tuple(payments)
    return again(lambda: _make(ports, named, by), ports.pause)


def change_slip(ports: ChequePorts, slip_id: str, payments: Iterable[str], by: Person, seen: int = 0) -> Slip:
    """Let an open slip hold just these cheques; raise `SlipLocked` once it was deposited.

    `seen` is the version that was seen, 0 for any; raise `ConcurrentUpdate` if the slip is at another.
    """
    permit(by, Action.KEEP_BOOKS, "")
    named = tuple(payments)
    return again(lambda: _change(ports, slip_id, named, by, seen), ports.pause)


def _make(ports: ChequePorts, named: tuple[str, ...], by: Person) -> Slip:
    cheques = _cheques(ports, named)
    if not cheques:
        raise SlipEmpty
    sequence, slip, changed = begun(ports.cheques.sequence(cheques[0].series), cheques, by.id, ports.now())
    entry = audited(
        ports,
        by.id,
        Act.SLIP_MADE,
        slip.id,
        slip.id,
        amount_cents=slip.total_cents,
        payments=" ".join(named),
    )
    ports.store.commit(Changes((sequence, slip, *changed), entry))
    return slip


def _change(ports: ChequePorts, slip_id: str, named: tuple[str, ...], by: Person, seen: int) -> Slip:
    slip = seen_slip(ports, slip_id, seen)
    before = {each.payment_id for each in slip.cheques}
    put = _cheques(ports, (each for each in named if each not in before))
    taken = tuple(each for each in cheques_of(ports, slip) if each.payment_id not in named)
    changed, cheques = exchanged(slip, put, taken)
    if not cheques:
        return slip
    entry = audited(
        ports,
        by.id,
        Act.SLIP_CHANGED,
        slip.id,
        slip.id,
        amount_cents=changed.total_cents,
        payments=" ".join(named),
    )
    ports.store.commit(Changes((changed, *cheques), entry))
    return changed


def _cheques(ports: ChequePorts, payments: Iterable[str]) -> tuple[Cheque, ...]:
    return tuple(_cheque(ports, each) for each in dict.fromkeys(payments))


def _cheque(ports: ChequePorts, payment_id: str) -> Cheque:
    account = ports.accounts.account(person_of(payment_id))
    payment = next((each for each in account.every_payment if each.id == payment_id), None)
    cheque = ports.cheques.find(payment.reference, payment.id) if payment else None
    if cheque is None:
        raise NotFound
    return cheque
