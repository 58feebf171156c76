"""A started plan on fakes, copied for each life, and the judge: the gateway's own books."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.payments import Answer, Attempt, Payment
from chalicelib.domain.plan.instalments import DebitState, Instalment, InstalmentState
from tests.fakes.ports import FakePorts, enrol_student
from tests.fakes.storage import Memory
from tests.proof.books import Books
from tests.proof.interception import Died
from tests.usecases.conftest import CARD, CHRIS, Student, accepted

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
REGISTRATION = f"{CHRIS.id}-1"
TENTH = datetime(2022, 7, 10, 0, 30, tzinfo=PARIS)
TOTAL_CENTS = 60100
OPEN = {DebitState.CLAIMED, DebitState.SENT, DebitState.UNKNOWN}
IN_FLIGHT = {InstalmentState.CLAIMED, InstalmentState.SENT, InstalmentState.UNKNOWN}
RESTING = {
    InstalmentState.PAID,
    InstalmentState.NEEDS_PAYER,
    InstalmentState.ARREARS,
    InstalmentState.CANCELLED,
}


def _started() -> Memory:
    ports = FakePorts(CAMPAIGN)
    enrol_student(ports, CHRIS, "I2223_Y1_1A", CAMPAIGN.id)
    Student(ports, CHRIS, REGISTRATION).starts_the_plan()
    ports.memory.entries.clear()
    ports.memory.audit_waiting.clear()
    return ports.memory


STARTED = _started()


def _copied() -> Memory:
    memory = Memory()
    for name, rows in vars(STARTED).items():
        if name != "lock":
            setattr(memory, name, dict(rows))
    return memory


def _ports_on(memory: Memory) -> FakePorts:
    """Fakes on a copy of the started plan."""
    ports = FakePorts(CAMPAIGN, at=TENTH)
    for adapter in vars(ports).values():
        if hasattr(adapter, "_m"):
            adapter._m = memory  # noqa: SLF001 - the fakes of one process share one memory
    ports.memory = memory
    return ports


@dataclass
class World:
    """`by_hand` is what the gateway's page took for an instalment, by its rank, outside any debit."""

    ports: FakePorts = field(default_factory=lambda: _ports_on(_copied()))
    by_hand: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    _finished: set[str] = field(default_factory=set)
    _seen: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        self.gateway = self.ports.gateway
        self.memory = self.ports.memory
        self._books = Books(self.memory)
        self.alarms = self.ports.alarms.raised
        self.messages = self.ports.debit_queue.planned
        self.mails = self.ports.outbox_queue.entries

    @property
    def instalments(self) -> list[Instalment]:
        return sorted(self.memory.instalments.values(), key=lambda each: each.rank)

    @property
    def first_cents(self) -> int:
        """What the first payment brought, on the page."""
        return self.instalments[0].amount_cents

    @property
    def ranks(self) -> list[int]:
        """The parts that are debited: a new cut adds to them."""
        return [each.rank for each in self.instalments[1:]]

    def instalment(self, rank: int) -> Instalment:
        return self.memory.instalments[f"{REGISTRATION}-i{rank}"]

    def books(self, rank: int) -> list[tuple[str, int]]:
        """What the gateway took for one instalment: transaction and amount."""
        prefix = f"{self.gateway.reference(f'{REGISTRATION}-i{rank}')}-"
        debited = [
            (each.transaction, each.amount_cents)
            for each in self.gateway.captures
            if each.reference.startswith(prefix)
        ]
        return debited + self.by_hand.get(rank, [])

    def booked(self, rank: int) -> list[Payment]:
        return [payment for _, payment in self.memory.payments.values() if payment.rank == rank]

    def pay_by_hand(self, attempt: Attempt, body: bytes) -> bytes:
        """The page takes the money once, and its message is signed."""
        assert attempt.terms
        rank, transaction = attempt.terms.rank, f"88{attempt.terms.rank}"
        answer: Answer = replace(accepted(attempt, transaction), **CARD)  # type: ignore[arg-type]  # its fields
        if attempt.reference not in self.gateway.answers:
            self.by_hand.setdefault(rank, []).append((transaction, attempt.amount_cents))
        return self.gateway.says(body, answer)

    def check(self) -> None:
        """What must hold after every step; where nothing changed, what held still does."""
        memory = self.memory
        seen = (*memory.instalments.values(), len(memory.payments), len(self.gateway.captures), *self.alarms)
        if seen == self._seen and not self.by_hand:
            return
        self._seen = seen
        self._books.check()
        for rank in self.ranks:
            self._check_money(rank)
            self._check_state(rank)

    def _check_money(self, rank: int) -> None:
        instalment, taken, booked = self.instalment(rank), self.books(rank), self.booked(rank)
        assert taken in ([], [(taken and taken[0][0], instalment.amount_cents)]), f"taken twice: {taken}"
        assert [(each.transaction, each.amount_cents) for each in booked] in ([], taken), "booked, not taken"
        assert (instalment.state is InstalmentState.PAID) == bool(booked), "paid and payment differ"

    def _check_state(self, rank: int) -> None:
        instalment = self.instalment(rank)
        running = [
            each
            for each in self.memory.debits.values()
            if each.instalment_id == instalment.id and each.state in OPEN
        ]
        assert len(running) <= 1, "two open debits"
        if instalment.state is InstalmentState.PAID:
            self._finished.add(instalment.id)
        assert instalment.state is InstalmentState.PAID or instalment.id not in self._finished, "undone"
        if instalment.state is InstalmentState.CONFLICT:
            assert f"conflict {instalment.id}" in self.alarms, "nobody was told"

    def snapshot(self) -> str:
        """All that is kept anywhere, to compare."""
        kept = {name: rows for name, rows in vars(self.memory).items() if name != "lock"}
        return repr((kept, self.gateway, self.messages, self.mails, self.alarms))

    def judge(self) -> None:
        """What must hold in the end: all that was taken is booked, nothing is left in flight."""
        self.check()
        for rank in self.ranks:
            assert self.instalment(rank).state not in IN_FLIGHT, f"left {self.instalment(rank).state}"
            booked = [(each.transaction, each.amount_cents) for each in self.booked(rank)]
            assert booked == self.books(rank), "taken, not booked"
        paid = sum(amount for rank in self.ranks for _, amount in self.books(rank))
        position = self.ports.accounts.account(CHRIS.id).position(paris_day(self.ports.at))
        assert position.balance_cents == TOTAL_CENTS - self.first_cents - paid


def survives(work: Callable[[], object]) -> bool:
    """Whether a process came to its end."""
    try:
        work()
    except Died:
        return False
    return True
