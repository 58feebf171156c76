"""What is held on a person, shown, blanked and forgotten: the fake and the table alike."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identities import Identity
from chalicelib.domain.links import PasswordLink
from chalicelib.domain.notifications import Anomaly, anomalous
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Role
from chalicelib.domain.privacy.erasure import NOBODY, Redactions, erased, redact_client, redactions_of_erasure
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials, Login, Method, Stage, new_session
from chalicelib.domain.stored_cards import without_token
from chalicelib.domain.trail.audit import Act
from tests.contract.begun_plans import begun
from tests.contract.conftest import (
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

TODAY = MANUAL_DAY.date()
CHRIS_LOGIN = Login(CHRIS.email, Credentials(CHRIS.id, "hash"))
NOTICE = OutboxEntry("linked", Topic.IDENTITY_LINKED, CHRIS.id, "", MANUAL_DAY)
FORGET = OutboxEntry("forget", Topic.FORGET_CARD, CHRIS.id, FILE.id, MANUAL_DAY, subscriber="subscriber")


def told(store: Store, transaction: str, digest: str = "digest") -> None:
    """One message about the student's attempt, set aside."""
    said = replace(message(accepted(new_attempt(), transaction), digest), person_id=CHRIS.id)
    store.notifications.record(said)
    store.notifications.set_aside(anomalous(said, Anomaly.NOT_CONFIRMED))


@pytest.fixture
def paid(store: Store) -> Store:
    """A payment with its message, an address, a proposal, and every way in."""
    attempt = new_attempt()
    store.commit(Changes((attempt,), unchanged=(FILE,)))
    said = replace(message(accepted(attempt)), person_id=CHRIS.id)
    store.notifications.record(said)
    store.commit(settlement(store, attempt).changes(audit(), said))
    store.people.save_address(CHRIS.id, HOME)
    roles = frozenset({Role.AUDITOR})
    proposed = RoleChange(f"{CHRIS.id}-r1", CHRIS.id, "TESTCD Chris", roles, "motif", "admin", MANUAL_DAY)
    store.commit(Changes((proposed,), audit=audit()))
    store.commit(Changes((Identity("cas", "chris", CHRIS.id, MANUAL_DAY),), audit=audit(), outbox=(NOTICE,)))
    store.commit(Changes((SecondFactor(CHRIS.id, "sealed"),)))
    store.sessions.open(new_session("hash", CHRIS, MANUAL_DAY, method=Method.CAS, stage=Stage.OPEN))
    store.commit(Changes((PasswordLink("link", CHRIS.id, CHRIS.email, 1, MANUAL_DAY),)))
    return store


def test_held_is_every_row_of_a_person_by_kind(paid: Store) -> None:
    held = paid.personal.held(CHRIS.id)
    assert {kind: len(rows) for kind, rows in held.items()} == {
        **dict.fromkeys(("profile", "credentials", "address", "registration", "attempt", "order"), 1),
        **dict.fromkeys(("invoice", "payment", "role_change", "notification", "identity"), 1),
        **dict.fromkeys(("second_factor", "session", "link"), 1),
        "audit": 3,
    }
    assert held["address"][0]["line1"] == HOME.line1


def test_file_is_what_has_something_to_lose(paid: Store) -> None:
    file = paid.personal.file(CHRIS.id)
    assert file.account == paid.account
    assert [each.id for each in file.role_changes] == [f"{CHRIS.id}-r1"]
    assert [(each.key, each.person_id) for each in file.notifications] == [("7001", CHRIS.id)]


@pytest.mark.parametrize("question", ["held", "file"])
def test_nobody_is_not_found(store: Store, question: str) -> None:
    with pytest.raises(NotFound):
        getattr(store.personal, question)("nobody")


