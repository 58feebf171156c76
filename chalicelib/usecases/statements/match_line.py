from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.booking import fee_entry, released_entry
from chalicelib.domain.treasury.entered import require_apart, require_owed
from chalicelib.domain.treasury.lines import (
    Explanation,
    ExplanationKind,
    StatementLine,
    explain,
    require_near,
)
from chalicelib.domain.treasury.refusals import (
    ExplanationMisplaced,
    ExplanationUnequal,
    LineExplained,
    ReceiptAlreadyShown,
    ReceiptNoTransfer,
    ReceiptOfOtherAmount,
)
from chalicelib.usecases.collection.receive_payment import payment_id_of, payment_with, receipt_of
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts
from chalicelib.usecases.statements.suspend_line import suspend_line


@dataclass(frozen=True)
class Part:
    """A part of a line that a registration receives, or the invoice of its third-party payer.

    `payment_id` names a transfer that accounting entered before: nothing is booked, the line shows it.
    `apart` names those that were read and are others. `owed_seen_cents` is what was read to be owed.
    """

    registration_id: str
    cents: int
    invoice_number: int | None = None
    payment_id: str = ""
    apart: frozenset[str] = frozenset()
    owed_seen_cents: int | None = None


@dataclass(frozen=True)
class Match:
    """What of a line is received: its parts, what the bank kept (negative), and what stays in suspense."""

    parts: tuple[Part, ...]
    fee_cents: int = 0
    rest_cents: int = 0

    @property
    def merged(self) -> "Match":
        """The match with one part for each registration, invoice and transfer entered before."""
        found: dict[tuple[str, int | None, str], Part] = {}
        for part in self.parts:
            key = part.registration_id, part.invoice_number, part.payment_id
            if part.payment_id and key in found:
                raise ReceiptAlreadyShown
            before = found.get(key, replace(part, cents=0, apart=self.shown))
            found[key] = replace(before, cents=before.cents + part.cents, apart=before.apart | part.apart)
        return replace(self, parts=tuple(found.values()))

    @property
    def shown(self) -> frozenset[str]:
        """The transfers entered before that its parts name."""
        return frozenset(part.payment_id for part in self.parts if part.payment_id)

    @property
    def is_whole(self) -> bool:
        """True if one registration receives the line."""
        return len(self.parts) == 1 and not self.fee_cents and not self.rest_cents


def match_line(ports: StatementPorts, line_id: str, match: Match, by: Person, seen: int = 0) -> StatementLine:
    """Receive a line for registrations.

    Of one registration it is one commit. Several parts go through suspense: each commit leaves what is not
    allocated yet there, so that after an interruption a person sees the rest. A part that is refused refuses
    the match: all are tried before the first commit. Raise `TransferEntered` for a transfer that was entered
    by hand and may be the line, `OwedMoved` if what is owed is no longer what was read.
    """
    for part in match.parts:
        permit(by, Action.ENTER_PAYMENT, person_of(part.registration_id))
    line = open_line(ports, line_id, seen)
    _require_whole(line, match)
    match = match.merged
    for part in match.parts:
        _tried(ports, line, part, by)
    if not match.is_whole and not line.explanations:
        line = suspend_line(ports, line_id, by, seen=line.version)
    versions = count(line.version)  # each commit writes the next one: a colleague's act ends the match
    if match.fee_cents:
        again(partial(_keep_fee, ports, line_id, match.fee_cents, by, next(versions)), ports.pause)
    for part in match.parts:
        again(partial(_receive, ports, line_id, part, by, next(versions)), ports.pause)
    return ports.statements.line(line_id)


def _require_whole(line: StatementLine, match: Match) -> None:
    """Raise unless all parts have their side and add up to what of the line is open."""
    if not line.is_open:
        raise LineExplained
    is_placed = match.parts and all(part.cents > 0 for part in match.parts)
    if line.open_cents <= 0 or not is_placed or match.fee_cents > 0 or match.rest_cents < 0:
        raise ExplanationMisplaced
    given = sum(part.cents for part in match.parts) + match.fee_cents + match.rest_cents
    if given != line.open_cents:
        raise ExplanationUnequal(line.open_cents, given)


