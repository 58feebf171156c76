"""A share that its payer does not pay after all: the student owes it again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, Row, existing
from chalicelib.domain.corrections.restating import written
from chalicelib.domain.invoices import Client, Invoice, Order, Sequence
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owing
from chalicelib.domain.parties import client_of, seller_of, session_of
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.plan.plan_requests import PlanRequest, withdraw
from chalicelib.domain.refunds.coverage import cancelled_mails, due_cents, without_uncovered
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile

NOT_COVERED = "Part qui n'est plus prise en charge par"
"""The line of the order that asks the student for such a share begins so."""


def owe_again(
    account: Account, file: RegistrationFile, payer: Payer, cents: int, sequence: Sequence, now: datetime
) -> Changes:
    """Return the registration's next version and what asks the student for `cents` again, with the mail.

    Before an order the price says it by itself; a plan that was asked for over less is withdrawn. After one,
    a new order and invoice are drawn, and credits pay them as far as they go: approved refunds that the money
    does not cover any more lapse. A refused file is asked for nothing: `postponed` keeps the amount until it
    is open again.
    """
    registration = counted(file.registration)
    if not cents:
        return Changes((registration,))
    mails = (_mail(payer, cents, now),) if registration.is_accepted else ()
    if not registration.has_order:
        return Changes((registration, *existing(_unfit(file.plan_request))), outbox=mails)
    if not registration.is_accepted:
        return Changes((registration,))
    order, invoice = _documents(account, file, ((payer, cents),), sequence, now)
    settled = _settled(file, order, invoice, now)
    then = replace(settled, registration=owing(registration, settled))
    rows: tuple[Row, ...] = (order, invoice, sequence.drawn(order.ordered_on), *written(file, then).rows)
    return Changes(rows, outbox=(*mails, *cancelled_mails(file, then, now)))


def postponed(file: RegistrationFile, payer: Payer, cents: int) -> Payer:
    """Return the payer with the amount that is to be asked for once the file is open again.

    Before an order the price says it then.
    """
    if file.registration.is_accepted or not file.registration.has_order:
        return payer
    return replace(payer, postponed_cents=payer.postponed_cents + cents)


def owe_postponed(
    account: Account, file: RegistrationFile, sequence: Sequence, now: datetime
) -> tuple[RegistrationFile, Changes]:
    """Return a file that is open again with the order and invoice of what its payers gave up meanwhile.

    The changes hold what is not of the file's own rows: documents, payers and mails; `file` is as opened.
    """
    parts = tuple((each, each.postponed_cents) for each in file.payers if each.postponed_cents)
    if not parts:
        return file, Changes()
    order, invoice = _documents(account, file, parts, sequence, now)
    settled = _settled(file, order, invoice, now)
    asked = (replace(payer, postponed_cents=0, version=payer.version + 1) for payer, _ in parts)
    rows: tuple[Row, ...] = (order, invoice, sequence.drawn(order.ordered_on), *asked)
    mails = (*(_mail(payer, cents, now) for payer, cents in parts), *cancelled_mails(file, settled, now))
    return replace(settled, registration=owing(file.registration, settled)), Changes(rows, outbox=mails)


def _unfit(request: PlanRequest | None) -> PlanRequest | None:
    """Return a request that has not begun as withdrawn: its total is not what is owed any more."""
    return withdraw(request) if request and request.is_binding and not request.started else None


def _settled(file: RegistrationFile, order: Order, invoice: Invoice, now: datetime) -> RegistrationFile:
    """Return the file with a new order: what it does not cover of the refunds lapses, and credits pay it."""
    drawn = replace(file, orders=(*file.orders, order), invoices=(*file.invoices, invoice))
    covered = without_uncovered(drawn, due_cents(drawn), now)
    return after(covered, allocate(covered, now))


def _documents(
    account: Account,
    file: RegistrationFile,
    parts: Iterable[tuple[Payer, int]],
    sequence: Sequence,
    now: datetime,
) -> tuple[Order, Invoice]:
    lines = tuple(FeeLine(f"{NOT_COVERED} {payer.facts.name}", 1, cents) for payer, cents in parts)
    return documents_of(file, lines, client_of(account.person), sequence, now)


def documents_of(
    file: RegistrationFile, lines: tuple[FeeLine, ...], client: Client, sequence: Sequence, now: datetime
) -> tuple[Order, Invoice]:
    """Return an order and its invoice over `lines` to a client, neither of them paid."""
    campaign, day = file.campaign, sequence.draw_on(paris_day(now))
    cents = sum(line.total_cents for line in lines)
    order = Order(
        number=sequence.next_order,
        registration_id=file.registration.id,
        ordered_on=day,
        lines=lines,
        financed_cents=cents,
        invoiced_cents=cents,
    )
    invoice = Invoice(
        number=sequence.next_invoice,
        registration_id=file.registration.id,
        order_number=order.number,
        issued_on=day,
        label=campaign.text("invoice.label"),
        session=session_of(file.registration, campaign),
        seller=seller_of(campaign),
        client=client,
        lines=lines,
        exemption_mention=campaign.exemption_mention.fr,
        paid_cents=0,
        settled_on=None,
    )
    return order, invoice


def _mail(payer: Payer, cents: int, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=f"{Topic.PAYER_GONE}-{payer.id}-{payer.version}",
        topic=Topic.PAYER_GONE,
        person_id=payer.person_id,
        registration_id=payer.registration_id,
        created_at=now,
        amount_cents=cents,
        reason=payer.facts.name,
    )
