"""P21 for debts: remitted or admitted as uncollectable by two people, in the books."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.statement import statement_of
from chalicelib.domain.causes import OwnFile, SamePerson
from chalicelib.domain.corrections.refusals import (
    NothingToWriteOff,
    RestChanged,
    WaiverAboveOwed,
    WaiverDecided,
    WaiverInPart,
    WaiverUndocumented,
    WaiverUnreasoned,
    WaiverWaiting,
)
from chalicelib.domain.corrections.waiver import Waiver, WaiverKind, WaiverState
from chalicelib.domain.corrections.waivers import WaiverAsked, may_be_waived
from chalicelib.domain.decisions import DebitInFlight
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.privacy.erase_person import erase_person
from tests.fakes.gateway import Behaviour
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.refund_steps import SECOND
from tests.usecases.test_privacy import ADMIN
from tests.usecases.test_received_at_the_desk import CHEQUE
from tests.usecases.test_refunds_at_once import at_once
from tests.usecases.test_write_offs import pays_but

ASKED = WaiverAsked(WaiverKind.REMISSION, 10000, 20000, "ressources insuffisantes", "décision 2022-17")
WHOLE = replace(ASKED, kind=WaiverKind.UNCOLLECTABLE, amount_cents=20000, document="PV de carence")


def proposes(student: Student, asked: WaiverAsked = ASKED) -> Waiver:
    return propose_waiver(student.ports, student.registration_id, asked, ACCOUNTANT)


def approves(student: Student, waiver: Waiver, by: object = SECOND) -> Waiver:
    return decide_waiver(student.ports, waiver.id, "", by, is_approved=True)  # type: ignore[arg-type]


def rest(student: Student) -> int:
    return owed_cents(student.file)


@pytest.fixture
def owing(chris: Student) -> Student:
    """200,00 € are left of 601,00 €."""
    pays_but(chris, 20000)
    return chris


@pytest.mark.parametrize(
    ("asked", "book", "account", "left"),
    [(ASKED, Book.REMISSIONS, "6588", 10000), (WHOLE, Book.UNCOLLECTABLE, "6541", 0)],
)
def test_debt_is_lowered_once_a_second_person_approves(
    owing: Student, asked: WaiverAsked, book: Book, account: str, left: int
) -> None:
    assert may_be_waived(owing.file)
    waiver = proposes(owing, asked)
    assert (rest(owing), may_be_waived(owing.file)) == (20000, False)
    done = approves(owing, waiver)
    assert (done.state, done.decided_by, rest(owing)) == (WaiverState.APPROVED, SECOND.id, left)
    entry = owing.account.journal[-1]
    assert entry.event is MoneyEvent(asked.kind)
    lines = [(each.book, each.account, each.cents) for each in entry.postings]
    assert lines == [(book, account, asked.amount_cents), (Book.RECEIVABLE, "411", -asked.amount_cents)]
    assert owing.balance_cents == left
    assert owing.registration.part_paid is (left > 0)
    check_books(owing.ports.memory)
    acts = [each for each in owing.ports.memory.audit_waiting.values() if each.target == waiver.id]
    assert [(each.act, each.by, each.reason) for each in acts] == [
        (Act.WAIVER_PROPOSED, ACCOUNTANT.id, ASKED.reason),
        (Act.WAIVER_APPROVED, SECOND.id, ASKED.reason),
    ]
    printed = statement_of(owing.account, owing.file.campaign, date(2022, 6, 24), date(2022, 6, 24))
    assert printed.balance_cents == left
    assert MoneyEvent(asked.kind) in {each.event for each in printed.movements}


def test_registrar_may_decide_and_who_proposed_may_not(owing: Student) -> None:
    waiver = proposes(owing)
    with pytest.raises(SamePerson):
        approves(owing, waiver, ACCOUNTANT)
    with pytest.raises(Forbidden):
        approves(owing, waiver, CHRIS)
    assert approves(owing, waiver, REGISTRAR).state is WaiverState.APPROVED
    with pytest.raises(WaiverDecided):
        approves(owing, waiver)
    assert rest(owing) == 10000


def test_who_proposed_may_take_it_back(owing: Student) -> None:
    waiver = proposes(owing)
    with pytest.raises(WaiverUnreasoned):
        decide_waiver(owing.ports, waiver.id, "", ACCOUNTANT, is_approved=False)
    gone = decide_waiver(owing.ports, waiver.id, "mauvais dossier", ACCOUNTANT, is_approved=False)
    assert (gone.state, gone.decided_by, rest(owing)) == (WaiverState.REFUSED, ACCOUNTANT.id, 20000)
    with pytest.raises(WaiverDecided):
        approves(owing, waiver)


def test_nobody_proposes_for_themselves(owing: Student) -> None:
    own = replace(ACCOUNTANT, id=CHRIS.id)
    with pytest.raises(OwnFile):
        propose_waiver(owing.ports, owing.registration_id, ASKED, own)


def test_refused_with_a_reason_nothing_changes_and_another_may_follow(owing: Student) -> None:
    waiver = proposes(owing)
    with pytest.raises(WaiverUnreasoned):
        decide_waiver(owing.ports, waiver.id, " ", SECOND, is_approved=False)
    refused = decide_waiver(owing.ports, waiver.id, "dossier incomplet", SECOND, is_approved=False)
    assert (refused.state, refused.decision_reason, rest(owing)) == (
        WaiverState.REFUSED,
        "dossier incomplet",
        20000,
    )
    assert proposes(owing).id.endswith("-w2")
    found = owing.ports.waivers.of_state(WaiverState.PROPOSED)[0]
    assert [each.id for each in found] == [f"{owing.registration_id}-w2"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (replace(ASKED, reason=" "), WaiverUnreasoned),
        (replace(ASKED, document=" "), WaiverUndocumented),
        (replace(ASKED, owed_seen_cents=1), RestChanged),
        (replace(ASKED, amount_cents=20001), WaiverAboveOwed),
        (replace(ASKED, amount_cents=0), WaiverAboveOwed),
        (replace(WHOLE, amount_cents=19999), WaiverInPart),
    ],
)
def test_what_cannot_be_proposed(owing: Student, asked: WaiverAsked, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        proposes(owing, asked)


def test_one_proposal_at_a_time_and_none_where_nothing_is_owed(owing: Student, chris: Student) -> None:
    done = at_once([lambda: proposes(owing)] * 4)
    assert len(done) == 1
    with pytest.raises(WaiverWaiting):
        proposes(owing)
    (waiver,) = owing.ports.memory.waivers.values()
    approves(owing, waiver)
    approves(owing, proposes(owing, replace(WHOLE, amount_cents=10000, owed_seen_cents=10000)))
    with pytest.raises(NothingToWriteOff):
        proposes(owing)
    with pytest.raises(NotFound):
        decide_waiver(owing.ports, f"{chris.registration_id}-w9", "", SECOND, is_approved=True)


def test_of_eight_that_approve_at_once_one_does(owing: Student) -> None:
    waiver = proposes(owing)
    assert len(at_once([lambda: approves(owing, waiver)] * 8)) == 1
    assert rest(owing) == 10000
    check_books(owing.ports.memory)


@pytest.mark.parametrize("asked", [replace(ASKED, amount_cents=20000), WHOLE])
def test_rest_that_changed_meanwhile_is_not_given_up(owing: Student, asked: WaiverAsked) -> None:
    waiver = proposes(owing, asked)
    more = replace(CHEQUE, amount_cents=100, reference="another")
    receive_payment(owing.ports, owing.registration_id, more, ACCOUNTANT, None)
    with pytest.raises(RestChanged):
        approves(owing, waiver)
    assert owing.ports.memory.waivers[waiver.id].state is WaiverState.PROPOSED


def test_plan_asks_no_more_than_what_is_left(chris: Student) -> None:
    chris.starts_the_plan()
    seen = rest(chris)
    asked = replace(ASKED, amount_cents=30000, owed_seen_cents=seen)
    approves(chris, proposes(chris, asked))
    assert sum(each.remaining_cents for each in chris.file.instalments) == rest(chris) == seen - 30000
    approves(chris, proposes(chris, replace(WHOLE, amount_cents=rest(chris), owed_seen_cents=rest(chris))))
    states = {each.rank: each.state for each in chris.file.instalments}
    assert states == {
        1: InstalmentState.PAID,
        2: InstalmentState.CANCELLED,
        3: InstalmentState.CANCELLED,
    }
    assert {each.since for each in chris.file.instalments[1:]} == {chris.ports.now()}
    chris.debits_run("2022-07-10T09:00")
    assert chris.taken(2) == []
    check_books(chris.ports.memory)


def test_debit_without_an_answer_keeps_the_debt(chris: Student) -> None:
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    chris.debits_run("2022-07-10T09:00")
    waiver = proposes(chris, replace(ASKED, owed_seen_cents=rest(chris)))
    with pytest.raises(DebitInFlight):
        approves(chris, waiver)


def test_erased_person_is_in_no_waiver(owing: Student) -> None:
    approves(owing, proposes(owing, WHOLE))
    withdraw = owing.ports.memory
    erase_person(owing.ports, CHRIS.id, "demande", ADMIN)
    (waiver,) = withdraw.waivers.values()
    assert (waiver.holder, waiver.reason, waiver.document) == ("(effacé)", "", "PV de carence")
