"""P1, P21 and P31 for money out: given back once, on two people's word, and booked as the gateway shows."""

from collections import Counter
from dataclasses import dataclass

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.registration import RegistrationStatus
from tests.proof.sums import Sums

IN_FLIGHT = {RefundState.SENT, RefundState.UNKNOWN}
ACCEPTED = {RefundState.APPROVED, *IN_FLIGHT, RefundState.DONE}


@dataclass
class RefundBooks:
    """`sent` counts what was judged."""

    sums: Sums
    sent: int = 0

    def judge(self, changes: Changes) -> None:
        """Look at a commit that marks a refund as sent, just after it."""
        for row in changes.rows:
            if isinstance(row, Refund) and row.state is RefundState.SENT:
                self.sent += 1
                payment = self.sums.payment(row.payment_id)
                assert not payment.is_disputed, "money of a disputed payment was sent back"
                assert payment.refunding_cents >= row.amount_cents, "sent without a reservation"
                assert payment.kept_cents >= row.amount_cents, "more was sent back than is held"
                assert row.by_card or row.iban, "a transfer to nowhere"
                self._judge_kept(row)

    def _judge_kept(self, sent: Refund) -> None:
        """What a file that has ended keeps stays, but for what two people agreed to take of it."""
        memory = self.sums.memory
        registration = memory.registrations_by_id[sent.registration_id]
        if registration.is_accepted:
            return
        payments = (payment for _, payment in memory.payments.values())
        held = sum(each.kept_cents for each in payments if each.registration_id == registration.id)
        refunds = (each for each in memory.refunds.values() if each.registration_id == registration.id)
        gone = [each for each in refunds if each.state in {*IN_FLIGHT, RefundState.DONE}]
        going = sum(each.amount_cents for each in gone if each.is_in_flight and self._is_held(each))
        agreed = max(each.sheet.owed_after_cents for each in gone)
        is_withdrawn = registration.status is RegistrationStatus.WITHDRAWN
        owed = self.sums.owed(registration.id) if is_withdrawn else registration.kept_cents
        kept = min(registration.kept_cents, owed)  # accounting may have remitted a part since
        assert held - going >= kept - agreed, "what the school keeps was sent back"

    def _is_held(self, refund: Refund) -> bool:
        """Whether its payment still holds it: the school may have given that back at the gateway."""
        return self.sums.payment(refund.payment_id).refunding_cents >= refund.amount_cents

    def check(self) -> None:
        refunds = list(self.sums.memory.refunds.values())
        for refund in refunds:
            if refund.state in ACCEPTED or refund.reference:
                assert refund.decided_by not in {"", refund.prepared_by}, "P21: one person gave money back"
        by_reference = {each.reference: each for each in refunds if each.reference}
        given = Counter(each.reference for each in self.sums.bank.vault.books)
        assert max(given.values(), default=0) <= 1, "P1: given back twice for one refund"
        for each in self.sums.bank.vault.books:
            refund = by_reference[each.reference]
            assert refund.state in {*IN_FLIGHT, RefundState.DONE}, f"P2: given back, booked {refund.state}"
            assert each.amount_cents == refund.amount_cents, "given back another amount than was approved"
        done = {each.reference for each in refunds if each.state is RefundState.DONE and each.by_card}
        assert done <= given.keys(), "P31: done, not given back"
        for _, payment in self.sums.memory.payments.values():
            self._check_payment(payment, [each for each in refunds if each.payment_id == payment.id])

    def _check_payment(self, payment: Payment, refunds: list[Refund]) -> None:
        given = self.sums.given_back(payment)
        assert given <= payment.amount_cents, "P1: more was given back than was captured"
        assert payment.kept_cents >= 0, "more was given back and taken back than was received"
        reserved = sum(each.amount_cents for each in refunds if each.is_live)
        is_gone = not payment.refunding_cents and (payment.bounced_on or payment.refunded_cents)
        assert payment.refunding_cents == reserved or is_gone, "reserved is not what is being given back"
        assert payment.refunding_cents <= max(0, payment.kept_cents), "more is reserved than is held"
        transferred = sum(
            each.amount_cents for each in refunds if not each.by_card and each.state is RefundState.DONE
        )
        assert payment.transferred_cents == transferred, "what was transferred is not booked"

    def check_rest(self, *, is_seen_to: bool) -> None:
        """Nothing of a refund is left at the gateway, or an alarm names it; the desk can empty its list."""
        for refund in self.sums.memory.refunds.values():
            if refund.by_card and refund.state in {RefundState.APPROVED, *IN_FLIGHT}:
                told = f"unclear refund {refund.id}" in self.sums.ports.alarms.raised
                assert told, f"P2: {refund.state} for ever, and nobody was told"
                is_given = any(each.reference == refund.reference for each in self.sums.bank.vault.books)
                assert not is_given, "P2: given back, not booked"
            assert not (is_seen_to and refund.is_live), (
                f"the list of refunds keeps one that is {refund.state}"
            )
