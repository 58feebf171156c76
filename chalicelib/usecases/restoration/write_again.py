import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.fees import REST, quote
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payments import Attempt, PlanTerms
from chalicelib.domain.plan.instalment_pages import instalment_page
from chalicelib.domain.plan.instalments import Debit, DebitState, Event, claimed, moved
from chalicelib.domain.reconciliation.exports import Export, TransactionLine
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import OPERATOR, Act, AuditEntry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.usecases.restoration.ports import RestorationPorts

_DEBIT = re.compile(r"(.+-i[0-9]+)-([0-9]+)")


@dataclass
class WrittenAgain:
    """What became of the accepted lines of a file that bear a reference of ours, by their references.

    `known` have their row; `attempts` and `debits` were written again, and the gateway is asked about them;
    `left` are for a person: refunds, and what nobody in the restored rows can own.
    """

    known: list[str] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    debits: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def write_again(ports: RestorationPorts, export: Export) -> WrittenAgain:
    """Write again the attempts and debits that the gateway has accepted and the restored rows do not know.

    They are written as sent, with the reference under which the gateway has them: the reconciliation asks and
    books what it tells, by the very rules of a lost answer. Nothing is booked on the word of a file.
    """
    report = WrittenAgain()
    for line in export.transactions:
        if attempt_id := ports.gateway.attempt_id(line.reference):
            _write(ports, report, line, attempt_id)
    return report


def _write(ports: RestorationPorts, report: WrittenAgain, line: TransactionLine, attempt_id: str) -> None:
    try:
        account = ports.accounts.account(person_of(attempt_id))
    except NotFound:
        report.left.append(line.reference)
        return
    is_debit = _DEBIT.fullmatch(attempt_id)
    if any(line.transaction == each.transaction for each in account.payments):
        report.known.append(line.reference)
    elif line.cents > 0 and is_debit:
        done = _debit(ports, account, line, attempt_id, is_debit[1], int(is_debit[2]))
        (report.debits if done else report.left).append(line.reference)
    elif line.cents > 0 and account.attempt(attempt_id):
        report.known.append(line.reference)
    else:
        done = line.cents > 0 and _attempt(ports, account, line, attempt_id)
        (report.attempts if done else report.left).append(line.reference)


def _debit(
    ports: RestorationPorts, account: Account, line: TransactionLine, debit_id: str, of: str, ordinal: int
) -> bool:
    instalment = account.instalment(of)
    if instalment is None or not instalment.is_debitable or ordinal != instalment.debits + 1:
        return False
    at = ports.now()
    sent = replace(
        moved(claimed(instalment, at), Event.MARK_SENT, at), version=instalment.version + 1
    )  # in one write
    debit = Debit(
        id=debit_id,
        instalment_id=instalment.id,
        person_id=instalment.person_id,
        reference=line.reference,
        question=ports.questions.next_question(),
        amount_cents=line.cents,
        schedule_hash=instalment.schedule_hash,
        planned_on=line.day,
        claimed_at=at,
        state=DebitState.SENT,
        sent_at=at,
    )
    registration = counted(account.registration(instalment.registration_id))
    ports.store.commit(
        Changes(
            (sent, debit, registration),
            audit=_entry(ports, instalment.person_id, debit_id, line),
        )
    )
    return True


def _attempt(ports: RestorationPorts, account: Account, line: TransactionLine, attempt_id: str) -> bool:
    try:
        file = open_file(ports, account, attempt_id.rpartition("-")[0])
    except NotFound:
        return False
    began = datetime.combine(line.day, time(), PARIS)
    terms = _terms(file, line, began)
    registration = file.registration
    attempt = Attempt(
        id=attempt_id,
        registration_id=registration.id,
        person_id=registration.person_id,
        reference=line.reference,
        amount_cents=line.cents,
        fee_situation_code=registration.fee_situation_code or "",
        lines=_lines(file, line.cents),
        started_at=began,
        request_hash="",
        terms=terms,
    )
    entry = _entry(ports, registration.person_id, attempt_id, line)
    ports.store.commit(Changes((attempt, counted(registration)), audit=entry))
    return True


def _terms(file: RegistrationFile, line: TransactionLine, began: datetime) -> PlanTerms | None:
    """Return the terms of an approved plan's first part if that was paid; else it is money on account."""
    try:
        page = instalment_page(file, 1, line.reference, began)
    except QuittanceError:
        return None
    return page.terms if page.amount_cents == line.cents and page.instalment is None else None


def _lines(file: RegistrationFile, cents: int) -> tuple[FeeLine, ...]:
    """Return what the file owes if that was paid, else one line; none where nothing is declared, nor owed."""
    try:
        lines = quote(file)
    except QuittanceError:
        return ()
    return lines if totals(lines).total_cents == cents else (FeeLine(REST, 1, cents),)


def _entry(ports: RestorationPorts, person_id: str, target: str, line: TransactionLine) -> AuditEntry:
    return audited(
        ports,
        OPERATOR,
        Act.PAYMENT_SOUGHT,
        person_id,
        target,
        amount_cents=line.cents,
        transaction=line.transaction,
    )
