"""PAYBOX as the use cases use it: payment page, notifications, debits, inquiries."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.domain.campaign import School
from chalicelib.domain.payments import Answer, Attempt, Payment, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit, Mandate
from chalicelib.domain.refunds.refund import Holding, Refund
from chalicelib.gateway.account import PayboxAccount
from chalicelib.gateway.browser_return import signed_message
from chalicelib.gateway.direct import DirectClient, Note, no_note
from chalicelib.gateway.giving_back import give_back, holding, inquire_refund
from chalicelib.gateway.inquiry import confirm, inquire
from chalicelib.gateway.notification import read_notification, without_card
from chalicelib.gateway.page_form import page_fields
from chalicelib.gateway.probe import PageHosts
from chalicelib.gateway.purchase import Purchase
from chalicelib.gateway.references import attempt_id_in, reference_of
from chalicelib.gateway.subscriber import debit_card, debit_of, forget_card

if TYPE_CHECKING:
    from chalicelib.domain.reconciliation.exports import Export
    from chalicelib.domain.treasury.remittances import CardMovement, Told

__all__ = ["Paybox", "PayboxAccount", "Timeouts"]


@dataclass(frozen=True)
class Timeouts:
    """Timeouts in seconds.

    An inquiry moves no money and is repeated later, so it need not wait the 30 seconds that the gateway asks
    for; and a notification, which must be answered within 20, waits for one. A debit waits longer: after a
    timeout it is unknown whether the money was taken. A person waits for a refund, and API Gateway ends after
    29: what is answered later is found by an inquiry.
    """

    probe_seconds: float = 2
    connect_seconds: float = 5
    read_seconds: float = 7
    debit_seconds: float = 35
    refund_seconds: float = 12


@dataclass(frozen=True)
class Paybox:
    account: PayboxAccount
    patience: Timeouts = Timeouts()
    note: Note = no_note
    ticks: Callable[[], float] = time.monotonic

    def reference(self, attempt_id: str) -> str:
        """Return the reference for this attempt, echoed by the gateway.

        It contains the site, to recognise others.
        """
        return reference_of(attempt_id, self.account.site, self.account.rang)

    def attempt_id(self, reference: str) -> str | None:
        """Return the attempt id in a reference; None for another site, environment or program."""
        return attempt_id_in(reference, self.account.site, self.account.rang)

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        """Return the form to post from the payer's browser; raise `GatewayUnavailable` if no host is up."""
        return PaymentPage(
            self._hosts.first_up(), page_fields(self.account, attempt, payer, school, language)
        )

    @cached_property
    def _hosts(self) -> PageHosts:
        return PageHosts(self.account.page_urls, self.patience.probe_seconds, self.ticks)

    def read_notification(self, body: bytes) -> Answer:
        """Parse a notification; raise SignatureMismatch or NotificationMalformed if it is not genuine.

        Genuine means sent by the gateway, to any merchant: its key is the same for all, and for its test
        platform. Only `inquire` proves that the money came to this account.
        """
        return self._judged(read_notification(body, self.account.public_keys))

    def signed_return(self, parameters: Mapping[str, str]) -> bytes | None:
        """Return a browser's return as the message that the gateway signed, None if it is not genuine."""
        return signed_message(parameters, self.account.public_keys)

    def kept_text(self, body: bytes) -> str:
        """Return a genuine notification as text, without the card's token."""
        return without_card(body)

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask for the state of the attempt; `unknown` if the gateway gave no clear answer."""
        purchase = Purchase(attempt.reference, attempt.amount_cents, attempt.refusal_code)
        return self._judged(inquire(self._line(next_question, now), purchase))

    def confirm(
        self, attempt: Attempt, announced: Answer, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        """Ask whether our account holds the transaction that a notification announced for the attempt.

        Return `paid` if it does, `not found` if it does not, `unknown` if the gateway gave no clear answer.
        """
        purchase = Purchase(attempt.reference, attempt.amount_cents, attempt.refusal_code)
        line = self._line(next_question, now)
        has_numbers = announced.transaction and announced.call
        return self._judged(confirm(line, purchase, announced) if has_numbers else inquire(line, purchase))

    def debit(self, debit: Debit, mandate: Mandate, now: datetime) -> Answer:
        """Take the debit's amount from the mandate's card: one question, under the debit's own number.

        It is asked once; `unknown` if the gateway gave no clear answer, and the money may have been taken.
        """
        line = replace(self._line(lambda: debit.question, now), read_seconds=self.patience.debit_seconds)
        return self._judged(debit_card(line, debit_of(debit), mandate))

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask for the state of the debit; `unknown` if the gateway gave no clear answer."""
        return self._judged(inquire(self._line(next_question, now), debit_of(debit)))

    def holding(self, payment: Payment, next_question: Callable[[], int], now: datetime) -> Holding:
        """Ask what our account holds of a payment; `unknown` if the gateway gave no clear answer."""
        return holding(self._line(next_question, now), self._original(payment), payment)

    def refund(
        self,
        refund: Refund,
        payment: Payment,
        next_question: Callable[[], int],
        now: datetime,
        *,
        is_debit: bool,
    ) -> Answer:
        """Give the refund's amount back: one question, under the refund's own number, asked once.

        `paid` once the gateway shows it; `unknown` if it gave no clear answer, and may have given it back.
        """
        asking = replace(self._line(lambda: refund.question, now), read_seconds=self.patience.refund_seconds)
        line, original = self._line(next_question, now), self._original(payment)
        return self._judged(give_back(asking, line, refund, original, payment, is_debit=is_debit))

    def inquire_refund(
        self, refund: Refund, payment: Payment, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        """Ask for the state of a refund that was sent; `unknown` if the gateway gave no clear answer."""
        line = self._line(next_question, now)
        return self._judged(inquire_refund(line, refund, self._original(payment), payment))

    def tell(self, movement: "CardMovement", next_question: Callable[[], int], now: datetime) -> "Told":
        """Ask once, by its own numbers, what became of a card movement, and in which remittance it is."""
        from chalicelib.gateway.remitted import tell  # noqa: PLC0415 - only the reconciliation asks

        return tell(self._line(next_question, now), movement)

    def read_export(self, raw: bytes) -> "Export":
        """Return the lines of a file of the back office; raise `ExportNotReadable` for another file."""
        from chalicelib.gateway.exports import read_export  # noqa: PLC0415 - only where one is brought

        return read_export(raw, self.account.rang)

    def _original(self, payment: Payment) -> Purchase:
        return Purchase(self.reference(payment.attempt_id), payment.amount_cents)

    def forget_card(self, subscriber: str, next_question: Callable[[], int], now: datetime) -> bool:
        """Return True if the gateway no longer knows the subscriber's card.

        After False it may be asked again.
        """
        return forget_card(self._line(next_question, now), subscriber)

    def _line(self, next_question: Callable[[], int], now: datetime) -> DirectClient:
        connect_seconds, read_seconds = self.patience.connect_seconds, self.patience.read_seconds
        return DirectClient(self.account, next_question, now, connect_seconds, read_seconds, self.note)

    def _judged(self, answer: Answer) -> Answer:
        """Clear the test flag unless the portal is live: only there is test money an anomaly."""
        return answer if self.account.is_live else replace(answer, is_test=False)
