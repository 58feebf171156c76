"""Lines find registrations: by themselves by reference, within what is owed, else by a person."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import ReceiptForRefused
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.lists.lines import LineBook
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payers.refusals import PayerReceiptTooLarge
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.people import Role
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, LineState, ProposalReason
from chalicelib.domain.treasury.proposals import looks_like_fee, looks_like_remittance
from chalicelib.domain.treasury.references import reference_of
from chalicelib.domain.treasury.refusals import (
    ExplanationMisplaced,
    ExplanationUnequal,
    FeeTooLarge,
    LineExplained,
    LineOfStudent,
    LineUnreasoned,
    ReceiptAlreadyShown,
    ReceiptNoTransfer,
    ReceiptOfOtherAmount,
)
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.statements.explain_line import explain_line
from chalicelib.usecases.statements.hand_on_line import hand_on_line
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.propose_matches import proposals_of, propose_matches
from chalicelib.usecases.statements.suspend_line import suspend_line
from tests.fakes.bank_files import IBAN
from tests.fakes.lines import MemoryRegistrationLines
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.payer_steps import invoices, is_paid_by, names
from tests.usecases.statement_steps import (
    DAY,
    REFERENCE,
    arrives,
    book,
    comes_first,
    lines,
    looks,
    moved,
    one_line,
)

R = ProposalReason
OTHERS = reference_of("00000000000000c2")
TRANSFER = ReceivedMoney(PaymentMethod.TRANSFER, 60100, "VIR 77", DAY)


@pytest.fixture
def owing(chris: Student) -> Student:
    chris.declares("01")
    return chris


class LinesOfManyChanges:
    """Each reading projects some accounts; `left` are those that wait after each, the last one for ever."""

    def __init__(self, lines: MemoryRegistrationLines, *left: int) -> None:
        self._lines, self._left = lines, list(left)

    def of_campaign(self, campaign_id: str) -> LineBook:
        waiting, *self._left = self._left if self._left[1:] else self._left * 2
        is_last = len(self._left) == 1 and waiting == self._left[0]
        return LineBook(self._lines.of_campaign(campaign_id).lines if is_last else (), waiting)


@pytest.mark.parametrize("left", [(40, 20, 0), (40, 20)])
def test_lists_are_read_until_every_change_is_in_them(owing: Student, left: tuple[int, ...]) -> None:
    """After a large import a name would be nobody's; an account that cannot be read holds nothing up."""
    ports = owing.ports
    arrives(ports, moved(60100, "INSCRIPTION", "CHRIS TESTCD"))
    ports.lines = LinesOfManyChanges(ports.lines, *left)  # type: ignore[assignment]  # the same reading
    assert looks(ports).proposed == 1
    (line,) = lines(ports)
    assert [each.registration_id for each in line.proposals] == [owing.registration_id]


@pytest.fixture
def other(chris: Student) -> Student:
    person = replace(
        CHRIS, id="00000000000000c2", email="other@demo.test", last_name="TESTPO", first_name="Camille"
    )
    registration = enrol_student(chris.ports, person, "I2223_Y1_1A", chris.ports.campaigns.current().id)
    student = Student(chris.ports, person, registration.id)
    student.declares("01")
    return student


def whole(student: Student, cents: int = 60100) -> Match:
    return Match((Part(student.registration_id, cents),))


def check(student: Student) -> None:
    """Statement and books agree: 512 is what the explained lines hold, 471 what is in suspense."""
    kept = lines(student.ports)
    seen = sum(each.cents for each in kept if each.explanations and each.state is not LineState.DISCARDED)
    assert book(student.ports, Book.BANK) == seen
    assert book(student.ports, Book.SUSPENSE) == -sum(each.suspense_cents for each in kept)
    for each in kept:
        assert sum(part.cents for part in each.explanations) == (each.cents if each.explanations else 0)


