from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled, recorded
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import is_refund_id, person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.refund import RETURNED, Refund, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.refunds.returns import returned
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.booking import released_entry
from chalicelib.domain.treasury.lines import (
    Explanation,
    ExplanationKind,
    StatementLine,
    explain,
    require_near,
)
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.races import again
from chalicelib.usecases.refunds.acts import Opened, open_transfer
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import SettlingPorts

_ENDS = frozenset({RefundState.SENT, RefundState.DONE})


def settle_refunds(
    ports: SettlingPorts, line_id: str, subject: str, by: Person, seen: int = 0
) -> StatementLine:
    """Explain money that left as our transfers: those of the file `subject`, or of the refund `subject`.

    Each that was sent is done from now on, in a commit of its own; the line follows once all are.
    """
    refunds = _refunds(ports, subject)
    for refund in refunds:
        permit(by, Action.REFUND, person_of(refund.id))
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    total = -sum(each.amount_cents for each in refunds)
    if line.open_cents != total:
        raise ExplanationUnequal(line.open_cents, total)
    if any(each.by_card or each.state not in _ENDS for each in refunds):
        raise RefundNotReady
    for refund in refunds:
        require_near(line, refund.sent_on or line.booked_on)
    for refund in refunds:
        if refund.state is RefundState.SENT:
            finish_transfer(ports, refund.id, by, is_done=True)
    return again(lambda: _settle(ports, line_id, subject, by), ports.pause)


def return_refund(
    ports: SettlingPorts, line_id: str, refund_id: str, by: Person, seen: int = 0
) -> StatementLine:
    """Explain money that came in as a transfer of ours that came back: its amount is a credit again."""
    permit(by, Action.REFUND, person_of(refund_id))
    open_line(ports, line_id, seen)
    done = again(lambda: _return(ports, line_id, refund_id, by), ports.pause)
    set_off_anew(ports, _opened(ports, refund_id).refund.registration_id)
    return done


def _opened(ports: SettlingPorts, refund_id: str) -> Opened:
    """Return a refund by transfer; raise `RefundNotReady` for any other, and for none."""
    try:
        return open_transfer(ports, refund_id)
    except NotFound:
        raise RefundNotReady from None


def _refunds(ports: SettlingPorts, subject: str) -> tuple[Refund, ...]:
    ids = (subject,) if is_refund_id(subject) else ports.transfer_files.find(subject).refunds
    return tuple(_opened(ports, each).refund for each in ids)


def _settle(ports: SettlingPorts, line_id: str, subject: str, by: Person) -> StatementLine:
    line = open_line(ports, line_id)
    part = Explanation(ExplanationKind.TRANSFER_FILE, subject, line.open_cents)
    entry = released_entry(line, line.open_cents, ledger_of(ports, line.iban))
    return explained(ports, line, (part,), (entry,), by)


def _return(ports: SettlingPorts, line_id: str, refund_id: str, by: Person) -> StatementLine:
    line, opened, now = open_line(ports, line_id), _opened(ports, refund_id), ports.now()
    refund = opened.refund
    changes = returned(opened.file, refund, now)
    part = Explanation(ExplanationKind.REFUND_RETURNED, refund.id, refund.amount_cents)
    done = explain(line, (part,), by.id, now)
    entry = audited(
        ports,
        by.id,
        Act.REFUND_REFUSED,
        refund.person_id,
        refund.id,
        amount_cents=refund.amount_cents,
        method=refund.method,
        code=RETURNED,
        line=line.id,
    )
    told = journaled(replace(changes, rows=(*changes.rows, done), audit=entry), opened.file, now)
    moved = released_entry(line, line.open_cents, ledger_of(ports, line.iban))
    ports.store.commit(recorded(told, (moved,) if moved else ()))
    return done
