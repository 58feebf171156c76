"""What each TYPE of a direct call does to the books."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from infra.local.paybox.cards import ACCEPTED, CARDS, CardEntry, answer_to_card, has_expired
from infra.local.paybox.direct_frame import DirectRefused, Frame
from infra.local.paybox.ledger import NO_NUMBER, Ledger, Order, State, Transaction
from infra.local.paybox.merchants import two_digits
from infra.local.paybox.remittances import number_of
from infra.local.paybox.settings import current_settings
from infra.local.paybox.subscribers import Subscriber, find_subscriber, forget_subscriber, keep_subscriber
from infra.local.paybox.variables import TEST_AUTHORISATION

# The authorisation centre was never reached: such an answer leaves nothing in the books.
TECHNICAL = ("00001", "00003", "00097", "00098", "00099")


@dataclass(frozen=True)
class Answer:
    code: str = ACCEPTED
    numtrans: str = NO_NUMBER
    numappel: str = NO_NUMBER
    authorisation: str = ""
    token: str = ""
    status: str = ""
    remittance: str = ""
    scheme: str = ""
    number: str = ""


class DirectOperations:
    """Serves one checked call, within one transaction of the store."""

    def __init__(self, db: sqlite3.Connection, frame: Frame, now: datetime, forced: str = "") -> None:
        self._db = db
        self._frame = frame
        self._now = now
        self._forced = forced or frame.get("ERRORCODETEST", "")
        self._site = frame["SITE"]
        self._ledger = Ledger(db, now)

    def serve(self) -> Answer:
        kind = self._frame["TYPE"]
        if self._forced in TECHNICAL or (self._forced not in ("", ACCEPTED) and kind not in AUTHORISED):
            raise DirectRefused(self._forced)
        return SERVED[kind](self)

    def authorise_card(self) -> Answer:
        entry = self._card()
        code = self._forced or answer_to_card(entry, self._now.date())
        return self._settle(code, entry.number)

    def authorise_subscriber(self) -> Answer:
        subscriber = self._subscriber()
        if self._frame["PORTEUR"] not in (subscriber.token, subscriber.number):
            raise DirectRefused("00004")
        if self._yymm() != subscriber.yymm or has_expired(subscriber.yymm, self._now.date()):
            raise DirectRefused("00008")
        card = CARDS.get(subscriber.number)
        code = self._forced or (card.later_code if card else ACCEPTED)
        return self._settle(code, subscriber.number)

    def capture(self) -> Answer:
        original = self._original()
        if original.state is not State.AUTHORISED:
            raise DirectRefused("00014")
        if self._amount > original.amount_cents:
            raise DirectRefused("00011")
        self._ledger.capture(original, self._amount, self._deferred_days)
        return _done(original)

    def cancel(self) -> Answer:
        original = self._original()
        self._must_be_changeable(original)
        if self._amount != (original.captured_cents or original.amount_cents):
            raise DirectRefused("00011", "PAYBOX : Une annulation porte sur le montant entier")
        self._ledger.cancel(original)
        return _done(original)

    def lower(self) -> Answer:
        original = self._original()
        self._must_be_changeable(original)
        if self._amount > original.amount_cents:
            raise DirectRefused("00011")
        self._ledger.lower(original, self._amount)
        return _done(original)

    def refund(self) -> Answer:
        original = self._original()
        if original.state is not State.CAPTURED:
            raise DirectRefused("00014", "PAYBOX : Transaction non remboursable")
        if self._amount > original.captured_cents - original.refunded_cents:
            raise DirectRefused("00011", "PAYBOX : Montant supérieur au montant remboursable")
        return _done(self._ledger.refund(original, self._order(original.scheme)))

    def credit_card(self) -> Answer:
        entry = self._card()
        code = answer_to_card(entry, self._now.date())
        if code != ACCEPTED:
            raise DirectRefused(code)
        return _done(self._ledger.credit(self._order(CARDS[entry.number].scheme)))

    def credit_subscriber(self) -> Answer:
        subscriber = self._subscriber()
        if self._frame["PORTEUR"] != subscriber.token:
            raise DirectRefused("00004")
        return _done(self._ledger.credit(self._order("")), subscriber.token)

    def exists(self) -> Answer:
        """Answers the numbers alone: what became of them is for 00017 to say."""
        found = self._ledger.find_by_reference(
            self._site, self._frame["REFERENCE"], self._amount, current_settings(self._db)["found_try"]
        )
        if found is None:
            raise DirectRefused("00018")
        return replace(_done(found), code=ACCEPTED)

    def inquire(self) -> Answer:
        found = self._original()
        remitted = self._ledger.is_remitted(found)
        return Answer(
            numtrans=found.numtrans,
            numappel=found.numappel,
            authorisation=_authorisation(found),
            status=found.state,
            remittance=number_of(found.captured_on) if remitted else "",
            scheme=found.scheme,
        )

    def register(self) -> Answer:
        if find_subscriber(self._db, self._site, self._frame["REFABONNE"]):
            raise DirectRefused("00016")
        answer = self.authorise_card()
        if answer.code != ACCEPTED:
            return answer
        return replace(answer, token=self._keep().token)

    def update(self) -> Answer:
        """Keep another card once it was authorised for MONTANT, which nobody captures."""
        self._subscriber()
        answer = self.authorise_card()
        return replace(answer, token=self._keep().token) if answer.code == ACCEPTED else answer

    def delete(self) -> Answer:
        forget_subscriber(self._db, self._subscriber())
        return Answer()

    @property
    def _amount(self) -> int:
        return int(self._frame["MONTANT"])

    @property
    def _deferred_days(self) -> int:
        days = self._frame.get("DIFFERE", "")
        return int(days) if days.isdecimal() else 0

    def _yymm(self) -> str:
        return self._frame["DATEVAL"][2:] + self._frame["DATEVAL"][:2]

    def _card(self) -> CardEntry:
        month, year = self._frame["DATEVAL"][:2], self._frame["DATEVAL"][2:]
        return CardEntry(self._frame["PORTEUR"], month, year, self._frame.get("CVV", ""))

    def _order(self, scheme: str) -> Order:
        reference, rang = self._frame.get("REFERENCE", ""), two_digits(self._frame.get("RANG", ""))
        return Order(self._site, reference, self._amount, scheme, rang=rang)

    def _settle(self, code: str, number: str) -> Answer:
        """Books what the authorisation centre said, with the debit when the type has one."""
        card = CARDS.get(number)
        transaction = self._ledger.authorise(self._order(card.scheme if card else ""), code)
        if code == ACCEPTED and self._frame["TYPE"] in ("00003", "00053"):
            self._ledger.capture(transaction, self._amount, self._deferred_days)
        return replace(_done(transaction), number=number)

    def _subscriber(self) -> Subscriber:
        subscriber = find_subscriber(self._db, self._site, self._frame["REFABONNE"])
        if subscriber is None:
            raise DirectRefused("00017")
        return subscriber

    def _keep(self) -> Subscriber:
        return keep_subscriber(
            self._db,
            site=self._site,
            refabonne=self._frame["REFABONNE"],
            yymm=self._yymm(),
            number=self._frame["PORTEUR"],
        )

    def _original(self) -> Transaction:
        numappel = self._frame.get("NUMAPPEL", "")
        found = self._ledger.find(
            self._site, self._frame["NUMTRANS"].zfill(10), numappel.zfill(10) if numappel else ""
        )
        if found is None:
            raise DirectRefused("00018" if self._frame["TYPE"] == "00017" else "00015")
        return found

    def _must_be_changeable(self, original: Transaction) -> None:
        """Once remitted or partly given back, a debit can only be refunded."""
        alive = original.state in (State.AUTHORISED, State.CAPTURED) and not original.refunded_cents
        if not alive or self._ledger.is_remitted(original):
            raise DirectRefused("00014", "PAYBOX : Transaction déjà remise en banque ou close")


def _authorisation(transaction: Transaction) -> str:
    return TEST_AUTHORISATION if transaction.code == ACCEPTED else ""


def _done(transaction: Transaction, token: str = "") -> Answer:
    return Answer(
        code=transaction.code,
        numtrans=transaction.numtrans,
        numappel=transaction.numappel,
        authorisation=_authorisation(transaction),
        token=token,
        scheme=transaction.scheme,
    )


AUTHORISED = ("00001", "00003", "00051", "00053", "00056", "00057")
SERVED: dict[str, Callable[[DirectOperations], Answer]] = {
    "00001": DirectOperations.authorise_card,
    "00002": DirectOperations.capture,
    "00003": DirectOperations.authorise_card,
    "00004": DirectOperations.credit_card,
    "00005": DirectOperations.cancel,
    "00011": DirectOperations.exists,
    "00013": DirectOperations.lower,
    "00014": DirectOperations.refund,
    "00017": DirectOperations.inquire,
    "00051": DirectOperations.authorise_subscriber,
    "00052": DirectOperations.capture,
    "00053": DirectOperations.authorise_subscriber,
    "00054": DirectOperations.credit_subscriber,
    "00055": DirectOperations.cancel,
    "00056": DirectOperations.register,
    "00057": DirectOperations.update,
    "00058": DirectOperations.delete,
}
