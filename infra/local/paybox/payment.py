"""What happens on a page: a card is tried, a challenge answered, the order given up."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from infra.local.paybox.cards import (
    ACCEPTED,
    CARDS,
    CHALLENGE_FAILED,
    SUSPECTED_FRAUD,
    CardEntry,
    answer_to_card,
    wants_challenge,
)
from infra.local.paybox.ledger import Ledger, Order
from infra.local.paybox.merchants import two_digits
from infra.local.paybox.notification import notify
from infra.local.paybox.pages import MOST_ATTEMPTS, Page, PageState, find_page, keep_page
from infra.local.paybox.payer_xml import leniencies
from infra.local.paybox.settings import PHONE, current_settings
from infra.local.paybox.simulator import Simulator
from infra.local.paybox.subscribers import find_subscriber, keep_subscriber
from infra.local.paybox.variables import (
    Attempt,
    Values,
    read_returned,
    signed_query,
    values_of,
    values_without_attempt,
)

CANCELLED = "00001"
ALREADY_PAID = "00015"
SUBSCRIBER_EXISTS = "00016"
TIMED_OUT = "00030"
WAITING = "99999"
ENDS_THE_PAGE = (ALREADY_PAID, SUBSCRIBER_EXISTS)
RETURN_FIELDS = {
    PageState.PAID: "PBX_EFFECTUE",
    PageState.REFUSED: "PBX_REFUSE",
    PageState.TIMED_OUT: "PBX_REFUSE",
    PageState.CANCELLED: "PBX_ANNULE",
    PageState.PENDING: "PBX_ATTENTE",
}


class PageNotFound(LookupError):
    """No page has this address."""


class PageIsOver(Exception):
    """The page was already paid, refused, cancelled or forgotten; it shows that instead of doing it again."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.state)
        self.page = page


def look_at(simulator: Simulator, page_id: str) -> Page:
    """The page as it stands; `PageIsOver` when nothing can be done on it any more."""
    with simulator.store.transaction() as db:
        return _page_in_use(db, page_id)


def submit_card(simulator: Simulator, page_id: str, entry: CardEntry, forced: str = "") -> Page:
    """Tries a card, or asks for its holder's challenge first."""
    now = simulator.paris_now()
    with simulator.store.transaction() as db:
        page = _page_in_use(db, page_id)
        if page.is_late(now):
            return _leave(simulator, db, page, PageState.TIMED_OUT, TIMED_OUT)
        code = _answer(db, page, entry, now, forced)
        challenged = _phone_rule(db, page) == "challenged" or wants_challenge(entry.number, page.fields)
        if code == ACCEPTED and challenged:
            page.state, page.card = PageState.CHALLENGED, entry
            keep_page(db, page)
            return page
        values = _book(simulator, db, page, _Trial(entry, code, now))
    notify(simulator, page.fields, values)
    return page


def answer_challenge(simulator: Simulator, page_id: str, *, passed: bool, forced: str = "") -> Page:
    """Tries the card that waits behind the challenge; a failed challenge is a refused attempt."""
    now = simulator.paris_now()
    with simulator.store.transaction() as db:
        page = _page_in_use(db, page_id)
        if page.card is None:
            return page
        if page.is_late(now):
            return _leave(simulator, db, page, PageState.TIMED_OUT, TIMED_OUT)
        code = _answer(db, page, page.card, now, forced) if passed else CHALLENGE_FAILED
        trial = _Trial(page.card, code, now, challenged=True, authenticated=passed)
        values = _book(simulator, db, page, trial)
    notify(simulator, page.fields, values)
    return page


def cancel(simulator: Simulator, page_id: str) -> Page:
    """The payer gives up: the browser goes back, no notification says so."""
    with simulator.store.transaction() as db:
        page = _page_in_use(db, page_id)
        return _leave(simulator, db, page, PageState.CANCELLED, CANCELLED)


def address_back(simulator: Simulator, fields: Values, state: PageState, values: Values) -> str:
    """Where the browser goes, its whole query signed; empty when the shop named no address."""
    base, _, own_query = fields.get(RETURN_FIELDS[state], "").partition("#")[0].partition("?")
    if not base:
        return ""
    return f"{base}?{signed_query(fields['PBX_RETOUR'], values, simulator.key, own_query)}"