def test_note_is_written_once(store: Store) -> None:
    store.commit(Changes(audit=audit("told")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes(audit=audit("told")))
    assert store.audited == ["told"]


def test_end_takes_name_and_password_in_one_breath(paid: Store) -> None:
    paid.commit(Changes((erased(CHRIS, TODAY),), audit=audit("erased"), ended=(CHRIS_LOGIN,)))
    assert paid.people.person(CHRIS.id).last_name == NOBODY
    assert paid.people.credentials(CHRIS.email) is None
    assert "erased" in paid.audited
    with pytest.raises(ConcurrentUpdate):
        paid.commit(Changes((erased(CHRIS, TODAY),), audit=audit(), ended=(CHRIS_LOGIN,)))


def test_erased_person_waits_for_review(paid: Store) -> None:
    paid.commit(Changes((erased(CHRIS, TODAY),), audit=audit(), ended=(CHRIS_LOGIN,)))
    assert paid.people.to_review(TODAY) == (CHRIS.id,)
    paid.commit(Changes((replace(erased(CHRIS, TODAY), review_on=None, version=3),)))
    assert paid.people.to_review(TODAY) == ()


def test_every_way_in_ends_and_ending_again_is_nothing(paid: Store) -> None:
    for _ in range(2):
        paid.personal.end_entries(CHRIS.id, MANUAL_DAY)
        assert paid.identities.find("cas", "chris") is None
        assert paid.identities.of_person(CHRIS.id) == ()
        assert paid.second_factors.find(CHRIS.id) is None
        assert paid.sessions.find("hash") is None
        assert paid.links.find("link") is None


def test_blanks_are_the_next_versions(paid: Store) -> None:
    redactions = redactions_of_erasure(paid.personal.file(CHRIS.id))
    paid.personal.redact(CHRIS.id, redactions, audit("blank"))
    left = paid.personal.file(CHRIS.id)
    assert left.account.registrations[0].holder == NOBODY
    assert (left.account.attempts[0].address, left.account.person.addresses[0].line1) == (None, "")
    assert (left.role_changes[0].reason, left.notifications[0].body) == ("", "")
    assert not redactions_of_erasure(left)
    assert "blank" in paid.audited
    assert paid.role_changes.waiting() == ()


def test_blank_of_an_older_version_changes_nothing(paid: Store) -> None:
    redactions = redactions_of_erasure(paid.personal.file(CHRIS.id))
    paid.personal.redact(CHRIS.id, redactions)
    with pytest.raises(ConcurrentUpdate):
        paid.personal.redact(CHRIS.id, redactions, audit("late"))
    assert "late" not in paid.audited


def test_invoice_keeps_its_facts_without_its_client(paid: Store) -> None:
    (invoice,) = paid.account.invoices
    paid.personal.redact(CHRIS.id, Redactions(invoices=(redact_client(invoice),)))
    assert paid.account.invoices == (redact_client(invoice),)


def test_contradicting_message_is_blanked_in_its_own_place(paid: Store) -> None:
    told(paid, "7001", "other digest")
    told(paid, "7002")
    paid.personal.redact(CHRIS.id, redactions_of_erasure(paid.personal.file(CHRIS.id)))
    left = paid.personal.file(CHRIS.id).notifications
    assert sorted((each.key, each.digest, each.body) for each in left) == [
        ("7001", "digest", ""),
        ("7001", "other digest", ""),
        ("7002", "digest", ""),
    ]


def test_more_rows_than_a_transaction_takes_are_blanked_in_several(store: Store) -> None:
    for rank in range(1, 131):
        store.commit(Changes((new_attempt(rank),), unchanged=(FILE,)))
    redactions = redactions_of_erasure(store.personal.file(CHRIS.id))
    assert redactions.counts["attempts"] == 130
    store.personal.redact(CHRIS.id, redactions, audit("many"))
    assert {each.address for each in store.account.attempts} == {None}
    assert store.audited == ["many"]


def test_card_is_forgotten_with_its_entry_and_its_trace(store: Store) -> None:
    begun(store)
    store.outbox.add(FORGET)
    (mandate,) = store.account.mandates
    store.commit(Changes((without_token(mandate),), audit=audit("forgotten"), ended=(FORGET,)))
    assert store.account.mandates == (without_token(mandate),)
    assert store.outbox.find(FORGET.id) is None
    assert "forgotten" in store.audited
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes(audit=audit("again"), ended=(FORGET,)))
    assert "again" not in store.audited


def test_card_of_another_mandate_by_now_is_not_taken_for_forgotten(store: Store) -> None:
    begun(store)
    store.outbox.add(FORGET)
    (mandate,) = store.account.mandates
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(mandate, token="", version=7),), audit=audit(), ended=(FORGET,)))
    assert store.outbox.find(FORGET.id) == FORGET


def test_entries_about_others_are_not_shown(paid: Store) -> None:
    other = replace(audit("other"), subject_id="somebody else", act=Act.PASSWORD_SET)
    paid.commit(Changes(audit=other))
    assert "other" not in {each["id"] for each in paid.personal.held(CHRIS.id)["audit"]}
