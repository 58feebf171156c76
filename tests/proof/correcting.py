"""The registrar's corrections with money in, and accounting's write-off of a rest below 1,00 €."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from random import Random

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act as Trace
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.change_situation import (
    change_situation,
    preview_situation,
    situation_request,
)
from chalicelib.usecases.corrections.correct_registration import CorrectionRequest
from chalicelib.usecases.corrections.withdraw_registration import (
    preview_withdrawal,
    withdraw_registration,
    withdrawal_request,
)
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from tests.fakes.ports import FakePorts
from tests.proof.sums import Sums
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR

Act = Callable[[str], None]
KEYS = (None, None, "one form", "another form")
SMALL = (1, 50, 99)
DRAWN = {
    "at",
    "by",
    "order_number",
    "invoice_number",
    "credit_notes",
    "refunds",
    "request_id",
    "request_hash",
}
"""What a preview cannot know: the moment, the numbers and names drawn, the key."""


@dataclass
class Corrector:
    """A registrar who sets situations, withdraws and refuses; `seen` are the previews that lie in tabs."""

    ports: FakePorts
    sums: Sums
    chance: Random
    seen: list[tuple[CorrectionRequest, Correction]] = field(default_factory=list)
    written: list[tuple[CorrectionRequest, Correction]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    """How often each form was sent, by its request's id; "" is no form's."""

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight: 0 where there is nothing to do it to."""
        registration = self.ports.memory.registrations_by_id[registration_id]
        is_open, rest = registration.is_accepted, self._rest(registration_id)
        yield (2.5 if is_open else 0.2), self.changes
        yield (1 if is_open else 0.2), self.looks
        yield (1.5 if self._looked_at(registration_id) else 0), self.confirms
        yield (0.8 if any(self._keyed(registration_id)) else 0), self.repeats
        yield (0.6 if is_open else 0.1), self.withdraws
        yield (0.4 if is_open else 0.1), self.refuses
        yield (2 if not is_open else 0.1), self.reopens
        yield 0.3, self.marks
        yield (0.7 if rest > max(SMALL) else 0), self.receives_almost_all
        yield (4 if 0 < rest < 100 else 0.1), self.writes_off

    def changes(self, registration_id: str) -> None:
        """Set a situation, with the look before it or without."""
        request = self._situation(registration_id)
        if self.chance.random() < 0.5:
            request = replace(request, seen_hash=preview_situation(self.ports, request, REGISTRAR).hash)
        self._write(request)

    def looks(self, registration_id: str) -> None:
        """Open a confirmation page and leave it in its tab."""
        if self.chance.random() < 0.6:
            request = self._situation(registration_id)
            preview = preview_situation(self.ports, request, REGISTRAR)
        else:
            request = self._withdrawal(registration_id)
            preview = preview_withdrawal(self.ports, request, REGISTRAR)
        self.seen.append((replace(request, seen_hash=preview.hash), preview.draft.correction))

    def confirms(self, registration_id: str) -> None:
        """Confirm a page of a while ago: it is written as it was seen, or refused.

        A form that was sent before, in another tab at this moment too, answers what that one wrote.
        """
        request, promised = self.chance.choice(self._looked_at(registration_id))
        written = self._write(request)
        is_replay = self.sent[request.request_id] > 1
        assert is_replay or _shown(written) == _shown(promised), "another correction than was seen"

    def withdraws(self, registration_id: str) -> None:
        self._write(self._withdrawal(registration_id))

    def repeats(self, registration_id: str) -> None:
        """Send a form again: it answers what it wrote, and writes nothing."""
        request, answer = self.chance.choice(self._keyed(registration_id))
        assert self._write(request) == answer, "a repetition is another correction"

    def refuses(self, registration_id: str) -> None:
        """Refuse, now and then with an amount kept, seldom a cent more than is held."""
        held = self.sums.kept(registration_id)
        kept = self.chance.choice((0, 0, 2300, held // 2, held, held + 1))
        decide_registration(self.ports, registration_id, Decision.REFUSE, "motif", REGISTRAR, kept_cents=kept)

    def reopens(self, registration_id: str) -> None:
        decide_registration(self.ports, registration_id, Decision.REOPEN, "motif", REGISTRAR)

    def marks(self, registration_id: str) -> None:
        until = self.chance.choice((None, paris_day(self.ports.at) + timedelta(days=30)))
        mark_provisional(self.ports, registration_id, until, REGISTRAR)

    def receives_almost_all(self, registration_id: str) -> None:
        """Enter a cheque that leaves some cents."""
        cents = self._rest(registration_id) - self.chance.choice(SMALL)
        if cents <= 0:
            return
        received = ReceivedMoney(PaymentMethod.CHEQUE, cents, f"A{cents}", paris_day(self.ports.at))
        receive_payment(self.ports, registration_id, received, ACCOUNTANT, None, is_sure=True)

    def writes_off(self, registration_id: str) -> None:
        """Write off what is seen, seldom after a stale look."""
        seen = self._rest(registration_id) + (self.chance.random() < 0.1)
        write_off_rest(self.ports, registration_id, seen, "reliquat", ACCOUNTANT)

    def _write(self, request: CorrectionRequest) -> Correction:
        is_change = request.act is Trace.FEE_SITUATION_CHANGED
        self.sent[request.request_id] += bool(request.key)
        written = (change_situation if is_change else withdraw_registration)(self.ports, request, REGISTRAR)
        self.written.append((request, written))
        return written

    def _keyed(self, registration_id: str) -> list[tuple[CorrectionRequest, Correction]]:
        mine = (each for each in self.written if each[0].registration_id == registration_id)
        return [each for each in mine if each[0].key]

    def _situation(self, registration_id: str) -> CorrectionRequest:
        registration = self.ports.memory.registrations_by_id[registration_id]
        tariffs = self.ports.campaigns.current().programme(registration.programme_code).tariffs
        return situation_request(
            registration_id, self.chance.choice(sorted(tariffs)), "motif", self.chance.choice(KEYS)
        )

    def _withdrawal(self, registration_id: str) -> CorrectionRequest:
        """Asked for before the year or in it, for the fee, nothing, a part, all, or a cent too much."""
        today, held = paris_day(self.ports.at), self.sums.kept(registration_id)
        day = self.chance.choice((today, today, date(2022, 6, 24)))
        starts_on = self.ports.campaigns.current().year_starts_on
        is_before = starts_on is not None and day < starts_on
        named = (None, None, None, 2300) if is_before else (0, 2300, held // 2, held, held + 1, None)
        asked = AskedWithdrawal(day, self.chance.choice(named))
        return withdrawal_request(registration_id, asked, "motif", self.chance.choice(KEYS))

    def _looked_at(self, registration_id: str) -> list[tuple[CorrectionRequest, Correction]]:
        return [each for each in self.seen if each[0].registration_id == registration_id]

    def _rest(self, registration_id: str) -> int:
        return self.sums.ordered(registration_id) - self.sums.kept(registration_id)


def _shown(correction: Correction) -> dict[str, object]:
    return {name: value for name, value in asdict(correction).items() if name not in DRAWN}
