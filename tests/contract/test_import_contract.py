"""The same suite for what imports read and write: in memory and in DynamoDB."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import ImportState, StudentImport, advanced
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.sessions import Credentials, Login
from tests.contract.conftest import CAMPAIGN, CHRIS, FILE, HOME, Store, audit
from tests.fakes.ports import MANUAL_DAY

NUMBER = Identity("student_number", "t1", CHRIS.id, MANUAL_DAY)
RUN = StudentImport("00000000000000f1", CAMPAIGN.id, "00000000000000ad", MANUAL_DAY, 2, 1, 1, 0, 0)


def test_many_are_read_at_once_and_unknown_ones_are_left_out(store: Store) -> None:
    store.commit(Changes((NUMBER,)))
    many = [("student_number", f"t{n}") for n in range(250)]
    assert store.roster.owners([*many, *many]) == {("student_number", "t1"): CHRIS.id}
    emails = [CHRIS.email, CHRIS.email, *(f"{n}@demo.test" for n in range(150))]
    assert store.roster.logins(emails) == {CHRIS.email: CHRIS.id}
    assert store.roster.people([CHRIS.id, "nobody"]) == {CHRIS.id: CHRIS}
    assert store.roster.owners([]) == store.roster.logins([]) == store.roster.people([]) == {}


def test_identity_and_login_that_ended_have_no_owner(store: Store) -> None:
    store.commit(Changes((NUMBER,)))
    login = Login(CHRIS.email, Credentials(CHRIS.id, "hash"))
    store.commit(Changes(audit=audit(), ended=(NUMBER, login)))
    assert store.roster.owners([("student_number", "t1")]) == store.roster.logins([CHRIS.email]) == {}
    store.commit(Changes((NUMBER,)))
    assert store.roster.owners([("student_number", "t1")]) == {("student_number", "t1"): CHRIS.id}


def test_address_of_the_school_alone_is_read(store: Store) -> None:
    store.people.save_address(CHRIS.id, HOME)
    assert store.roster.addresses([CHRIS.id]) == {}
    school = replace(HOME, id="school")
    store.people.save_address(CHRIS.id, school)
    assert store.roster.addresses([CHRIS.id, "nobody"]) == {CHRIS.id: school}


@pytest.mark.parametrize("status", RegistrationStatus)
def test_registrations_of_a_campaign_are_read_in_every_state(
    store: Store, status: RegistrationStatus
) -> None:
    changed = replace(FILE, status=status, allowed_situations=("01",), version=2)
    store.commit(Changes((changed,)))
    assert list(store.roster.registrations(CAMPAIGN.id)) == [changed]
    assert list(store.roster.registrations("another")) == []


def test_there_is_one_import_at_a_time(store: Store) -> None:
    assert store.imports.last() is None
    store.commit(Changes((RUN,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(RUN, id="00000000000000f2"),)))
    moved = advanced(RUN, 2, (7,))
    store.commit(Changes((moved,)))
    assert store.imports.last() == moved
    assert (moved.state, moved.failed_lines) == (ImportState.DONE, (7,))
    store.commit(Changes((replace(RUN, id="00000000000000f2", version=3),)))
    assert store.imports.last().id == "00000000000000f2"
