from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.correlation import correlated
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import AddressMissing, ConcurrentUpdate, NotFound, PaymentOpen
from chalicelib.domain.limits import PAYMENT_LINK, PAYMENT_LINK_START, network_of
from chalicelib.domain.money import totals
from chalicelib.domain.parties import client_of
from chalicelib.domain.payment_links.link import PaymentLink, registration_of
from chalicelib.domain.payment_links.link_use import CardPayer, LinkUse
from chalicelib.domain.payment_links.refusals import (
    LinkAmountMoved,
    OtherPaymentOpen,
    PaymentLinkExpired,
    PaymentLinkOver,
    PaymentLinkPaid,
    PaymentLinkRevoked,
)
from chalicelib.domain.payment_links.sharing import free_cents, share_lines
from chalicelib.domain.payment_links.standing import LinkState, is_by, open_use, state_of, uses
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt, PaymentPage, resumed
from chalicelib.domain.people import Person
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.brakes.require_payments import require_payments
from chalicelib.usecases.credits.set_off_credits import set_off_credits
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.payment_links.ports import PaymentLinkPorts
from chalicelib.usecases.payments.inquire_attempt import inquire_attempt, may_inquire
from chalicelib.usecases.payments.start_card_payment import StartedPayment
from chalicelib.usecases.payments.suspects import was_any_paid
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import account_behind, open_file
from chalicelib.usecases.sign_in.open_session import digest

_OVER = {
    LinkState.PAID: PaymentLinkPaid,
    LinkState.REVOKED: PaymentLinkRevoked,
    LinkState.EXPIRED: PaymentLinkExpired,
}


@dataclass(frozen=True)
class OpenedLink:
    """A link as whoever has its token may see it."""

    link: PaymentLink
    account: Account
    file: RegistrationFile

    @property
    def last_use(self) -> Attempt | None:
        return next(reversed(uses(self.file, self.link)), None)


@dataclass(frozen=True)
class _Request:
    """A start: who pays, in which browser, the amount that they saw, and the moment of the judgement."""

    payer: CardPayer
    browser: str
    seen_cents: int
    now: datetime

    def require_seen(self, cents: int) -> None:
        if cents != self.seen_cents:
            raise LinkAmountMoved(cents)


def open_link(ports: PaymentLinkPorts, token: str, address: str) -> OpenedLink:
    """Return the link of a token, whatever its state; raise `PaymentLinkOver` if there is none.

    Tokens of nobody are counted by the network that they came from. A genuine one is never refused for them:
    its 256 bits cannot be guessed.
    """
    try:
        return _find(ports, token)
    except PaymentLinkOver:
        count_try(ports, PAYMENT_LINK, network_of(address))
        raise


def show_link(ports: PaymentLinkPorts, token: str, address: str) -> OpenedLink:
    """Return the link; the gateway is asked first if its payer came back by the accepted way."""
    opened = open_link(ports, token, address)
    last = opened.last_use
    if last is None or last.transaction or not last.returned_at or not may_inquire(ports, last):
        return opened
    with suppress(ConcurrentUpdate):  # a notification came first: read its result
        inquire_attempt(ports, last)
    return _find(ports, token)


def require_usable(opened: OpenedLink, now: datetime) -> None:
    """Raise `PaymentLinkOver` unless somebody may pay by the link now."""
    state = state_of(opened.file, opened.link, paris_day(now))
    if state in _OVER:
        raise _OVER[state]
    if paris_day(now) > opened.link.until:
        raise PaymentLinkExpired


def asked_cents(opened: OpenedLink, now: datetime) -> int:
    """Return what the link asks for now; raise why nothing can be paid by it."""
    require_usable(opened, now)
    if attempt := open_use(opened.file, opened.link):
        return attempt.amount_cents
    return totals(share_lines(opened.file, opened.link, now)).total_cents