class TestByItself:
    def test_what_moves_the_bank_account_is_dated_on_the_banks_day(self, owing: Student) -> None:
        """A statement of June that is read in July is of June, as its balances are."""
        owing.is_at("2022-07-04 10:00")
        arrives(owing.ports, moved(20000, reference=REFERENCE), moved(5000, "VIR DUPONT"))
        looks(owing.ports)
        (unknown,) = lines(owing.ports, LineState.NEW)
        suspend_line(owing.ports, unknown.id, ACCOUNTANT)
        on_bank = {
            (entry.dated_on, each.cents)
            for entry in owing.ports.memory.journal.values()
            for each in entry.postings
            if each.book is Book.BANK
        }
        assert on_bank == {(DAY, 20000), (DAY, 5000)}

    @pytest.mark.parametrize("cents", [60100, 1])
    def test_reference_and_no_more_than_is_owed_is_booked(self, owing: Student, cents: int) -> None:
        arrives(owing.ports, moved(cents, "Inscription rf 06 0000-0000 0006 1"))
        assert (looks(owing.ports).matched, owing.balance_cents) == (1, 60100 - cents)
        (line,), (payment,) = lines(owing.ports), owing.account.payments
        assert (line.state, line.explanations[0].subject) == (LineState.MATCHED, payment.id)
        assert (payment.line_id, payment.paid_on, payment.from_suspense) == (line.id, DAY, False)
        assert [topic for topic, _ in owing.mails()] == [Topic.TRANSFER_RECEIVED]
        told = [each for each in owing.ports.memory.audit_waiting.values() if each.act is Act.PAYMENT_ENTERED]
        assert [each.details["line"] for each in told] == [line.id]
        check(owing)

    @pytest.mark.parametrize(
        ("cents", "label", "reference"),
        [
            (60101, "trop", REFERENCE),
            (60100, "TESTCD Chris", ""),
            (60100, "x", "RF070000000000061"),
            (60100, REFERENCE, OTHERS),
        ],
    )
    def test_nothing_is_booked_without_both(
        self, owing: Student, cents: int, label: str, reference: str
    ) -> None:
        arrives(owing.ports, moved(cents, label, reference=reference))
        assert looks(owing.ports).matched == 0
        assert owing.account.payments == ()

    def test_nothing_is_booked_that_accounting_entered_already(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        arrives(owing.ports, moved(60100, "VIR", reference=REFERENCE))
        assert looks(owing.ports).proposed == 1
        (line,) = lines(owing.ports)
        assert [(each.payment_id, each.reasons) for each in line.proposals] == [
            (payment.id, (R.REFERENCE, R.RECEIPT))
        ]

    def test_nothing_is_booked_for_two_registrations_that_owe_it(self, owing: Student) -> None:
        second = replace(owing.registration, id=f"{CHRIS.id}-2", order_number=None)
        owing.ports.memory.add(second)
        arrives(owing.ports, moved(60100, REFERENCE))
        assert looks(owing.ports).matched == 0
        assert {each.registration_id for each in lines(owing.ports)[0].proposals} == {
            owing.registration_id,
            second.id,
        }

    def test_own_file_is_proposed_alone(self, owing: Student) -> None:
        accountant = replace(CHRIS, roles=frozenset({Role.STUDENT, Role.ACCOUNTANT}))
        arrives(owing.ports, moved(60100, REFERENCE))
        assert propose_matches(owing.ports, accountant).proposed == 1

    def test_reference_of_nobody_stays_new(self, owing: Student) -> None:
        arrives(owing.ports, moved(100, OTHERS), moved(-5, "FRAIS"))
        looked = looks(owing.ports)
        assert (looked.matched, looked.proposed) == (0, 0)
        assert {line.state for line in lines(owing.ports)} == {LineState.NEW}

    def test_lines_for_which_there_is_no_time_wait(self, owing: Student) -> None:
        arrives(owing.ports, moved(1, REFERENCE), moved(2, REFERENCE))
        assert propose_matches(owing.ports, ACCOUNTANT, lambda: False).passed.left == 2
        assert looks(owing.ports).matched == 2
        assert looks(owing.ports).matched == 0

    def test_who_keeps_no_books_looks_at_nothing(self, owing: Student) -> None:
        with pytest.raises(Forbidden):
            propose_matches(owing.ports, REGISTRAR)

    def test_line_that_another_took_meanwhile_is_left(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(60100, REFERENCE))
        listed = owing.ports.statements.of_state(LineState.NEW)
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        monkeypatch.setattr(owing.ports.statements, "of_state", lambda *_: listed)
        assert looks(owing.ports).matched == 0

    def test_list_of_new_lines_is_read_page_after_page(self, owing: Student) -> None:
        arrives(owing.ports, *(moved(1, f"{REFERENCE} {rank}") for rank in range(60)))
        assert looks(owing.ports).matched == 60
        check(owing)


class TestProposals:
    def test_name_in_any_order_and_amount_are_told_with_their_score(
        self, owing: Student, other: Student
    ) -> None:
        line = one_line(owing.ports, moved(60100, "inscription", "M. Chris  TESTCD"))
        looks(owing.ports)
        (proposal,) = lines(owing.ports)[0].proposals
        assert (proposal.registration_id, proposal.score, proposal.owed_cents) == (
            owing.registration_id,
            60,
            60100,
        )
        assert proposal.reasons == (R.NAME, R.AMOUNT_OWED)
        assert proposals_of(owing.ports, lines(owing.ports)[0]) == (proposal,)
        assert line.id == lines(owing.ports)[0].id

    def test_amount_of_an_instalment_is_a_reason(self, chris: Student) -> None:
        chris.starts_the_plan()
        line = one_line(chris.ports, moved(20031, "TESTCD Chris"))
        assert proposals_of(chris.ports, line)[0].reasons == (R.NAME, R.AMOUNT_DUE)

    def test_refused_or_paid_file_is_not_proposed(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(100, "TESTCD Chris"))
        decide_registration(owing.ports, owing.registration_id, Decision.REFUSE, "why", REGISTRAR)
        assert proposals_of(owing.ports, line) == ()

    def test_second_transfer_of_who_owes_nothing_more_is_proposed_as_a_credit(self, owing: Student) -> None:
        arrives(owing.ports, moved(60100, REFERENCE), moved(60100, f"{REFERENCE} encore"))
        looked = looks(owing.ports)
        assert (looked.matched, looked.proposed) == (1, 1)
        (line,) = lines(owing.ports, LineState.PROPOSED)
        (proposal,) = line.proposals
        assert (proposal.registration_id, proposal.cents) == (owing.registration_id, 60100)
        assert (proposal.owed_cents, proposal.reasons) == (0, (R.REFERENCE,))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        assert book(owing.ports, Book.CREDITS) == -60100
        check(owing)

    def test_paid_file_is_not_proposed_beside_one_that_owes(self, owing: Student) -> None:
        receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        second = replace(owing.registration, id=f"{CHRIS.id}-2", order_number=None)
        owing.ports.memory.add(second)
        line = one_line(owing.ports, moved(100, REFERENCE))
        assert [each.registration_id for each in proposals_of(owing.ports, line)] == [second.id]

    def test_refused_file_is_proposed_for_no_credit(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(100, REFERENCE))
        decide_registration(owing.ports, owing.registration_id, Decision.REFUSE, "why", REGISTRAR)
        assert proposals_of(owing.ports, line) == ()

    def test_receipt_is_proposed_by_its_reference_too(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        line = one_line(owing.ports, moved(60100, "TESTCD CHRIS vir 77"))
        assert [each.payment_id for each in proposals_of(owing.ports, line)] == [payment.id]

    def test_money_that_left_and_words_of_fees(self, owing: Student) -> None:
        arrives(owing.ports, moved(-5, "FRAIS TENUE DE COMPTE"), moved(-6, "Prélèvement"), moved(7, "FRAIS"))
        found = lines(owing.ports)
        assert all(proposals_of(owing.ports, each) == () for each in found if each.cents < 0)
        assert {each.cents for each in found if looks_like_fee(each)} == {-5}

    def test_words_of_a_card_remittance(self, owing: Student) -> None:
        words = {
            1: "REMISE CB 00123 CONTRAT",
            2: "Remises cartes",
            3: "REMISE CHEQUES",
            4: "CB 12",
            -5: "REMISE CB",
        }
        arrives(owing.ports, *(moved(cents, label) for cents, label in words.items()))
        assert {each.cents for each in lines(owing.ports) if looks_like_remittance(each)} == {1, 2}


class TestOnePart:
    def test_person_books_a_line_for_a_registration(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        done = match_line(owing.ports, line.id, whole(owing), ACCOUNTANT, line.version)
        assert (done.state, owing.balance_cents) == (LineState.MATCHED, 0)
        check(owing)

    def test_more_than_is_owed_is_a_credit_when_a_person_says_so(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(70000))
        match_line(owing.ports, line.id, whole(owing, 70000), ACCOUNTANT)
        assert book(owing.ports, Book.CREDITS) == -9900
        check(owing)

    def test_line_is_received_once(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        with pytest.raises(LineExplained):
            match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        assert len(owing.account.payments) == 1

    def test_one_of_two_who_match_at_once_books_it(
        self, owing: Student, other: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(60100))
        comes_first(
            monkeypatch, owing.ports, lambda: match_line(owing.ports, line.id, whole(other), ACCOUNTANT)
        )
        with pytest.raises(ConcurrentUpdate):
            match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        assert (len(owing.account.payments), len(other.account.payments)) == (0, 1)
        check(owing)

    def test_what_was_seen_must_be_so(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        with pytest.raises(ConcurrentUpdate):
            match_line(owing.ports, line.id, whole(owing), ACCOUNTANT, line.version + 1)

    def test_rules_of_receipts_hold(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100, REFERENCE))
        decide_registration(owing.ports, owing.registration_id, Decision.REFUSE, "why", REGISTRAR)
        with pytest.raises(ReceiptForRefused):
            match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        own = replace(CHRIS, roles=frozenset({Role.STUDENT, Role.ACCOUNTANT}))
        with pytest.raises(OwnFile):
            match_line(owing.ports, line.id, whole(owing), own)
        check(owing)

    @pytest.mark.parametrize(
        ("match", "refusal"),
        [
            (Match((Part("00000000000000c1-1", 60099),)), ExplanationUnequal),
            (Match((Part("00000000000000c1-1", 60101),)), ExplanationUnequal),
            (Match((Part("00000000000000c1-1", -60100),)), ExplanationMisplaced),
            (Match((Part("00000000000000c1-1", 60101),), rest_cents=-1), ExplanationMisplaced),
            (Match((Part("00000000000000c1-1", 60000),), fee_cents=100), ExplanationMisplaced),
            (Match((Part("00000000000000c1-1", 60099),), fee_cents=1), ExplanationMisplaced),
            (Match(()), ExplanationMisplaced),
        ],
    )
    def test_parts_must_add_up(self, owing: Student, match: Match, refusal: type[Exception]) -> None:
        line = one_line(owing.ports, moved(60100))
        with pytest.raises(refusal):
            match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert lines(owing.ports) == [line]

    def test_money_that_left_is_no_receipt(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(-60100))
        with pytest.raises(ExplanationMisplaced):
            match_line(owing.ports, line.id, whole(owing, -60100), ACCOUNTANT)


class TestSeveralParts:
    def test_transfer_for_two_goes_through_suspense_and_leaves_nothing_there(
        self, owing: Student, other: Student
    ) -> None:
        line = one_line(owing.ports, moved(120200, "POUR LES DEUX"))
        parts = (Part(owing.registration_id, 60100), Part(other.registration_id, 60100))
        done = match_line(owing.ports, line.id, Match(parts), ACCOUNTANT)
        assert (done.state, done.suspense_cents) == (LineState.SPLIT, 0)
        assert (owing.balance_cents, other.balance_cents) == (0, 0)
        assert book(owing.ports, Book.BANK) == 120200
        check(owing)

    def test_fee_that_the_bank_took_off_a_batch_is_booked_beside_it(
        self, owing: Student, other: Student
    ) -> None:
        line = one_line(owing.ports, moved(119900))
        parts = (Part(owing.registration_id, 60100), Part(other.registration_id, 60100))
        done = match_line(owing.ports, line.id, Match(parts, fee_cents=-300), ACCOUNTANT)
        assert (done.state, book(owing.ports, Book.BANK_FEES)) == (LineState.SPLIT, 300)
        check(owing)

    def test_rest_stays_in_suspense_and_is_allocated_later(self, owing: Student, other: Student) -> None:
        line = one_line(owing.ports, moved(100000))
        match = Match((Part(owing.registration_id, 60100),), rest_cents=39900)
        held = match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert (held.state, held.suspense_cents, held.owner) == (LineState.SUSPENSE, 39900, ACCOUNTANT.id)
        check(owing)
        done = match_line(owing.ports, line.id, whole(other, 39900), ACCOUNTANT)
        assert (done.state, other.balance_cents) == (LineState.SPLIT, 20200)
        check(owing)

    def refuses(self, student: Student, match: Match, refusal: type[Exception]) -> None:
        """The match is refused and nothing is booked, mailed or suspended."""
        memory = student.ports.memory
        (line,) = lines(student.ports)
        before = (dict(memory.journal), dict(memory.entries), dict(memory.audit_waiting))
        with pytest.raises(refusal):
            match_line(student.ports, line.id, match, ACCOUNTANT)
        assert (memory.journal, memory.entries, memory.audit_waiting) == before
        assert lines(student.ports) == [line]
        assert not any(each.line_id for each in student.account.payments)

    def test_refusal_of_a_later_part_books_no_part(self, owing: Student, other: Student) -> None:
        arrives(owing.ports, moved(64100))
        first = Part(owing.registration_id, 4000)
        for unknown in ("00000000000000ff-1", f"{CHRIS.id}-9"):
            self.refuses(owing, Match((first, Part(unknown, 60100))), NotFound)
        decide_registration(owing.ports, other.registration_id, Decision.REFUSE, "why", REGISTRAR)
        self.refuses(owing, Match((first, Part(other.registration_id, 60100))), ReceiptForRefused)
        self.refuses(owing, Match((first,), rest_cents=60101), ExplanationUnequal)

    def test_refusal_of_what_was_entered_books_no_part(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        arrives(owing.ports, moved(124200))
        shows = Part(owing.registration_id, 60100, payment_id=payment.id)
        first = Part(owing.registration_id, 4000)
        self.refuses(owing, Match((first, shows, shows)), ReceiptAlreadyShown)
        self.refuses(
            owing, Match((first, replace(shows, cents=60000)), rest_cents=60200), ReceiptOfOtherAmount
        )

    def test_transfer_shown_already_leaves_no_rest_in_suspense(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        arrives(owing.ports, moved(60100, "A"), moved(70000, "B"))
        found = {each.label: each for each in lines(owing.ports)}
        shows = Match((Part(owing.registration_id, 60100, payment_id=payment.id),))
        match_line(owing.ports, found["A"].id, shows, ACCOUNTANT)
        with pytest.raises(ReceiptAlreadyShown):
            match_line(owing.ports, found["B"].id, replace(shows, rest_cents=9900), ACCOUNTANT)
        assert lines(owing.ports, LineState.SUSPENSE) == []

    def test_parts_of_one_registration_are_received_as_one(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        parts = (Part(owing.registration_id, 60000), Part(owing.registration_id, 100))
        done = match_line(owing.ports, line.id, Match(parts), ACCOUNTANT)
        assert (done.state, [each.amount_cents for each in owing.account.payments]) == (
            LineState.MATCHED,
            [60100],
        )

    def test_interruption_leaves_the_rest_for_a_person_to_see(
        self, owing: Student, other: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line, commit = one_line(owing.ports, moved(120200)), owing.ports.store.commit
        parts = (Part(owing.registration_id, 60100), Part(other.registration_id, 60100))

        def dying(changes: Changes) -> None:
            if any(getattr(row, "registration_id", "") == other.registration_id for row in changes.rows):
                raise RuntimeError
            commit(changes)

        monkeypatch.setattr(owing.ports.store, "commit", dying)
        with pytest.raises(RuntimeError):
            match_line(owing.ports, line.id, Match(parts), ACCOUNTANT)
        (held,) = lines(owing.ports, LineState.SUSPENSE)
        assert (held.suspense_cents, owing.balance_cents) == (60100, 0)
        check(owing)


class TestEnteredAlready:
    def entered(self, student: Student) -> Match:
        payment = receive_payment(student.ports, student.registration_id, TRANSFER, ACCOUNTANT, None)
        return Match((Part(student.registration_id, 60100, payment_id=payment.id),))

    def test_line_shows_the_transfer_and_books_nothing(self, owing: Student) -> None:
        line, match = one_line(owing.ports, moved(60100)), self.entered(owing)
        before = dict(owing.ports.memory.journal)
        done = match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert (done.state, owing.ports.memory.journal) == (LineState.MATCHED, before)
        assert owing.account.payments[0].line_id == line.id
        check(owing)

    def test_line_in_suspense_that_shows_it_is_taken_off_both_accounts(self, owing: Student) -> None:
        line, match = one_line(owing.ports, moved(60100)), self.entered(owing)
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        assert book(owing.ports, Book.BANK) == 120200
        match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert book(owing.ports, Book.BANK) == 60100
        check(owing)

    def test_transfer_is_shown_by_one_line_of_its_amount(self, owing: Student, other: Student) -> None:
        arrives(owing.ports, moved(60100, "A"), moved(60100, "B"), moved(60000, "C"))
        found = {each.label: each for each in lines(owing.ports)}
        match = self.entered(owing)
        match_line(owing.ports, found["A"].id, match, ACCOUNTANT)
        with pytest.raises(ReceiptAlreadyShown):
            match_line(owing.ports, found["B"].id, match, ACCOUNTANT)
        payment_id = match.parts[0].payment_id
        strange = Match((Part(other.registration_id, 60100, payment_id=payment_id),))
        with pytest.raises(NotFound):
            match_line(owing.ports, found["B"].id, strange, ACCOUNTANT)
        cheque = replace(TRANSFER, method=PaymentMethod.CHEQUE, reference="9")
        entered = receive_payment(owing.ports, other.registration_id, cheque, ACCOUNTANT, None)
        of_cheque = Match((Part(other.registration_id, 60100, payment_id=entered.id),))
        with pytest.raises(ReceiptNoTransfer):
            match_line(owing.ports, found["B"].id, of_cheque, ACCOUNTANT)

    def test_transfer_of_another_amount_is_told_with_both(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(40100))
        (part,) = self.entered(owing).parts
        with pytest.raises(ReceiptOfOtherAmount) as refused:
            match_line(owing.ports, line.id, Match((replace(part, cents=40100),)), ACCOUNTANT)
        assert (refused.value.entered_cents, refused.value.told_cents) == (60100, 40100)
        assert "601,00\xa0€" in sentence(refused.value)


class TestSuspense:
    def test_line_without_an_owner_is_on_471_with_who_searches(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        held = suspend_line(owing.ports, line.id, ACCOUNTANT, reason="  no name ")
        assert (held.state, held.owner, held.suspended_at) == (
            LineState.SUSPENSE,
            ACCOUNTANT.id,
            owing.ports.at,
        )
        (entry,) = owing.ports.memory.journal.values()
        assert (entry.event, entry.subject, entry.is_treasury) == (MoneyEvent.SUSPENSE, line.id, True)
        assert [(posting.account, posting.cents) for posting in entry.postings] == [
            ("512", 60100),
            ("471", -60100),
        ]
        assert owing.mails() == []
        check(owing)
        with pytest.raises(LineExplained):
            suspend_line(owing.ports, line.id, ACCOUNTANT)

    def test_later_allocation_posts_471_against_411(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        (entry,) = (e for e in owing.ports.memory.journal.values() if e.event is MoneyEvent.PAYMENT)
        assert [(posting.account, posting.cents) for posting in entry.postings] == [
            ("471", 60100),
            ("411", -60100),
        ]
        assert owing.account.payments[0].from_suspense
        position = owing.account.position(DAY)
        assert (position.credit_cents, position.balance_cents) == (60100, 0)
        check(owing)

    def test_who_probably_paid_is_told_that_it_is_searched_for(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        suspend_line(owing.ports, line.id, ACCOUNTANT, registration_id=owing.registration_id)
        assert [topic for topic, _ in owing.mails()] == [Topic.TRANSFER_SEARCHED]
        for entry_id in tuple(owing.ports.memory.entries):
            deliver_outbox(owing.ports, entry_id)
        assert "601,00" in owing.ports.mailer.texts[-1]
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        assert Topic.TRANSFER_RECEIVED in {topic for topic, _ in owing.mails()}

    def test_money_that_left_without_a_known_reason_waits_there_too(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(-4200))
        suspend_line(owing.ports, line.id, ACCOUNTANT, registration_id=owing.registration_id)
        assert (book(owing.ports, Book.SUSPENSE), owing.mails()) == (4200, [])
        explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)
        assert (book(owing.ports, Book.SUSPENSE), book(owing.ports, Book.BANK_FEES)) == (0, 4200)
        check(owing)

    def test_search_is_handed_on_and_keeps_its_age(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        colleague = replace(ACCOUNTANT, id="00000000000000a2")
        owing.ports.memory.people[colleague.id] = colleague
        with pytest.raises(LineExplained):
            hand_on_line(owing.ports, line.id, colleague.id, ACCOUNTANT)
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        handed = hand_on_line(owing.ports, line.id, colleague.id, ACCOUNTANT)
        assert (handed.owner, handed.suspended_at) == (colleague.id, owing.ports.at)
        for nobody in (CHRIS.id, "00000000000000ff"):
            with pytest.raises(NotFound):
                hand_on_line(owing.ports, line.id, nobody, ACCOUNTANT)


class TestOtherReasons:
    @pytest.mark.parametrize("cents", [-60100, -1250, 5000])
    def test_fee_kept_or_given_back_is_on_627(self, owing: Student, cents: int) -> None:
        line = one_line(owing.ports, moved(cents))
        done = explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)
        assert (done.state, book(owing.ports, Book.BANK_FEES)) == (LineState.FEE, -cents)
        check(owing)
        with pytest.raises(LineExplained):
            explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)

    def test_bank_gives_back_fifty_euros_at_most(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(5001, "VIR DUPONT"))
        with pytest.raises(FeeTooLarge) as refused:
            explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)
        assert "50,00\xa0€" in sentence(refused.value)
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        with pytest.raises(FeeTooLarge):
            explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)

    @pytest.mark.parametrize("kind", [ExplanationKind.FEE, ExplanationKind.DISCARDED])
    def test_money_with_a_reference_of_a_student_is_the_students(
        self, owing: Student, kind: ExplanationKind
    ) -> None:
        line = one_line(owing.ports, moved(100, REFERENCE))
        with pytest.raises(LineOfStudent):
            explain_line(owing.ports, line.id, kind, ACCOUNTANT, "not ours")
        assert lines(owing.ports) == [line]

    @pytest.mark.parametrize(("cents", "label"), [(100, OTHERS), (-100, REFERENCE), (100, "VIR")])
    def test_reference_of_nobody_or_of_a_debit_is_discarded(
        self, owing: Student, cents: int, label: str
    ) -> None:
        line = one_line(owing.ports, moved(cents, label))
        done = explain_line(owing.ports, line.id, ExplanationKind.DISCARDED, ACCOUNTANT, "not ours")
        assert done.state is LineState.DISCARDED

    def test_what_is_no_matter_of_these_books_is_discarded_with_a_reason(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(-32010, "ENERGIE"))
        with pytest.raises(LineUnreasoned):
            explain_line(owing.ports, line.id, ExplanationKind.DISCARDED, ACCOUNTANT, " ")
        done = explain_line(owing.ports, line.id, ExplanationKind.DISCARDED, ACCOUNTANT, "energy")
        assert (done.state, done.reason, dict(owing.ports.memory.journal)) == (
            LineState.DISCARDED,
            "energy",
            {},
        )
        assert done.explanations == (Explanation(ExplanationKind.DISCARDED, line.id, -32010),)

    def test_what_is_booked_on_471_is_not_discarded(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(100))
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        with pytest.raises(LineExplained):
            explain_line(owing.ports, line.id, ExplanationKind.DISCARDED, ACCOUNTANT, "x")

    def test_account_that_no_campaign_names_any_more_books_nothing(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(-100))
        nameless = replace(owing.ports.campaigns.current(), bank_account=None)
        monkeypatch.setattr(owing.ports.campaigns, "every", lambda: (nameless,))
        with pytest.raises(NotFound):
            explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)
        assert line.iban == IBAN


class TestThirdPartyPayers:
    @pytest.fixture
    def invoiced(self, owing: Student) -> Student:
        names(owing)
        invoices(owing)
        return owing

    def test_number_of_its_invoice_and_its_amount_propose_it(self, invoiced: Student) -> None:
        number = invoiced.account.payers[0].invoice_number
        line = one_line(invoiced.ports, moved(40000, f"FACT {number} 2022"))
        (proposal,) = proposals_of(invoiced.ports, line)
        assert (proposal.invoice_number, proposal.owed_cents) == (number, 40000)
        assert proposal.reasons == (R.INVOICE, R.AMOUNT_OWED)
        looks(invoiced.ports)
        assert lines(invoiced.ports)[0].state is LineState.PROPOSED

    def test_its_name_is_a_reason_and_a_number_alone_is_none(self, invoiced: Student) -> None:
        number = invoiced.account.payers[0].invoice_number
        name = invoiced.account.payers[0].facts.name
        arrives(invoiced.ports, moved(1, f"{number}"), moved(2, f"{number} {name}"))
        found = {each.cents: proposals_of(invoiced.ports, each) for each in lines(invoiced.ports)}
        assert found[1] == ()
        assert found[2][0].reasons == (R.INVOICE, R.NAME)

    def test_its_transfer_that_was_entered_is_proposed_by_its_invoice(self, invoiced: Student) -> None:
        payment = is_paid_by(invoiced, 40000)
        line = one_line(invoiced.ports, moved(40000, f"FACT {payment.invoice_number}"))
        (proposal,) = proposals_of(invoiced.ports, line)
        assert (proposal.payment_id, proposal.reasons) == (payment.id, (R.RECEIPT,))

    def test_line_pays_its_invoice_and_never_more(self, invoiced: Student) -> None:
        number = invoiced.account.payers[0].invoice_number
        arrives(invoiced.ports, moved(40000, "A"), moved(1, "B"))
        found = {each.label: each for each in lines(invoiced.ports)}
        match = Match((Part(invoiced.registration_id, 40000, number),))
        match_line(invoiced.ports, found["A"].id, match, ACCOUNTANT)
        assert invoiced.account.of_payers.of_invoice(number).owed_cents == 0
        with pytest.raises(PayerReceiptTooLarge):
            match_line(
                invoiced.ports, found["B"].id, Match((Part(invoiced.registration_id, 1, number),)), ACCOUNTANT
            )
        check(invoiced)

    def test_parts_for_its_invoice_are_together_no_more(self, invoiced: Student) -> None:
        number = invoiced.account.payers[0].invoice_number
        line = one_line(invoiced.ports, moved(40001))
        parts = tuple(Part(invoiced.registration_id, cents, number) for cents in (40000, 1))
        with pytest.raises(PayerReceiptTooLarge):
            match_line(invoiced.ports, line.id, Match(parts), ACCOUNTANT)
        assert lines(invoiced.ports) == [line]
