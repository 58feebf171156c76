"""One suite for the fake and the real storage: whatever a story relies on in memory, DynamoDB does too."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.notifications import Anomaly, NotificationState, applied
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Attempt, Outcome, notified
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.sessions import Credentials, Session
from tests.contract.conftest import (
    CAMPAIGN,
    CHRIS,
    FILE,
    HOME,
    Store,
    accepted,
    audit,
    message,
    new_attempt,
    settlement,
)
from tests.fakes.ports import MANUAL_DAY


def test_person_is_found_by_address_and_by_id(store: Store) -> None:
    assert store.people.credentials("student@demo.test") == Credentials(CHRIS.id, "hash")
    assert store.people.credentials("nobody@demo.test") is None
    assert store.people.person(CHRIS.id) == CHRIS
    with pytest.raises(NotFound):
        store.people.person("00000000000000ff")


def test_session_lives_until_it_is_closed(store: Store) -> None:
    session = Session("digest", CHRIS.id, MANUAL_DAY + timedelta(hours=8))
    store.sessions.open(session)
    assert store.sessions.find("digest") == session
    store.sessions.close("digest")
    store.sessions.close("digest")
    assert store.sessions.find("digest") is None


def test_account_is_one_read_of_everything(store: Store, attempt: Attempt) -> None:
    store.people.save_address(CHRIS.id, HOME)
    store.commit(settlement(store, attempt).changes(audit()))
    account = store.account
    assert account.person.addresses == (HOME,)
    assert [each.order_number for each in account.registrations] == [9357]
    assert [each.transaction for each in account.attempts] == ["7001"]
    assert [each.number for each in account.orders] == [9357]
    assert [each.number for each in account.invoices] == [9196]
    assert account.position(MANUAL_DAY.date()).balance_cents == 0


def test_account_of_nobody_does_not_exist(store: Store) -> None:
    with pytest.raises(NotFound):
        store.accounts.account("00000000000000ff")


def test_what_was_settled_reads_back_exactly(store: Store, attempt: Attempt) -> None:
    settled = settlement(store, attempt)
    store.commit(settled.changes(audit()))
    account = store.account
    assert settled.booking is not None
    assert account.attempts == (settled.attempt,)
    assert account.payments == (settled.payment,)
    assert account.orders == (settled.booking.order,)
    assert account.invoices == (settled.booking.invoice,)
    assert account.registrations == (settled.registration,)
    assert store.accounts.sequence(CAMPAIGN) == settled.booking.sequence
    assert store.outbox.pending(MANUAL_DAY) == settled.outbox


def test_registration_is_saved_only_over_the_version_it_was_read_at(store: Store) -> None:
    store.commit(Changes((replace(FILE, fee_situation_code="01", version=2),), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(FILE, fee_situation_code="02", version=2),), audit=audit()))
    assert store.registrations.get(FILE.id).fee_situation_code == "01"


def test_decision_its_mail_and_its_trace_are_one_write(store: Store) -> None:
    entry = OutboxEntry("mail", Topic.REGISTRATION_VALIDATED, CHRIS.id, FILE.id, MANUAL_DAY)
    store.commit(Changes((replace(FILE, version=2),), audit=audit("decided"), outbox=(entry,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(
            Changes((replace(FILE, version=2),), audit=audit("lost"), outbox=(replace(entry, id="other"),))
        )
    assert store.outbox.pending(MANUAL_DAY) == (entry,)
    assert store.audited == ["decided"]


def test_entry_of_the_trail_is_never_overwritten(store: Store) -> None:
    store.commit(Changes((replace(FILE, version=2),), audit=audit("decided")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(FILE, version=3),), audit=audit("decided")))
    assert store.registrations.get(FILE.id).version == 2


def test_queue_lists_one_status_in_the_order_of_names(store: Store) -> None:
    for rank, name in enumerate(("ÉTÉ Zoé", "ABRI Al"), start=2):
        store.add(replace(FILE, id=f"{CHRIS.id}-{rank}", holder=name))
    store.add(replace(FILE, id=f"{CHRIS.id}-9", status=RegistrationStatus.VALIDATED))
    waiting = store.registrations.of_status(CAMPAIGN.id, RegistrationStatus.PRE_REGISTERED)
    assert [each.holder for each in waiting] == ["ABRI Al", "TESTCD Chris", "ÉTÉ Zoé"]


def test_unknown_registration_does_not_exist(store: Store) -> None:
    with pytest.raises(NotFound):
        store.registrations.get(f"{CHRIS.id}-7")


def test_attempt_starts_once_and_only_on_the_file_that_was_read(store: Store, attempt: Attempt) -> None:
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((attempt,), unchanged=(FILE,)))
    store.commit(Changes((replace(FILE, version=2),), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((new_attempt(2),), unchanged=(FILE,)))
    assert [each.id for each in store.account.attempts] == [attempt.id]


def test_attempts_wait_until_nothing_more_can_come(store: Store, attempt: Attempt) -> None:
    later = MANUAL_DAY + timedelta(hours=1)
    assert store.accounts.open_attempts(MANUAL_DAY) == ()
    assert store.accounts.open_attempts(later) == (attempt,)
    store.commit(Changes((replace(attempt, closed_at=later, version=2),)))
    assert store.accounts.open_attempts(later) == ()


def test_waiting_is_a_matter_of_the_moment_and_not_of_its_offset(store: Store, attempt: Attempt) -> None:
    assert store.accounts.open_attempts(MANUAL_DAY.astimezone(UTC)) == ()
    assert store.accounts.open_attempts((MANUAL_DAY + timedelta(minutes=1)).astimezone(UTC)) == (attempt,)


def test_settlement_happens_once(store: Store, attempt: Attempt) -> None:
    settled = settlement(store, attempt)
    store.commit(settled.changes(audit("booked")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(settled.changes(audit("lost")))
    assert len(store.account.payments) == 1
    assert store.audited == ["booked"]


def test_two_settlements_of_one_file_do_not_both_book(store: Store, attempt: Attempt) -> None:
    second = new_attempt(2)
    store.commit(Changes((second,), unchanged=(FILE,)))
    first_booking, second_booking = settlement(store, attempt), settlement(store, second, "7002")
    store.commit(first_booking.changes(audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(second_booking.changes(audit()))
    store.commit(settlement(store, second, "7002").changes(audit()))
    assert [each.is_overpayment for each in store.account.payments] == [False, True]
    assert len(store.account.invoices) == 1


def test_settlement_that_loses_writes_none_of_its_parts(store: Store, attempt: Attempt) -> None:
    settled = settlement(store, attempt)
    store.commit(Changes((notified(attempt, replace(accepted(attempt), outcome=Outcome.UNKNOWN)),)))
    before = store.account
    with pytest.raises(ConcurrentUpdate):
        store.commit(settled.changes(audit()))
    assert store.account == before
    assert store.outbox.pending(MANUAL_DAY) == ()
    assert store.accounts.sequence(CAMPAIGN).version == 0


def test_message_is_kept_once_under_its_key(store: Store, attempt: Attempt) -> None:
    first, other = message(accepted(attempt)), message(accepted(attempt), "other digest")
    assert store.notifications.record(first) == first
    assert store.notifications.record(other) == first
    assert store.notifications.record(first) == first


def test_message_is_applied_with_what_it_changes_and_only_once(store: Store, attempt: Attempt) -> None:
    kept = store.notifications.record(message(accepted(attempt)))
    store.commit(settlement(store, attempt).changes(audit(), kept))
    assert store.notifications.record(kept).state is NotificationState.APPLIED
    paid = store.account.attempts[0]
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(paid, version=paid.version + 1), applied(kept))))


def test_message_cut_short_is_found_again(store: Store, attempt: Attempt) -> None:
    kept = store.notifications.record(message(accepted(attempt)))
    assert store.notifications.unapplied(MANUAL_DAY) == ()
    later = MANUAL_DAY + timedelta(minutes=1)
    assert store.notifications.unapplied(later) == (kept,)
    store.commit(settlement(store, attempt).changes(audit(), kept))
    assert store.notifications.unapplied(later) == ()


def test_message_set_aside_leaves_the_queue_and_the_first_one_stays(store: Store, attempt: Attempt) -> None:
    kept = store.notifications.record(message(accepted(attempt)))
    odd = replace(kept, state=NotificationState.ANOMALOUS, anomaly=Anomaly.AMOUNT_DIFFERS)
    store.notifications.set_aside(odd)
    store.notifications.set_aside(replace(odd, digest="another"))
    assert store.notifications.record(kept) == odd
    assert store.notifications.unapplied(MANUAL_DAY + timedelta(minutes=1)) == ()


def test_outbox_entry_is_gone_once_delivered(store: Store, attempt: Attempt) -> None:
    settled = settlement(store, attempt)
    store.commit(settled.changes(audit()))
    (mail,) = settled.outbox
    assert store.outbox.find(mail.id) == mail
    store.outbox.delivered(mail.id)
    assert store.outbox.find(mail.id) is None
    assert store.outbox.pending(MANUAL_DAY) == ()


def test_entry_with_a_day_of_its_own_waits_for_it(store: Store) -> None:
    morning = MANUAL_DAY + timedelta(days=9)
    notice = OutboxEntry("notice", Topic.DEBIT_NOTICE, CHRIS.id, FILE.id, MANUAL_DAY, not_before=morning)
    mail = replace(notice, id="mail", not_before=None)
    store.commit(Changes((replace(FILE, version=2),), audit=audit(), outbox=(notice,)))
    store.commit(Changes((replace(FILE, version=3),), audit=audit(), outbox=(mail,)))
    assert store.outbox.pending(morning - timedelta(microseconds=1)) == (mail,)
    assert set(store.outbox.pending(morning.astimezone(UTC))) == {mail, notice}


def test_document_of_an_invoice_is_remembered_once(store: Store) -> None:
    first = StoredDocument("key", "digest", 42)
    store.accounts.keep_document(CHRIS.id, 9196, first)
    store.accounts.keep_document(CHRIS.id, 9196, replace(first, sha256="other"))
    assert store.account.documents == {9196: first}


def test_document_of_a_credit_note_is_remembered_once_beside_those_of_invoices(store: Store) -> None:
    first = StoredDocument("key", "digest", 42)
    store.accounts.keep_credit_document(CHRIS.id, 9196, first)
    store.accounts.keep_credit_document(CHRIS.id, 9196, replace(first, sha256="other"))
    assert (store.account.documents, store.account.credit_documents) == ({}, {9196: first})


def test_questions_are_never_drawn_twice(store: Store) -> None:
    assert [store.questions.next_question() for _ in range(3)] == [1, 2, 3]
