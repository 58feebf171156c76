"""The money of a registrar's refusal: refunds proposed in the same commit, or let lapse with it."""

from dataclasses import replace

from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.recording import Draft
from chalicelib.domain.corrections.refusing import refuse, reopen
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import Registration
from chalicelib.usecases.corrections.correct_registration import instruction, told
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


def with_refunds(
    ports: RegistrationPorts, refused: Registration, changes: Changes, kept_cents: int, by: Person
) -> Changes:
    """Add a prepared refund of each payment of a refused file, all but what is kept; none without money."""
    file = open_file(ports, ports.accounts.account(refused.person_id), refused.id)
    if not kept_cents and not any(payment.refundable_cents for payment in file.payments):
        return changes
    asked = instruction(ports, file, by, refused.reason)
    draft = refuse(file, refused, kept_cents, asked, ports.now())
    (mail,) = changes.outbox
    telling = replace(mail, amount_cents=draft.correction.to_give_back_cents)
    return replace(_with(changes, draft), outbox=(telling,))


def without_refunds(ports: RegistrationPorts, opened: Registration, changes: Changes, by: Person) -> Changes:
    """Let lapse what waits for a second person of a file that is open again.

    The student is asked for what payers gave up meanwhile.
    """
    account = ports.accounts.account(opened.person_id)
    file, now = open_file(ports, account, opened.id), ports.now()
    is_waiting = any(each.state is RefundState.PREPARED for each in file.refunds)
    is_asked = any(each.postponed_cents for each in file.payers)
    if not (is_waiting or is_asked or opened.kept_cents):
        return changes
    asked, sequence = instruction(ports, file, by, ""), ports.accounts.sequence(file.campaign)
    draft = reopen(account, file, opened, asked, sequence, now)
    then = replace(_with(changes, draft), outbox=(*changes.outbox, *draft.changes.outbox))
    return journaled(then, file, now) if is_asked else then


def _with(changes: Changes, draft: Draft) -> Changes:
    """Add the rows of a draft, and what it did to the audit entry. Nothing is booked by it."""
    audit = changes.audit
    details = {name: str(value) for name, value in told(draft.correction).items()}
    traced = replace(audit, details={**audit.details, **details}) if audit else None
    return replace(changes, rows=draft.changes.rows, audit=traced)