@dataclass(frozen=True)
class _Trial:
    entry: CardEntry
    code: str
    now: datetime
    challenged: bool = False
    authenticated: bool = True


def _page_in_use(db: sqlite3.Connection, page_id: str) -> Page:
    page = find_page(db, page_id)
    if page is None:
        raise PageNotFound(page_id)
    if page.is_over:
        raise PageIsOver(page)
    return page


def _answer(db: sqlite3.Connection, page: Page, entry: CardEntry, now: datetime, forced: str) -> str:
    fields = page.fields
    if is_paid(db, fields, now):
        return ALREADY_PAID
    if wants_token(fields) and find_subscriber(db, fields["PBX_SITE"], fields["PBX_REFABONNE"]):
        return SUBSCRIBER_EXISTS
    if forced := forced or fields.get("PBX_ERRORCODETEST", ""):
        return forced
    code = answer_to_card(entry, now.date(), fields.get("PBX_DATEVALMAX", ""))
    return SUSPECTED_FRAUD if code == ACCEPTED and _phone_rule(db, page) == "card_refused" else code


def is_paid(db: sqlite3.Connection, fields: Values, now: datetime) -> bool:
    """Whether this order answers 00015."""
    rule = current_settings(db)["paid_order"]
    return Ledger(db, now).is_paid_on_page(fields["PBX_SITE"], fields["PBX_CMD"], rule)


def _phone_rule(db: sqlite3.Connection, page: Page) -> str:
    """What becomes of a payer whose telephone is not told; nothing for the others."""
    lacks_phone = PHONE.name in leniencies(page.fields["PBX_BILLING"])
    return current_settings(db)[PHONE.name] if lacks_phone else ""


def wants_token(fields: Values) -> bool:
    """A subscriber is made when the shop names one and asks for letter U."""
    asked = any(letter == "U" for _, letter in read_returned(fields["PBX_RETOUR"]))
    return asked and bool(fields.get("PBX_REFABONNE"))


def _book(simulator: Simulator, db: sqlite3.Connection, page: Page, trial: _Trial) -> dict[str, str]:
    """Writes the attempt down and moves the page on; answers the values to tell the shop."""
    attempt = _attempt(db, page, trial)
    values = values_of(attempt, page.fields, trial.now)
    page.attempts, page.card = page.attempts + 1, None
    page.state = _next_state(page, trial.code)
    if page.is_over:
        page.back_to = address_back(simulator, page.fields, page.state, values)
    keep_page(db, page)
    return values


def _next_state(page: Page, code: str) -> PageState:
    if code == ACCEPTED:
        return PageState.PAID
    if code == WAITING:
        return PageState.PENDING
    is_last = page.attempts >= MOST_ATTEMPTS or code in ENDS_THE_PAGE
    return PageState.REFUSED if is_last else PageState.OPEN


def _attempt(db: sqlite3.Connection, page: Page, trial: _Trial) -> Attempt:
    fields, entry, ledger = page.fields, trial.entry, Ledger(db, trial.now)
    scheme = CARDS[entry.number].scheme if entry.number in CARDS else ""
    rang = two_digits(fields["PBX_RANG"])
    order = Order(fields["PBX_SITE"], fields["PBX_CMD"], page.amount_cents, scheme, on_page=True, rang=rang)
    transaction = None if trial.code == WAITING else ledger.authorise(order, trial.code)
    token = ""
    if transaction and trial.code == ACCEPTED:
        if fields.get("PBX_AUTOSEULE") != "O":
            ledger.capture(transaction, page.amount_cents, int(fields.get("PBX_DIFF") or 0))
        if wants_token(fields):
            token = keep_subscriber(
                db, site=order.site, refabonne=fields["PBX_REFABONNE"], yymm=entry.yymm, number=entry.number
            ).token
    return Attempt(
        code=trial.code,
        numtrans=transaction.numtrans if transaction else "",
        numappel=transaction.numappel if transaction else "",
        number=entry.number,
        yymm=entry.yymm,
        challenged=trial.challenged,
        authenticated=trial.authenticated,
        token=token,
    )


def _leave(simulator: Simulator, db: sqlite3.Connection, page: Page, state: PageState, code: str) -> Page:
    values = values_without_attempt(page.fields, code)
    page.state, page.card = state, None
    page.back_to = address_back(simulator, page.fields, state, values)
    keep_page(db, page)
    return page
