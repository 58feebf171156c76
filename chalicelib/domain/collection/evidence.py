"""The evidence for the answer to a dispute: the consent, its authentication, what was announced."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.outbox import SentMail
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class EvidencePack:
    """All that is kept about one card payment.

    `attempt` is its page, None for a debit; `debit` the debit that took it, None for a page. `instalment` is
    the one it was for; `noticed` says whether its debit was announced.
    """

    payment: Payment
    attempt: Attempt | None
    debit: Debit | None
    instalment: Instalment | None
    mandate: Mandate | None
    invoice: Invoice | None

    @property
    def is_noticed(self) -> bool:
        return self.instalment is not None and self.instalment.noticed


@dataclass(frozen=True)
class EvidenceFile:
    """The pack with what surrounds it. `log_in_days` are those of the sessions that are still kept."""

    pack: EvidencePack
    seller: Seller
    client: Client
    session: str
    notices: tuple[SentMail, ...]
    log_in_days: tuple[date, ...]
    issued_on: date


def evidence_of(file: RegistrationFile, payment: Payment) -> EvidencePack:
    """Return the evidence about a payment of the file."""
    instalments = (each for each in file.instalments if payment.rank and each.rank == payment.rank)
    return EvidencePack(
        payment=payment,
        attempt=next((each for each in file.attempts if each.id == payment.attempt_id), None),
        debit=next(
            (each for each in file.debits if each.transaction and each.transaction == payment.transaction),
            None,
        ),
        instalment=next(instalments, None),
        mandate=file.mandate if payment.rank else None,
        invoice=next(iter(file.invoices), None),
    )
