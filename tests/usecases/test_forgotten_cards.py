"""Cards that the gateway is to forget wait apart from the mails: neither delays the other."""

from typing import Any

import pytest

from chalicelib.domain.outbox import LADDER, LONGEST_TRY, Topic
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.cards.forget_card import CardNotForgotten
from chalicelib.usecases.delivery.forget_cards import ForgottenCards, forget_cards
from chalicelib.usecases.delivery.keep_failure import UNFINISHED
from chalicelib.usecases.delivery.retry_entry import list_given_up
from chalicelib.usecases.delivery.send_outbox import send_outbox
from tests.proof.interception import Died
from tests.usecases.conftest import Student
from tests.usecases.test_outbox import runs


@pytest.fixture
def finished(chris: Student) -> Student:
    """A plan that is paid: its card is to be forgotten, and mails wait."""
    chris.starts_the_plan()
    chris.debits_run("2022-07-10T01:00")
    chris.debits_run("2022-08-10T01:00")
    return chris


def waiting(student: Student) -> set[Topic]:
    return {each.topic for each in student.ports.memory.entries.values()}


def token(student: Student) -> str:
    found = student.account.mandate(student.registration_id)
    assert found
    return found.token


def test_gateway_that_does_not_answer_delays_no_mail(finished: Student) -> None:
    finished.ports.gateway.is_clear = False
    assert forget_cards(finished.ports) == ForgottenCards(tried=1, unconfirmed=1)
    assert runs(finished.ports) == 0
    assert waiting(finished) == {Topic.FORGET_CARD}
    assert Topic.DEBIT_TAKEN in {topic for _, topic in finished.ports.mailer.sent}


def test_mails_that_cannot_be_sent_delay_no_card(finished: Student) -> None:
    def fail(*_told: Any) -> None:
        raise ConnectionError

    finished.ports.mailer.send = fail  # type: ignore[method-assign]  # a fake is there to be bent
    assert runs(finished.ports)
    assert forget_cards(finished.ports) == ForgottenCards(tried=1)
    assert (token(finished), Topic.FORGET_CARD in waiting(finished)) == ("", False)
    acts = [each.act for each in finished.ports.memory.audit_waiting.values()]
    assert acts.count(Act.CARD_FORGOTTEN) == 1
    assert forget_cards(finished.ports) == ForgottenCards()


def test_card_waits_for_its_next_try_as_a_mail_does(finished: Student) -> None:
    finished.ports.gateway.is_clear = False
    forget_cards(finished.ports)
    finished.ports.gateway.is_clear = True
    assert forget_cards(finished.ports) == ForgottenCards()
    finished.ports.at += LADDER[0]
    assert forget_cards(finished.ports) == ForgottenCards(tried=1)
    assert token(finished) == ""


def test_card_that_is_never_forgotten_is_given_up_and_told(finished: Student) -> None:
    finished.ports.gateway.is_clear = False
    for wait in (*LADDER, LADDER[-1]):
        forget_cards(finished.ports)
        finished.ports.at += wait
    (entry,) = list_given_up(finished.ports)
    assert (entry.topic, entry.last_failure) == (Topic.FORGET_CARD, CardNotForgotten.__name__)
    assert finished.ports.alarms.raised == [f"given up {entry.id} {CardNotForgotten.__name__}"]


def test_card_whose_every_try_ends_the_process_is_given_up_too(
    finished: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_asked: Any) -> bool:
        raise Died

    monkeypatch.setattr(finished.ports.gateway, "forget_card", die)
    for wait in (*LADDER, LADDER[-1]):
        with pytest.raises(Died):
            forget_cards(finished.ports)
        finished.ports.at += max(wait, LONGEST_TRY)
    assert forget_cards(finished.ports) == ForgottenCards()
    assert [each.last_failure for each in list_given_up(finished.ports)] == [UNFINISHED]


def test_run_without_time_leaves_the_card_to_the_next(finished: Student) -> None:
    assert forget_cards(finished.ports, lambda: False) == ForgottenCards(left=1)
    assert token(finished)


def test_card_is_never_queued_among_the_mails(finished: Student) -> None:
    send_outbox(finished.ports)
    assert Topic.FORGET_CARD not in {each.topic for each in finished.ports.outbox_queue.entries}