def _tried(ports: StatementPorts, line: StatementLine, part: Part, by: Person) -> None:
    """Raise what refuses a part; nothing is written."""
    if part.payment_id:
        _entered(ports, line, part)
    else:
        _received(ports, line, part, by)


def _receive(ports: StatementPorts, line_id: str, part: Part, by: Person, version: int) -> None:
    line = open_line(ports, line_id, version)
    if part.payment_id:
        _show(ports, line, part, by)
    else:
        ports.store.commit(_received(ports, line, part, by))


def _received(ports: StatementPorts, line: StatementLine, part: Part, by: Person) -> Changes:
    """Return all that a part writes for its registration, the next version of the line included."""
    account = ports.accounts.account(person_of(part.registration_id))
    is_suspended = line.suspense_cents != 0
    received = ReceivedMoney(
        method=PaymentMethod.TRANSFER,
        amount_cents=part.cents,
        reference=line.reference or line.id,
        received_on=line.booked_on,
        invoice_number=part.invoice_number,
        line_id=line.id,
        from_suspense=is_suspended or None,
    )
    payment_id = payment_id_of(part.registration_id, f"{line.id} {line.version}")
    changes = receipt_of(ports, account, part.registration_id, received, payment_id, by)
    require_apart(account, line, part.cents, part.apart)
    if part.owed_seen_cents is not None:
        file = open_file(ports, account, part.registration_id)
        require_owed(file, part.invoice_number, part.owed_seen_cents)
    done = _explain(ports, line, Explanation(ExplanationKind.PAYMENT, payment_id, part.cents), by)
    return replace(changes, rows=(*changes.rows, done))


def _show(ports: StatementPorts, line: StatementLine, part: Part, by: Person) -> None:
    """Let the line show a transfer that is booked already: what lay on 471 for it leaves both accounts."""
    account, payment = _entered(ports, line, part)
    shown: Payment = replace(payment, line_id=line.id, version=payment.version + 1)
    parts = _parts(line, Explanation(ExplanationKind.PAYMENT, payment.id, part.cents))
    entry = released_entry(line, part.cents, ledger_of(ports, line.iban))
    along = Changes((shown,), unchanged=(account.registration(payment.registration_id),))
    explained(ports, line, parts, (entry,), by, along=along)


def _entered(ports: StatementPorts, line: StatementLine, part: Part) -> tuple[Account, Payment]:
    """Return the transfer of a part with its account; raise unless the part may show it."""
    account = ports.accounts.account(person_of(part.registration_id))
    payment = payment_with(account, part.payment_id)
    if payment is None or payment.registration_id != part.registration_id:
        raise NotFound
    if payment.line_id:
        raise ReceiptAlreadyShown
    if payment.method is not PaymentMethod.TRANSFER:
        raise ReceiptNoTransfer
    if payment.amount_cents != part.cents:
        raise ReceiptOfOtherAmount(payment.amount_cents, part.cents)
    require_near(line, payment.paid_on)
    return account, payment


def _keep_fee(ports: StatementPorts, line_id: str, cents: int, by: Person, version: int) -> None:
    line = open_line(ports, line_id, version)
    parts = _parts(line, Explanation(ExplanationKind.FEE, line.id, cents))
    explained(ports, line, parts, (fee_entry(line, cents, ledger_of(ports, line.iban)),), by)


def _explain(ports: StatementPorts, line: StatementLine, part: Explanation, by: Person) -> StatementLine:
    return explain(line, _parts(line, part), by.id, ports.now())


def _parts(line: StatementLine, part: Explanation) -> tuple[Explanation, ...]:
    """Return a part with the rest of the line, which stays in suspense."""
    rest = line.open_cents - part.cents
    return (part, Explanation(ExplanationKind.SUSPENSE, line.id, rest)) if rest else (part,)