def pay_by_link(
    ports: PaymentLinkPorts,
    token: str,
    payer: CardPayer,
    seen_cents: int,
    address: str,
    browser: str = "",
) -> StartedPayment:
    """Open the gateway's page for the amount of a link that its payer has seen.

    One attempt of a link is open at a time: the browser that left with it resumes it, under the reference
    that the gateway lets pay once; for any other it is `OtherPaymentOpen`, whoever is named in the form.
    `browser` is a digest of its secret, `address` is where the request came from.
    """
    opened = open_link(ports, token, address)
    count_try(ports, PAYMENT_LINK_START, opened.link.id)
    return again(lambda: _start(ports, token, payer, seen_cents, browser), ports.pause)


def _find(ports: PaymentLinkPorts, token: str) -> OpenedLink:
    key = ports.payment_link_keys.find(digest(token))
    account = account_behind(ports, key.person_id) if key and ports.now() < key.expires_at else None
    if key is None or account is None or not account.person.is_active:
        raise PaymentLinkOver
    with suppress(NotFound):
        file = open_file(ports, account, registration_of(key.link_id))
        for link in file.payment_links:
            if link.id == key.link_id:
                return OpenedLink(link, account, file)
    raise PaymentLinkOver


def _start(
    ports: PaymentLinkPorts, token: str, payer: CardPayer, seen_cents: int, browser: str
) -> StartedPayment:
    opened, now = _find(ports, token), ports.now()
    require_usable(opened, now)
    attempt, request = open_use(opened.file, opened.link), _Request(payer, browser, seen_cents, now)
    if was_any_paid(ports, opened.account, opened.file, attempt):
        return _start(ports, token, payer, seen_cents, browser)
    if attempt and not is_by(attempt, browser):
        raise OtherPaymentOpen(attempt.opened_at + PAGE_OVER_AFTER)
    if attempt:
        return _resume(ports, opened, attempt, request)
    if set_off_credits(ports, opened.account, opened.file):
        return _start(ports, token, payer, seen_cents, browser)
    return _begin(ports, opened, request)


def _resume(
    ports: PaymentLinkPorts, opened: OpenedLink, attempt: Attempt, request: _Request
) -> StartedPayment:
    """Open the page of an attempt again, with what its payer types now: the receipt goes there."""
    now = request.now
    if free_cents(opened.file, now, attempt) < attempt.amount_cents:
        raise PaymentOpen
    request.require_seen(attempt.amount_cents)
    again = replace(resumed(attempt, None, now), link=LinkUse(opened.link.id, request.payer, request.browser))
    page = _page(ports, opened, again, request.payer)
    with correlated(attempt.correlation_id):
        ports.store.commit(Changes((again,), unchanged=(opened.file.registration,)))
    return StartedPayment(again, page, is_resumed=True)


def _begin(ports: PaymentLinkPorts, opened: OpenedLink, request: _Request) -> StartedPayment:
    """Write the attempt before its form is returned; the registration's version lets one of two through."""
    registration = opened.file.registration
    lines = share_lines(opened.file, opened.link, request.now)
    cents = totals(lines).total_cents
    request.require_seen(cents)
    attempt_id = f"{registration.id}-{ports.new_id()}"
    attempt = Attempt(
        id=attempt_id,
        registration_id=registration.id,
        person_id=registration.person_id,
        reference=ports.gateway.reference(attempt_id),
        amount_cents=cents,
        fee_situation_code=registration.fee_situation_code or "",
        lines=lines,
        started_at=request.now,
        request_hash="",
        link=LinkUse(opened.link.id, request.payer, request.browser),
    )
    page = _page(ports, opened, attempt, request.payer)
    ports.store.commit(Changes((attempt, counted(registration))))
    return StartedPayment(attempt, page)


def _page(ports: PaymentLinkPorts, opened: OpenedLink, attempt: Attempt, payer: CardPayer) -> PaymentPage:
    """Return the page for the payer, by their own name and address; the invoice stays the student's.

    Raise `PaymentsStopped` while an operator stops payments.
    """
    require_payments(ports)
    if client_of(opened.account.person).address is None:
        raise AddressMissing
    sent = replace(attempt, address=payer.address)
    person = Person("", payer.email, payer.first_name, payer.last_name, frozenset(), language=payer.language)
    return ports.gateway.payment_page(sent, person, opened.file.campaign.school, payer.language)
