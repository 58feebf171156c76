from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.treasury.booking import suspense_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts


def suspend_line(
    ports: StatementPorts,
    line_id: str,
    by: Person,
    *,
    reason: str = "",
    registration_id: str = "",
    seen: int = 0,
) -> StatementLine:
    """Book a line on 471; `by` searches for its owner from now on.

    If `registration_id` says who probably paid, the student is told that the money came and is searched for.
    """
    permit(by, Action.KEEP_BOOKS, "")
    probably = ports.registrations.get(registration_id) if registration_id else None
    return again(
        lambda: _suspend(ports, open_line(ports, line_id, seen), by, reason.strip(), probably), ports.pause
    )


def _suspend(
    ports: StatementPorts, line: StatementLine, by: Person, reason: str, probably: Registration | None
) -> StatementLine:
    if line.explanations or not line.is_open:
        raise LineExplained
    part = Explanation(ExplanationKind.SUSPENSE, line.id, line.open_cents)
    mails = (_mail(ports, line, probably),) if probably and line.cents > 0 else ()
    entry = suspense_entry(line, ledger_of(ports, line.iban))
    return explained(ports, line, (part,), (entry,), by, reason, Changes(outbox=mails))


def _mail(ports: StatementPorts, line: StatementLine, registration: Registration) -> OutboxEntry:
    return OutboxEntry(
        id=f"{Topic.TRANSFER_SEARCHED}-{line.id}-{registration.id}",
        topic=Topic.TRANSFER_SEARCHED,
        person_id=registration.person_id,
        registration_id=registration.id,
        created_at=ports.now(),
        amount_cents=line.cents,
    )
