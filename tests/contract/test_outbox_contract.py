"""What the fake's outbox and the real one hold: one writer a version, and a place for what is given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import (
    LONGEST_TRY,
    QUEUED_FOR,
    OutboxEntry,
    Topic,
    asked_again,
    begun,
    given_up,
    queued,
    sent_mail,
)
from tests.contract.conftest import CHRIS, FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY

MAIL = OutboxEntry("mail", Topic.PLAN_APPROVED, CHRIS.id, FILE.id, MANUAL_DAY)


def test_card_to_forget_waits_apart_from_the_mails(store: Store) -> None:
    card = replace(MAIL, id="card 1", topic=Topic.FORGET_CARD, subscriber="subscriber")
    store.commit(Changes(outbox=(MAIL, card)))
    assert (store.outbox.pending(MANUAL_DAY), store.outbox.cards(MANUAL_DAY)) == ((MAIL,), (card,))
    tried = begun(card, MANUAL_DAY)
    store.commit(Changes((tried,)))
    assert store.outbox.cards(MANUAL_DAY) == ()
    assert store.outbox.cards(MANUAL_DAY + LONGEST_TRY) == (tried,)
    left = given_up(tried, "CardNotForgotten", MANUAL_DAY)
    store.commit(Changes((left,)))
    assert (store.outbox.cards(MANUAL_DAY + LONGEST_TRY), store.outbox.given_up()) == ((), (left,))


def test_entry_in_the_queue_comes_back_after_its_lease(store: Store) -> None:
    store.outbox.add(MAIL)
    leased = queued(MAIL, MANUAL_DAY)
    store.commit(Changes((leased,)))
    end = MANUAL_DAY + QUEUED_FOR
    assert store.outbox.pending(end - timedelta(microseconds=1)) == ()
    assert store.outbox.pending(end) == (leased,)


def test_of_two_leases_and_of_two_tries_one_is_written(store: Store) -> None:
    store.outbox.add(MAIL)
    store.commit(Changes((queued(MAIL, MANUAL_DAY),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((queued(MAIL, MANUAL_DAY),)))
    leased = store.outbox.find(MAIL.id)
    store.commit(Changes((begun(leased, MANUAL_DAY),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((begun(leased, MANUAL_DAY),)))
    assert store.outbox.find(MAIL.id).tries == 1
    assert store.outbox.pending(MANUAL_DAY) == ()
    assert len(store.outbox.pending(MANUAL_DAY + LONGEST_TRY)) == 1


def test_entry_that_was_delivered_is_not_written_again(store: Store) -> None:
    store.outbox.add(MAIL)
    store.outbox.delivered(MAIL.id)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((queued(MAIL, MANUAL_DAY),)))
    assert store.outbox.find(MAIL.id) is None


def test_given_up_entry_stands_in_a_list_of_its_own_oldest_first(store: Store) -> None:
    for rank, name in enumerate(("later", "first")):
        store.outbox.add(replace(MAIL, id=name))
        store.commit(
            Changes((given_up(replace(MAIL, id=name), "ClientError", MANUAL_DAY - timedelta(hours=rank)),))
        )
    assert [each.id for each in store.outbox.given_up()] == ["first", "later"]
    assert store.outbox.pending(MANUAL_DAY + timedelta(days=365)) == ()


def test_entry_asked_for_again_is_due_and_its_trace_is_the_same_write(store: Store) -> None:
    store.outbox.add(MAIL)
    over = given_up(MAIL, "ClientError", MANUAL_DAY)
    store.commit(Changes((over,)))
    again = asked_again(over)
    store.commit(Changes((again,), audit=audit("asked")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((again,), audit=audit("lost")))
    assert (store.outbox.given_up(), store.outbox.pending(MANUAL_DAY)) == ((), (again,))
    assert store.audited == ["asked"]


def test_who_waits_longest_comes_first_and_no_more_than_asked_for(store: Store) -> None:
    for rank in (3, 1, 2):
        store.outbox.add(replace(MAIL, id=f"mail {rank}", created_at=MANUAL_DAY - timedelta(minutes=rank)))
    assert [each.id for each in store.outbox.pending(MANUAL_DAY, 2)] == ["mail 3", "mail 2"]


def test_mail_that_left_is_kept_for_its_person_as_the_entry_ends(store: Store) -> None:
    store.outbox.add(MAIL)
    mail = sent_mail(MAIL, CHRIS.id, "chris@demo.test", MANUAL_DAY)
    store.outbox.delivered(MAIL.id, mail)
    store.outbox.delivered(MAIL.id, mail)
    assert store.outbox.find(MAIL.id) is None
    assert store.outbox.sent_to(CHRIS.id) == (mail,)
    assert store.outbox.sent_to("00000000000000c9") == ()
    assert mail.to == "c…@demo.test"
    (held,) = store.personal.held(CHRIS.id)["mail"]
    assert held["topic"] == "plan_approved"
    store.personal.end_entries(CHRIS.id, MANUAL_DAY)
    assert [each.to for each in store.outbox.sent_to(CHRIS.id)] == [""]
