"""The events of a commit are read from its rows: none is forgotten, and none has the id of another."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, Posting
from chalicelib.domain.books.journaling import digest_of
from chalicelib.domain.changes import Changes
from chalicelib.domain.events.deriving import OF_MONEY, events_of
from chalicelib.domain.events.event import Event, EventSequence, EventType, numbered, without_gap
from chalicelib.domain.trail.audit import Act, AuditEntry

AT = datetime(2022, 6, 24, 8, tzinfo=UTC)
FILE = "00000000000000c1-1"
ENTRY = JournalEntry(
    id="00000000000000c1-t7-payment",
    registration_id=FILE,
    person_id="00000000000000c1",
    series="S",
    event=MoneyEvent.PAYMENT,
    subject="00000000000000c1-t7",
    dated_on=AT.date(),
    booked_at=AT,
    postings=(Posting(Book.CARDS, "5115", 100), Posting(Book.RECEIVABLE, "411", -100)),
)


def trace(act: Act, target: str = FILE) -> AuditEntry:
    return AuditEntry("00000000000000e1", AT, "gateway", act, "00000000000000c1", target)


def test_new_entry_of_the_journal_is_an_event_with_its_postings() -> None:
    (event,) = Changes((ENTRY,)).written[1:]
    assert event == Event(
        id="evt-00000000000000c1-t7-payment",
        type=EventType.PAYMENT_BOOKED,
        at=AT,
        registration_id=FILE,
        person_id="00000000000000c1",
        subject="00000000000000c1-t7",
        amount_cents=100,
        journal_entry=ENTRY.id,
        postings=ENTRY.postings,
    )


def test_digest_of_a_student_s_entry_is_the_one_that_older_releases_wrote() -> None:
    known = "058962cd90b401257362b597ba9c70bfec115cc055e3d581e1eb2826e99325a9"  # pragma: allowlist secret
    assert digest_of(ENTRY) == known
    assert digest_of(replace(ENTRY, payer_id="p")) != digest_of(ENTRY)


def test_entry_that_gets_its_number_or_is_of_the_treasury_is_none() -> None:
    assert events_of((replace(ENTRY, number=1, version=2),), None) == ()
    assert events_of((replace(ENTRY, person_id="", event=MoneyEvent.DEPOSIT),), None) == ()
    assert events_of((replace(ENTRY, person_id="", registration_id=""),), None) == ()


def test_every_event_of_money_of_a_registration_is_told() -> None:
    of_treasury = {MoneyEvent.REMITTANCE, MoneyEvent.DEPOSIT, MoneyEvent.BANK_FEE, MoneyEvent.SUSPENSE}
    assert set(OF_MONEY) == set(MoneyEvent) - of_treasury


def test_ids_of_one_act_are_those_of_its_audit_entry() -> None:
    invoice = replace(ENTRY, id="00000000000000c1-invoice-1", event=MoneyEvent.INVOICE)
    found = events_of((invoice, ENTRY), trace(Act.PLAN_APPROVED))
    assert [(event.id, event.type) for event in found] == [
        ("evt-00000000000000e1-0", EventType.INVOICE_ISSUED),
        ("evt-00000000000000e1-1", EventType.PAYMENT_BOOKED),
        ("evt-00000000000000e1-2", EventType.PLAN_APPROVED),
    ]


def test_act_on_something_else_than_a_registration_is_no_event() -> None:
    assert events_of((), trace(Act.PLAN_APPROVED, "00000000000000c1")) == ()
    assert events_of((), trace(Act.PASSWORD_SET)) == ()
    assert events_of((), None) == ()


def test_numbers_follow_each_other_and_a_gap_ends_what_is_read() -> None:
    event = events_of((ENTRY,), None)[0]
    sequence, drawn = numbered(EventSequence(4, 2), (event, event, event))
    assert sequence == EventSequence(7, 3)
    assert [each.number for each in drawn] == [5, 6, 7]
    assert without_gap(drawn, 4) == drawn
    assert without_gap((drawn[0], drawn[2]), 4) == drawn[:1]
    assert without_gap(drawn[1:], 4) == ()
