"""PAYBOX as the use cases see it: show a page, read what it says afterwards, ask what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.campaign import School
from chalicelib.domain.payments import Answer, Attempt, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.gateway.account import PayboxAccount
from chalicelib.gateway.direct import DirectLine
from chalicelib.gateway.inquiry import inquire
from chalicelib.gateway.notification import read_notification
from chalicelib.gateway.page_form import page_fields
from chalicelib.gateway.probe import first_page_up
from chalicelib.gateway.references import attempt_id_in, reference_of

__all__ = ["Patience", "Paybox", "PayboxAccount"]


@dataclass(frozen=True)
class Patience:
    """How long to wait.

    An inquiry moves no money and is asked again later, so it need not wait the 30 seconds that the gateway
    asks for; and a notification, which must be answered within 20, waits for one.
    """

    probe_seconds: float = 2
    connect_seconds: float = 5
    read_seconds: float = 7


@dataclass(frozen=True)
class Paybox:
    account: PayboxAccount
    patience: Patience = Patience()

    def reference(self, attempt_id: str) -> str:
        """What the gateway echoes for this attempt; it names the site, so that another's shows."""
        return reference_of(attempt_id, self.account.site, self.account.rang)

    def attempt_id(self, reference: str) -> str | None:
        """The attempt of a reference, None where it is of another site, environment or program."""
        return attempt_id_in(reference, self.account.site, self.account.rang)

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        """The form to post from the payer's browser; GatewayUnavailable when no host is up."""
        action = first_page_up(self.account.page_urls, self.patience.probe_seconds)
        return PaymentPage(action, page_fields(self.account, attempt, payer, school, language))

    def read_notification(self, body: bytes) -> Answer:
        """What a notification says; SignatureMismatch or NotificationMalformed if it is not genuine.

        Genuine means that the gateway said it, to whichever merchant: its key is the same for all, and for
        its test platform. That the money came to this account is what `inquire` proves.
        """
        answer = read_notification(body, self.account.public_keys)
        return answer if self.account.is_live else replace(answer, is_test=False)

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        """What became of the attempt; `unknown` where the gateway gave no clear answer."""
        patience = self.patience
        line = DirectLine(self.account, next_question, now, patience.connect_seconds, patience.read_seconds)
        return inquire(line, attempt)
