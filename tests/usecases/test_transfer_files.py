"""P1 for money out by transfer: a refund is in one frozen file at most, whoever makes files at once."""

import hashlib
from dataclasses import replace

import pytest

from chalicelib.domain.campaign import Numbering
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import NothingToTransfer, RefundNotReady, TransfersChanged
from chalicelib.domain.refunds.transfer_files import MOST_TRANSFERS, LeftOut, TransferOrder
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.select_transfers import select_transfers
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import (
    SECOND,
    approves,
    asked,
    payment,
    pays_twice,
    prepares,
    refund,
    takes,
)
from tests.usecases.test_privacy import ADMIN
from tests.usecases.test_refunds_at_once import at_once

IBAN = "FR7630006000011234567890189"


def approved(student: Student, cents: int = 60100, iban: str = IBAN) -> Refund:
    paid = payment(student, "7002") if student.account.payments else pays_twice(student)
    what = asked(cents, paid.refundable_cents, RefundMethod.TRANSFER)
    prepared = prepares(student, paid, what)
    if iban:
        give_iban(student.ports, student.person.id, prepared.id, iban)
    return approves(student, prepared)


def seen(student: Student) -> str:
    return select_transfers(student.ports, ACCOUNTANT).digest


def test_freezes_a_numbered_file_and_marks_its_refunds_as_sent(chris: Student) -> None:
    known = approved(chris)
    (file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    text = chris.ports.transfer_files.text(file.id)
    assert (file.number, file.refunds, file.total_cents) == (1, (known.id,), 60100)
    assert hashlib.sha256(text.encode()).hexdigest() == file.sha256
    assert (IBAN in text, IBAN in repr(chris.ports.memory.transfer_texts)) == (True, False)
    sent = refund(chris, known)
    assert (sent.state, sent.reference) == (RefundState.SENT, f"{file.id}-001")
    assert any(each.topic is Topic.REFUND_TRANSFERRED for each in chris.ports.memory.entries.values())
    act = next(
        each for each in chris.ports.memory.audit_waiting.values() if each.act is Act.TRANSFER_FILE_MADE
    )
    assert (act.target, act.details["refunds"]) == (file.id, known.id)
    assert payment(chris, "7002").refunded_cents == 0
    finish_transfer(chris.ports, known.id, ACCOUNTANT, is_done=True)
    assert (payment(chris, "7002").refunded_cents, chris.balance_cents) == (60100, 0)
    assert chris.ports.transfer_files.text(file.id) == text


def test_holds_no_refund_twice_and_numbers_without_gaps(chris: Student) -> None:
    approved(chris, 10000)
    (first,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    with pytest.raises(NothingToTransfer):
        make_transfer_files(chris.ports, seen(chris), SECOND)
    other = approved(chris, 20000)
    (second,) = make_transfer_files(chris.ports, seen(chris), SECOND)
    assert (first.number, second.number, second.refunds) == (1, 2, (other.id,))
    with pytest.raises(RefundNotReady):
        mark_transferred(chris.ports, other.id, ACCOUNTANT)
    assert [each.id for each in chris.ports.transfer_files.listed()[0]] == [first.id, second.id]


def test_of_eight_that_make_a_file_at_once_one_does(chris: Student) -> None:
    known, digest = approved(chris), seen(chris)
    people = [ACCOUNTANT, SECOND] * 4
    done = at_once([lambda by=by: make_transfer_files(chris.ports, digest, by) for by in people])  # type: ignore[misc]
    assert len(done) == 1
    (file,) = chris.ports.memory.transfer_files.values()
    assert (file.refunds, file.number) == ((known.id,), 1)
    mails = [each for each in chris.ports.memory.entries.values() if each.topic is Topic.REFUND_TRANSFERRED]
    assert len(mails) == 1


def test_file_or_by_hand_one_of_them_hands_a_refund_over(chris: Student) -> None:
    known, digest = approved(chris), seen(chris)
    done = at_once(
        [
            lambda: make_transfer_files(chris.ports, digest, ACCOUNTANT),
            lambda: mark_transferred(chris.ports, known.id, SECOND),
        ]
        * 4
    )
    assert len(done) == 1


def test_makes_only_the_file_that_was_seen(chris: Student) -> None:
    known, digest = approved(chris), seen(chris)
    give_iban(chris.ports, CHRIS.id, known.id, "DE89370400440532013000")
    with pytest.raises(TransfersChanged):
        make_transfer_files(chris.ports, digest, ACCOUNTANT)
    with pytest.raises(Forbidden):
        make_transfer_files(chris.ports, digest, CHRIS)
    assert chris.ports.memory.transfer_files == {}
    with pytest.raises(NotFound):
        chris.ports.transfer_files.find("INP-000001")


def left_out(student: Student, by: object = ACCOUNTANT) -> list[LeftOut]:
    return [why for _, why in select_transfers(student.ports, by).left_out]  # type: ignore[arg-type]


def test_names_what_it_leaves_out_and_why(chris: Student) -> None:
    approved(chris, 10000, iban="")
    assert left_out(chris) == [LeftOut.NO_IBAN]
    far = approved(chris, 10000)
    refunds = chris.ports.memory.refunds
    refunds[far.id] = replace(refund(chris, far), iban="TN5910006035183598478831")
    assert left_out(chris) == [LeftOut.NO_IBAN, LeftOut.OUTSIDE_SEPA]
    own = approved(chris, 10000)
    assert left_out(chris, CHRIS)[2:] == [LeftOut.OWN_FILE]
    paid = payment(chris, "7002")
    chris.ports.memory.payments["7002"] = (CHRIS.id, replace(paid, refunding_cents=0))
    assert left_out(chris)[2:] == [LeftOut.MOVED]
    chris.ports.memory.payments["7002"] = (CHRIS.id, paid)
    campaign = chris.ports.campaigns.current()
    chris.ports.campaigns.change(replace(campaign, bank_account=None))
    assert left_out(chris)[2:] == [LeftOut.NO_ACCOUNT]
    chris.ports.campaigns.change(campaign)
    refunds[own.id] = replace(refund(chris, own), state=RefundState.LAPSED)
    assert left_out(chris) == [LeftOut.NO_IBAN, LeftOut.OUTSIDE_SEPA]


def test_more_than_a_file_holds_are_several_files_of_one_act(chris: Student) -> None:
    refunds = [approved(chris, 100) for _ in range(MOST_TRANSFERS * 2 + 1)]
    assert MOST_TRANSFERS * 3 + 4 <= 100
    assert left_out(chris) == []
    files = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    assert [len(each.refunds) for each in files] == [MOST_TRANSFERS, MOST_TRANSFERS, 1]
    assert [each.number for each in files] == [1, 2, 3]
    assert [each for file in files for each in file.refunds] == [each.id for each in refunds]
    texts = [chris.ports.transfer_files.text(each.id) for each in files]
    assert [hashlib.sha256(each.encode()).hexdigest() for each in texts] == [each.sha256 for each in files]
    assert {each.state for each in chris.account.refunds} == {RefundState.SENT}


def test_what_changes_between_two_files_waits_for_the_next_act(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.usecases.refunds.select_transfers.MOST_TRANSFERS", 1)
    approved(chris, 100), approved(chris, 200)
    digest, render = seen(chris), chris.ports.render_transfers

    def another_writes_before_the_second(order: TransferOrder) -> str:
        if order.id.endswith("2"):
            give_iban(chris.ports, CHRIS.id, chris.account.refunds[1].id, "DE89370400440532013000")
        return render(order)

    monkeypatch.setattr(chris.ports, "render_transfers", another_writes_before_the_second)
    (file,) = make_transfer_files(chris.ports, digest, ACCOUNTANT)
    assert [each.state for each in chris.account.refunds] == [RefundState.SENT, RefundState.APPROVED]
    monkeypatch.undo()
    (rest,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    assert (file.total_cents, rest.total_cents, rest.number) == (100, 200, 2)


def test_what_is_too_many_for_one_act_waits_for_the_next(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.usecases.refunds.select_transfers.MOST_TRANSFERS", 1)
    monkeypatch.setattr("chalicelib.usecases.refunds.select_transfers.MOST_FILES", 1)
    approved(chris, 10000), approved(chris, 10000)
    assert left_out(chris) == [LeftOut.NEXT_FILE]


def test_each_account_of_the_school_has_files_of_its_own(chris: Student) -> None:
    campaign = chris.ports.campaigns.current()
    other = replace(campaign, id="other-2022", numbering=Numbering("OTHER", 1, 1))
    chris.ports.campaigns.others[other.id] = other
    alex = replace(CHRIS, id="00000000000000c2", email="alex@demo.test")
    registration = enrol_student(chris.ports, alex, "I2223_Y1_1A", other.id)
    second = Student(chris.ports, alex, registration.id)
    known = approved(chris)
    second.declares("01")
    for page, transaction in ((second.keeps_a_page(), "7003"), (second.keeps_a_page(), "7004")):
        takes(second, page, transaction)
    what = asked(60100, 60100, RefundMethod.TRANSFER)
    prepared = prepares(second, payment(second, "7004"), what)
    give_iban(chris.ports, alex.id, prepared.id, IBAN)
    approves(second, prepared)
    assert left_out(chris) == [LeftOut.NEXT_FILE]
    (first_file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    (other_file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    assert (first_file.refunds, other_file.refunds) == ((known.id,), (prepared.id,))
    assert (first_file.number, other_file.id) == (1, "OTHER-000001")


def test_lagging_list_makes_no_file_of_what_is_sent(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(chris)
    stale = chris.ports.refunds.of_state(RefundState.APPROVED)
    make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    monkeypatch.setattr(chris.ports.refunds, "of_state", lambda state, after=None: stale)
    assert select_transfers(chris.ports, SECOND).refunds == []


def test_erasing_a_person_blanks_the_refund_and_keeps_the_accounting_record(chris: Student) -> None:
    known = approved(chris)
    (file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    finish_transfer(chris.ports, known.id, ACCOUNTANT, is_done=True)
    erase_person(chris.ports, CHRIS.id, "demande", ADMIN)
    assert refund(chris, known).iban == ""
    assert IBAN in chris.ports.transfer_files.text(file.id)
    assert not {CHRIS.last_name, CHRIS.first_name, IBAN} & set(repr(file).split("'"))
    kept_until = chris.ports.memory.transfer_texts[file.id].kept_until
    assert kept_until.isoformat() == "2033-01-01T00:00:00+01:00"


def test_reads_every_page_of_what_is_approved(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = approved(chris, 10000), approved(chris, 20000)
    pages = {None: ((refund(chris, first),), "more"), "more": ((refund(chris, second),), None)}
    monkeypatch.setattr(chris.ports.refunds, "of_state", lambda state, after=None: pages[after])
    selection = select_transfers(chris.ports, ACCOUNTANT)
    assert ([each.id for each in selection.refunds], selection.total_cents) == ([first.id, second.id], 30000)
