from dataclasses import dataclass
from functools import partial
from typing import Protocol

from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import RefundMethod
from chalicelib.domain.refunds.surplus import SYSTEM, is_recent, may_be_proposed, proposals, surplus_of
from chalicelib.usecases.credits.ports import Credits
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.prepare_refund import named, prepare_named
from chalicelib.usecases.registrations.show_account import open_file


class SurplusPorts(RefundPorts, Protocol):
    """The ports of proposing to give a surplus back."""

    @property
    def credits(self) -> Credits: ...


@dataclass
class SurplusReport(Passed):
    """What one run did: refunds that it prepared."""

    proposed: int = 0


def propose_surpluses(ports: SurplusPorts, has_time: HasTime = always) -> SurplusReport:
    """Prepare the refund of each recent payment that two of our pages caused; one accountant approves it."""
    report = SurplusReport()
    recent = [each for each in ports.credits.waiting() if is_recent(each, ports.now())]
    act = partial(_propose, ports, report)
    report.add(for_each(ports, "surplus not proposed", rotated(recent, ports.now()), act, has_time))
    return report


def _propose(ports: SurplusPorts, report: SurplusReport, listed: Payment) -> None:
    account = ports.accounts.account(person_of(listed.id))
    file = open_file(ports, account, listed.registration_id)
    payment = next(each for each in file.payments if each.id == listed.id)
    surplus = surplus_of(file, payment)
    if surplus is None or not may_be_proposed(file, payment):
        return
    asked = Asked(payment.amount_cents, payment.refundable_cents, RefundMethod.CARD, surplus.proof)
    name = named(f"surplus {payment.id} {len(proposals(file, payment))}")
    prepare_named(ports, payment.id, asked, name, SYSTEM)
    report.proposed += 1
