"""Accounting's moves about the bank: statements and their lines, slips, debts given up, months, batches."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from chalicelib.domain.books.periods import month_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.domain.corrections.waivers import WaiverAsked
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.treasury.lines import ExplanationKind, StatementLine
from chalicelib.domain.treasury.references import reference_of
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.credit_slips import credit_slips
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.cheques.make_slip import change_slip, make_slip
from chalicelib.usecases.closing.begin_closing import begin_closing
from chalicelib.usecases.closing.close_periods import close_periods
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.exports.make_batch import BatchAsked, make_batch, show_ready
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day
from chalicelib.usecases.statements.explain_line import explain_line
from chalicelib.usecases.statements.import_statement import import_statement
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.propose_matches import propose_matches
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.show_returns import show_returns
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from tests.fakes.ports import FakePorts
from tests.proof.bank_account import BankAccount, Underway
from tests.proof.sums import Sums
from tests.usecases.conftest import ACCOUNTANT, CHRIS
from tests.usecases.refund_steps import SECOND

Act = Callable[[str], None]
PEOPLE = (ACCOUNTANT, ACCOUNTANT, SECOND)
AMOUNTS = (100, 4_200, 20_031, 60_100, 60_101)
K = ExplanationKind


@dataclass
class Bookkeeper:
    """`files` are statements that lie on a disk, `pages` the versions of lines that lie in tabs."""

    ports: FakePorts
    sums: Sums
    chance: Random
    account: BankAccount
    files: list[bytes] = field(default_factory=list)
    pages: list[StatementLine] = field(default_factory=list)

    def opens_the_account(self) -> None:
        """Import the first statement, which tells a balance and no movement."""
        import_statement(self.ports, self.account.statement(self._today, 0), ACCOUNTANT)

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight: 0 where there is nothing to do it to."""
        memory = self.ports.memory
        yield (3 if self.account.underway() else 0), self.bank_books
        yield 0.8, self.bank_receives
        yield (3 if len(self.account.moves) > len(memory.statement_lines) else 0.1), self.imports
        yield (6 if any(each.is_open for each in memory.statement_lines.values()) else 0), self.explains
        yield (0.7 if any(each.explanations for each in memory.statement_lines.values()) else 0), self.undoes
        yield (2 if any(each.is_waiting for each in memory.cheques.values()) else 0), self.makes_a_slip
        yield (2 if memory.slips else 0), self.goes_on_with_a_slip
        yield (0.7 if self._rest(registration_id) > 0 else 0.05), self.proposes_a_waiver
        yield (3 if memory.waivers else 0), self.decides_on_a_waiver
        yield (4 if self._has_old_lines() else 0.3), self.leaves_a_month
        is_left = any(each.closing_to for each in memory.closings.values())
        yield (4 if is_left else 0.4), self.closes_and_compares
        yield 0.8, self.takes_a_batch

    # The bank

    def bank_books(self, _: str) -> None:
        self.account.books_underway(self._today, self.chance)

    def bank_receives(self, registration_id: str) -> None:
        """A transfer with a reference or without, of what is owed or not; a fee; what is none of ours."""
        owed = max(1, self._rest(registration_id))
        cents = self.chance.choice((owed, owed, owed // 2 or 1, *AMOUNTS))
        done = [each for each in self.account.about.values() if each and each.kind is K.TRANSFER_FILE]
        what = self.chance.choice(("named", "named", "nameless", "fee", *["returned"] * 4 * bool(done)))
        if what == "named":
            self.account.moves_money(self._today, cents, f"VIR {reference_of(CHRIS.id)}")
        elif what == "nameless":
            self.account.moves_money(self._today, cents, "VIR")
        elif what == "fee":
            self.account.moves_money(self._today, self.chance.choice((-1250, -300, 500)), "FRAIS")
        else:
            left = self.chance.choice(done)
            back = Underway(K.REFUND_RETURNED, left.subject, -left.cents)
            if back not in self.account.about.values():
                self.account.moves_money(self._today, back.cents, "RETOUR", back)

    # Statements

    def imports(self, _: str) -> None:
        """Import the next file; now and then one that repeats movements, or one of long ago."""
        told = len(self.ports.memory.statement_lines)
        since = max(0, told - self.chance.choice((0, 0, 0, 0, 1, 3)))
        self.files.append(self.account.statement(self._today, since))
        file = self.chance.choice((*[self.files[-1]] * 6, *self.files[-3:]))
        import_statement(self.ports, file, ACCOUNTANT)
        propose_matches(self.ports, ACCOUNTANT)

    def explains(self, registration_id: str) -> None:
        """Explain an open line as what it is, now and then as something else, or from a page of long ago."""
        lines = [each for each in self.ports.memory.statement_lines.values() if each.is_open]
        if not lines:
            return
        self.pages.append(self.chance.choice(lines))
        line = self.chance.choice((*[self.pages[-1]] * 6, *self.pages[-3:]))
        about = self.account.about.get(line.label)
        if about and self.chance.random() < 0.7:
            self._explains_as(line, about)
        else:
            self._searches(line, registration_id)

    def _explains_as(self, line: StatementLine, about: Underway) -> None:
        ports, subject, by, seen = self.ports, about.subject, self.chance.choice(PEOPLE), line.version
        if about.kind is K.PAYMENT:
            payment = self.sums.payment(subject)
            part = Part(payment.registration_id, payment.amount_cents, payment_id=payment.id)
            match_line(ports, line.id, Match((part,)), by, seen)
        elif about.kind is K.DEPOSIT:
            credit_slips(ports, line.id, (subject,), by, seen)
        elif about.kind is K.REMITTANCE:
            credit_remittances(ports, line.id, (subject,), by, seen)
        elif about.kind is K.TRANSFER_FILE:
            settle_refunds(ports, line.id, subject, by, seen)
        elif about.kind is K.REFUND_RETURNED:
            return_refund(ports, line.id, subject, by, seen)
        else:
            show_returns(ports, line.id, (subject,), by, seen)

    def _searches(self, line: StatementLine, registration_id: str) -> None:
        """Match it with a file, or two, or a part; put it in suspense; call it a fee, or none of ours."""
        ports, by, seen = self.ports, self.chance.choice(PEOPLE), line.version
        if line.cents < 0 or self.chance.random() < 0.2:
            kind = K.FEE if "FRAIS" in line.label or self.chance.random() < 0.1 else K.DISCARDED
            if kind is K.DISCARDED and self.chance.random() < 0.7:
                suspend_line(ports, line.id, by, seen=seen)
            else:
                explain_line(ports, line.id, kind, by, "motif", seen)
        elif self.chance.random() < 0.3:
            suspend_line(ports, line.id, by, registration_id=registration_id, seen=seen)
        else:
            match_line(ports, line.id, self._match(line.open_cents, registration_id), by, seen)

    def _match(self, cents: int, registration_id: str) -> Match:
        everyone = sorted(self.ports.memory.registrations_by_id)
        how = self.chance.choice(("whole", "whole", "rest", "fee", "two"))
        part = max(1, cents // 2)
        if how == "rest" and cents > part:
            return Match((Part(registration_id, part),), rest_cents=cents - part)
        if how == "fee":
            return Match((Part(registration_id, cents + 150),), fee_cents=-150)
        if how == "two" and cents > part:
            return Match((Part(everyone[0], part), Part(everyone[-1], cents - part)))
        return Match((Part(registration_id, cents),))

    def undoes(self, _: str) -> None:
        """Undo what a line was explained by: it was somebody else's."""
        lines = [each for each in self.ports.memory.statement_lines.values() if each.explanations]
        if not lines:  # undone by another between the cast and the act
            return
        line = self.chance.choice(lines)
        undo_line(self.ports, line.id, "erreur", self.chance.choice(PEOPLE), line.version)

    # Slips

    def makes_a_slip(self, _: str) -> None:
        waiting = [each.payment_id for each in self.ports.memory.cheques.values() if each.is_waiting]
        make_slip(self.ports, waiting[: self.chance.choice((1, 2, 40))], self.chance.choice(PEOPLE))

    def goes_on_with_a_slip(self, _: str) -> None:
        """Empty it or fill it, take it to the bank, seldom book its credit by hand."""
        ports, by = self.ports, self.chance.choice(PEOPLE)
        slip = self.chance.choice([*ports.memory.slips.values()])
        if not slip.deposited_on and self.chance.random() < 0.3:
            on_it = [each.payment_id for each in slip.cheques]
            waiting = [each.payment_id for each in ports.memory.cheques.values() if each.is_waiting]
            change_slip(ports, slip.id, [*on_it[self.chance.choice((0, 1)) :], *waiting[:1]], by)
        elif not slip.deposited_on or self.chance.random() < 0.2:
            deposit_slip(ports, slip.id, self._today, by)
        elif self.chance.random() < 0.2:
            credit_slip(ports, slip.id, BankCredit(slip.expected_cents, self._today), by)

    # Debts given up

    def proposes_a_waiver(self, registration_id: str) -> None:
        rest = self._rest(registration_id)
        kind, cents = (
            self.chance.choice(tuple(WaiverKind)),
            self.chance.choice((rest, rest, rest // 2, rest + 1)),
        )
        asked = WaiverAsked(kind, cents, rest, "motif", "décision")
        propose_waiver(self.ports, registration_id, asked, self.chance.choice(PEOPLE))

    def decides_on_a_waiver(self, _: str) -> None:
        """Decide, now and then on one's own, or on one that is decided already."""
        every = [*self.ports.memory.waivers.values()]
        waiting = [each for each in every if each.state is WaiverState.PROPOSED]
        waiver, by = self.chance.choice(waiting or every), self.chance.choice(PEOPLE)
        decide_waiver(self.ports, waiver.id, "motif", by, is_approved=self.chance.random() < 0.7)

    # Months, days and batches

    def leaves_a_month(self, _: str) -> None:
        """Begin to close the next month, the first time that of yesterday or the one before."""
        closing = self.ports.periods.closing(self._series)
        first = self._today.replace(day=1) - timedelta(days=1)
        next_one = closing.open_from or self.chance.choice((first, first.replace(day=1) - timedelta(days=1)))
        begin_closing(self.ports, self._series, month_of(next_one), self.chance.choice(PEOPLE))

    def _has_old_lines(self) -> bool:
        """Whether a line of an earlier month waits, which will then be dated in this one."""
        first = self._today.replace(day=1)
        closed = [each.open_from or date.min for each in self.ports.memory.closings.values()]
        lines = (each for each in self.ports.memory.statement_lines.values() if each.is_open)
        return any(max(closed, default=date.min) <= each.booked_on < first for each in lines)

    def closes_and_compares(self, _: str) -> None:
        """The hourly runs: number, add up, close months, compare yesterday."""
        number_journal(self.ports)
        sum_journal(self.ports)
        close_periods(self.ports)
        for policy in Policy:
            reconcile_day(self.ports, self._series, policy, self._today - timedelta(days=1), "run")

    def takes_a_batch(self, _: str) -> None:
        """Take what is ready, now and then what was ready a while ago."""
        ready = show_ready(self.ports, self.ports.campaigns.current(), BatchKind.JOURNAL)
        if ready:
            seen = ready.seen if self.chance.random() < 0.8 else "0-2022-0"
            make_batch(self.ports, BatchAsked(BatchKind.JOURNAL, seen), self.chance.choice(PEOPLE))

    # The end

    def comes_to_rest(self) -> None:
        """In the end the bank books what is underway, and each line is explained as what it is."""
        for _ in range(3):
            with suppress(QuittanceError):
                self.closes_and_compares("")
            for each in self.account.underway():
                self.account.books(each, self._today, self.chance)
            told = len(self.ports.memory.statement_lines)
            import_statement(self.ports, self.account.statement(self._today, told), ACCOUNTANT)
            for line in list(self.ports.memory.statement_lines.values()):
                if line.is_open and (about := self.account.about[line.label]):
                    with suppress(QuittanceError):
                        self._explains_as(line, about)
            self.ports.at += timedelta(days=1)

    @property
    def _today(self) -> date:
        return paris_day(self.ports.at)

    @property
    def _series(self) -> str:
        return self.ports.campaigns.current().numbering.series

    def _rest(self, registration_id: str) -> int:
        return self.sums.ordered(registration_id) - self.sums.kept(registration_id)
