from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, canonical_digest
from chalicelib.domain.treasury.slips import (
    Slip,
    SlipLine,
    by_paper,
    deposited,
    frozen,
    require_depositable,
)
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cheques.list_cheques import campaign_of, cheques_of, drawn, seen_slip
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.races import again


def deposit_slip(ports: ChequePorts, slip_id: str, on: date, by: Person, seen: int = 0) -> Slip:
    """Lock a slip, whose cheques are handed to the bank on this day, and freeze what its paper says.

    `seen` is the version that was seen, 0 for any: another person may have exchanged its cheques since.

    Raise `ConcurrentUpdate` then, `SlipLocked` if it was deposited before, `SlipEmpty`, `SlipMisdated`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    return again(lambda: _deposit(ports, slip_id, on, by, seen), ports.pause)


def _deposit(ports: ChequePorts, slip_id: str, on: date, by: Person, seen: int) -> Slip:
    slip = seen_slip(ports, slip_id, seen)
    cheques = cheques_of(ports, slip)
    require_depositable(slip, cheques, on, paris_day(ports.now()))
    found = drawn(ports, cheques)
    lines = by_paper(
        SlipLine(each.cheque.number, each.cheque.bank, each.drawer, each.cheque.amount_cents)
        for each in found
    )
    if sum(each.amount_cents for each in lines) != slip.total_cents:
        raise ValueError("a cheque of the slip could not be read: its paper would lack it")
    digest = canonical_digest([[each.number, each.bank, each.drawer, each.amount_cents] for each in lines])
    locked = deposited(slip, digest, on, by.id)
    years = campaign_of(ports.campaigns, slip.series).retention.accounting_years
    entry = audited(
        ports,
        by.id,
        Act.SLIP_DEPOSITED,
        slip.id,
        slip.id,
        amount_cents=slip.total_cents,
        deposited_on=on,
        lines=digest,
    )
    ports.store.commit(Changes((locked, frozen(locked, lines, years)), entry))
    return locked
