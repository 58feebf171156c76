"""P16: a mailed link takes the IBAN of one refund, once, and its owner hears of it."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.links import IBAN_LINK_LIFETIME
from chalicelib.domain.outbox import Topic
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import IbanLinkNotValid, RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.refunds.ask_for_iban import ask_for_iban
from chalicelib.usecases.refunds.give_iban import give_iban, give_iban_by_link, read_iban_link
from chalicelib.usecases.refunds.turn_into_transfer import turn_into_transfer
from tests.fakes.refunds import Reply
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import SECOND, approves, asked, pays_twice, prepares, refund
from tests.usecases.test_refunds_at_once import at_once

IBAN = "FR7630006000011234567890189"
OTHER = "DE89370400440532013000"


@pytest.fixture
def transfer(chris: Student) -> Refund:
    prepared = prepares(chris, pays_twice(chris), asked(method=RefundMethod.TRANSFER))
    chris.ports.memory.entries.clear()
    return approves(chris, prepared)


def delivers(student: Student, topic: Topic) -> None:
    for entry in [each for each in student.ports.memory.entries.values() if each.topic is topic]:
        deliver_outbox(student.ports, entry.id)


def mailed(student: Student) -> str:
    """Deliver the mail that asks for the IBAN; return the token in its link."""
    delivers(student, Topic.IBAN_NEEDED)
    return student.ports.mailer.tokens[-1]


def test_gives_the_iban_without_logging_in_and_tells_its_owner(chris: Student, transfer: Refund) -> None:
    token = mailed(chris)
    assert token not in str(chris.ports.memory.iban_links)
    link, opened = read_iban_link(chris.ports, token)
    assert (link.refund_id, opened.refund.amount_cents) == (transfer.id, 60100)
    assert give_iban_by_link(chris.ports, token, IBAN).iban == IBAN
    assert chris.ports.memory.iban_links == {}
    delivers(chris, Topic.IBAN_GIVEN)
    assert chris.ports.mailer.sent[-1] == (CHRIS.email, Topic.IBAN_GIVEN)
    assert "FR76 … 0189" in chris.ports.mailer.texts[-1]
    assert IBAN not in chris.ports.mailer.texts[-1]
    act = next(each for each in chris.ports.memory.audit_waiting.values() if each.act is Act.IBAN_GIVEN)
    assert act.details["by_link"] == "True"


def test_of_32_that_use_it_at_once_one_gives_the_iban(chris: Student, transfer: Refund) -> None:
    token = mailed(chris)
    ibans = [IBAN, OTHER] * 16
    done = at_once([lambda iban=iban: give_iban_by_link(chris.ports, token, iban) for iban in ibans])  # type: ignore[misc]
    (winner,) = done
    assert isinstance(winner, Refund)
    assert refund(chris, transfer).iban == winner.iban


def test_is_over_once_used_or_late_or_unknown(chris: Student, transfer: Refund) -> None:
    with pytest.raises(IbanLinkNotValid):
        read_iban_link(chris.ports, "of nobody")
    token = mailed(chris)
    start = chris.ports.at
    chris.ports.at = start + IBAN_LINK_LIFETIME
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, token, IBAN)
    chris.ports.at = start
    give_iban_by_link(chris.ports, token, IBAN)
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, token, OTHER)


def test_is_over_once_the_iban_is_given_otherwise(chris: Student, transfer: Refund) -> None:
    token = mailed(chris)
    give_iban(chris.ports, CHRIS.id, transfer.id, IBAN)
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, token, OTHER)
    assert refund(chris, transfer).iban == IBAN


@pytest.mark.parametrize("state", [RefundState.LAPSED, RefundState.DECLINED, RefundState.SENT])
def test_is_over_once_the_refund_is(chris: Student, transfer: Refund, state: RefundState) -> None:
    token = mailed(chris)
    chris.ports.memory.refunds[transfer.id] = replace(refund(chris, transfer), state=state)
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, token, IBAN)


def test_is_over_once_its_address_is_no_more_the_students(chris: Student, transfer: Refund) -> None:
    token, people = mailed(chris), chris.ports.memory.people
    people[CHRIS.id] = replace(people[CHRIS.id], email="other@demo.test")
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, token, IBAN)


def test_another_one_is_mailed_at_accountings_word(chris: Student, transfer: Refund) -> None:
    ask_for_iban(chris.ports, transfer.id, ACCOUNTANT)  # the first mail still waits: no second one
    first = mailed(chris)
    ask_for_iban(chris.ports, transfer.id, ACCOUNTANT)
    second = mailed(chris)
    assert (len(chris.ports.mailer.tokens), first != second) == (2, True)
    give_iban_by_link(chris.ports, second, IBAN)
    with pytest.raises(IbanLinkNotValid):
        give_iban_by_link(chris.ports, first, OTHER)
    with pytest.raises(RefundNotReady):
        ask_for_iban(chris.ports, transfer.id, ACCOUNTANT)
    with pytest.raises(Forbidden):
        ask_for_iban(chris.ports, transfer.id, CHRIS)


def test_nothing_is_mailed_for_a_refund_that_needs_no_iban(chris: Student, transfer: Refund) -> None:
    give_iban(chris.ports, CHRIS.id, transfer.id, IBAN)
    delivers(chris, Topic.IBAN_NEEDED)
    assert chris.ports.mailer.tokens == []


def test_refund_that_its_card_refused_becomes_a_transfer_that_a_second_person_approves(
    chris: Student,
) -> None:
    chris.ports.gateway.vault.otherwise = Reply.REFUSE
    refused = approves(chris, prepares(chris, pays_twice(chris)))
    assert refused.state is RefundState.REFUSED
    transfer = turn_into_transfer(chris.ports, refused.id, SECOND)
    again = turn_into_transfer(chris.ports, refused.id, ACCOUNTANT)
    assert (transfer.method, transfer.state, again.id) == (
        RefundMethod.TRANSFER,
        RefundState.PREPARED,
        transfer.id,
    )
    assert transfer.amount_cents == 60100
    approved = approves(chris, transfer, by=ACCOUNTANT)
    assert approved.state is RefundState.APPROVED
    assert mailed(chris)
    with pytest.raises(RefundNotReady):
        turn_into_transfer(chris.ports, transfer.id, SECOND)
