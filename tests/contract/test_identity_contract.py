"""The same suite for people and what lets them in: in memory and in DynamoDB."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identities import Identity
from chalicelib.domain.limits import ACCOUNT, CODE, PAIR, Limit
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payment_links.link import PaymentLink, PaymentLinkKey, revoked
from chalicelib.domain.people import Person, Role, activated, signed_out, with_roles
from chalicelib.domain.role_changes import RoleChange, decide, propose
from chalicelib.domain.second_factor import SecondFactor, confirmed, spent_step
from chalicelib.domain.sessions import Credentials, Login, Method, Session, Stage, new_session
from tests.contract.conftest import CHRIS, HOME, Store, audit
from tests.fakes.ports import MANUAL_DAY

WRITERS = 32
UNKNOWN = "nobody@demo.test"
ADMIN = Person("00000000000000a1", "admin@demo.test", "Andrea", "TESTAD", frozenset({Role.ADMINISTRATOR}))
AUDITOR = Person("00000000000000a2", "auditor@demo.test", "Éden", "ABRI", frozenset({Role.AUDITOR}))
IBAN_LINK = IbanLink(
    "iban digest", CHRIS.id, f"{CHRIS.id}-1-r01", CHRIS.email, MANUAL_DAY + timedelta(hours=72)
)
LINK = PasswordLink("link digest", CHRIS.id, CHRIS.email, 1, MANUAL_DAY + timedelta(minutes=30))
SAME = Identity("cas", "chris", CHRIS.id, MANUAL_DAY)
BOTH_HATS = frozenset({Role.STUDENT, Role.REGISTRAR})


def mail(entry_id: str = "mail", topic: Topic = Topic.PASSWORD_SET) -> OutboxEntry:
    return OutboxEntry(entry_id, topic, CHRIS.id, "", MANUAL_DAY)


def session(token_hash: str = "digest", ticket_hash: str = "") -> Session:
    return new_session(
        token_hash, CHRIS, MANUAL_DAY, method=Method.PASSWORD, stage=Stage.OPEN, ticket_hash=ticket_hash
    )


def another_password(store: Store, rank: int, link: PasswordLink | None = LINK) -> None:
    person, credentials = store.people.person(CHRIS.id), store.people.credentials(CHRIS.email)
    store.commit(
        Changes(
            (
                Login(
                    person.email,
                    replace(credentials, password_hash=f"hash {rank}", version=credentials.version + 1),
                ),
                signed_out(person),
            ),
            audit=audit(),
            outbox=(mail(f"mail {rank}"),),
            ended=existing(link),
        )
    )


def winners(act: Callable[[int], object]) -> list[int]:
    """Let 32 threads act at the same moment; return those that were not superseded."""
    barrier = threading.Barrier(WRITERS)

    def start(rank: int) -> bool:
        barrier.wait()
        try:
            act(rank)
        except ConcurrentUpdate:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(start, range(WRITERS)))
    return [rank for rank, won in enumerate(done) if won]


class TestPeople:
    def test_many_are_read_at_once_and_unknown_ones_left_out(self, store: Store) -> None:
        store.commit(Changes((ADMIN,)))
        found = store.people.persons({CHRIS.id, ADMIN.id, "0" * 16})
        assert {each.id: each for each in found} == {CHRIS.id: CHRIS, ADMIN.id: ADMIN}
        assert not store.people.persons(())

    def test_profile_is_saved_only_over_the_version_it_was_read_at(self, store: Store) -> None:
        closed = activated(CHRIS, is_active=False)
        store.commit(Changes((closed,), audit=audit("closed")))
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((with_roles(CHRIS, BOTH_HATS),), audit=audit("lost")))
        assert store.people.person(CHRIS.id) == closed
        assert store.audited == ["closed"]

    def test_nobody_is_made_by_saving(self, store: Store) -> None:
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((replace(ADMIN, version=2),), audit=audit()))
        with pytest.raises(NotFound):
            store.people.person(ADMIN.id)

    def test_addresses_stay_apart_from_the_profile(self, store: Store) -> None:
        store.people.save_address(CHRIS.id, HOME)
        store.commit(Changes((signed_out(store.account.person),), audit=audit()))
        assert store.people.person(CHRIS.id).addresses == ()
        assert store.account.person.addresses == (HOME,)

    def test_staff_are_listed_by_name_and_students_are_not(self, store: Store) -> None:
        for each in (ADMIN, AUDITOR):
            store.enrol(each, Credentials(each.id, "hash"))
        assert store.people.staff() == (AUDITOR, ADMIN)

    def test_who_gains_or_loses_a_role_of_the_staff_is_listed_or_not(self, store: Store) -> None:
        clerk = with_roles(CHRIS, BOTH_HATS)
        store.commit(Changes((clerk,), audit=audit()))
        assert store.people.staff() == (clerk,)
        store.commit(Changes((with_roles(clerk, frozenset({Role.STUDENT})),), audit=audit()))
        assert store.people.staff() == ()

    def test_retention_finds_whose_day_has_come_and_never_staff(self, store: Store) -> None:
        day = date(2023, 7, 24)
        for rank, (person, review_on) in enumerate(((CHRIS, day), (ADMIN, day)), start=1):
            due = replace(person, id=f"{rank:016x}", email=f"{rank}@demo.test", review_on=review_on)
            store.enrol(due, Credentials(due.id, "hash"))
        longest = replace(CHRIS, id=f"{9:016x}", email="9@demo.test", review_on=day - timedelta(days=40))
        store.enrol(longest, Credentials(longest.id, "hash"))
        assert store.people.to_review(day - timedelta(days=1)) == (longest.id,)
        assert store.people.to_review(day) == (longest.id, f"{1:016x}")


class TestPassword:
    def test_all_of_it_is_one_write(self, store: Store) -> None:
        store.commit(Changes((LINK,)))
        another_password(store, 1)
        assert store.people.credentials(CHRIS.email) == Credentials(CHRIS.id, "hash 1", 2)
        assert store.people.person(CHRIS.id) == signed_out(CHRIS)
        assert store.outbox.pending(MANUAL_DAY) == (mail("mail 1"),)
        assert len(store.audited) == 1
        assert store.links.find(LINK.token_hash) is None

    def test_link_is_found_until_it_is_spent(self, store: Store) -> None:
        assert store.links.find(LINK.token_hash) is None
        store.commit(Changes((LINK,)))
        assert store.links.find(LINK.token_hash) == LINK
        assert store.links.find(LINK.token_hash) == LINK

    def test_link_that_was_never_mailed_sets_nothing(self, store: Store) -> None:
        with pytest.raises(ConcurrentUpdate):
            another_password(store, 1)
        assert store.people.credentials(CHRIS.email) == Credentials(CHRIS.id, "hash")
        assert store.people.person(CHRIS.id) == CHRIS
        assert (store.audited, store.outbox.pending(MANUAL_DAY)) == ([], ())

    def test_spent_link_sets_nothing_again(self, store: Store) -> None:
        store.commit(Changes((LINK,)))
        another_password(store, 1)
        with pytest.raises(ConcurrentUpdate):
            another_password(store, 2)
        assert store.people.credentials(CHRIS.email).password_hash == "hash 1"  # pragma: allowlist secret
        assert len(store.audited) == 1

    def test_password_that_changed_meanwhile_stays(self, store: Store) -> None:
        another_password(store, 1, None)
        stale = Credentials(CHRIS.id, "stale", 2)
        with pytest.raises(ConcurrentUpdate):
            store.commit(
                Changes(
                    (Login(CHRIS.email, stale), signed_out(signed_out(CHRIS))),
                    audit=audit(),
                    outbox=(mail("stale"),),
                )
            )
        assert store.people.credentials(CHRIS.email).password_hash == "hash 1"  # pragma: allowlist secret

    def test_profile_that_changed_meanwhile_keeps_the_link(self, store: Store) -> None:
        store.commit(Changes((LINK,)))
        store.commit(Changes((activated(CHRIS, is_active=False),), audit=audit()))
        with pytest.raises(ConcurrentUpdate):
            store.commit(
                Changes(
                    (Login(CHRIS.email, Credentials(CHRIS.id, "new", 2)), signed_out(CHRIS)),
                    audit=audit(),
                    outbox=(mail(),),
                    ended=(LINK,),
                )
            )
        assert store.links.find(LINK.token_hash) == LINK
        assert store.people.credentials(CHRIS.email).password_hash == "hash"

    def test_one_link_used_by_32_at_once_sets_one_password(self, store: Store) -> None:
        store.commit(Changes((LINK,)))
        (winner,) = winners(lambda rank: another_password(store, rank))
        assert store.people.credentials(CHRIS.email) == Credentials(CHRIS.id, f"hash {winner}", 2)
        assert store.people.person(CHRIS.id).session_generation == 1
        assert len(store.audited) == 1


class TestIbanLink:
    def test_is_found_until_it_is_spent_and_is_no_password_link(self, store: Store) -> None:
        store.commit(Changes((IBAN_LINK,)))
        assert store.iban_links.find(IBAN_LINK.token_hash) == IBAN_LINK
        assert store.links.find(IBAN_LINK.token_hash) is None
        store.commit(Changes(audit=audit(), ended=(IBAN_LINK,)))
        assert store.iban_links.find(IBAN_LINK.token_hash) is None
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes(audit=audit(), ended=(IBAN_LINK,)))

    def test_one_used_by_32_at_once_has_one_winner(self, store: Store) -> None:
        store.commit(Changes((IBAN_LINK,)))
        spent = Changes(audit=audit(), ended=(IBAN_LINK,))
        assert len(winners(lambda rank: store.commit(replace(spent, audit=audit(f"use {rank}"))))) == 1


class TestPaymentLink:
    KEY = PaymentLinkKey("pay digest", CHRIS.id, f"{CHRIS.id}-1-l01", MANUAL_DAY + timedelta(days=40))
    LINK = PaymentLink(KEY.link_id, f"{CHRIS.id}-1", CHRIS.id, CHRIS.id, MANUAL_DAY, MANUAL_DAY.date(), 30000)

    def test_is_found_by_its_digest_and_in_the_account(self, store: Store) -> None:
        store.commit(Changes((self.LINK, self.KEY)))
        assert store.payment_link_keys.find(self.KEY.token_hash) == self.KEY
        assert store.iban_links.find(self.KEY.token_hash) is None
        assert store.payment_link_keys.find("of nobody") is None
        assert store.account.payment_links == (self.LINK,)
        assert self.KEY.token_hash not in repr(self.KEY)

    def test_one_revoked_by_32_at_once_has_one_winner(self, store: Store) -> None:
        store.commit(Changes((self.LINK, self.KEY)))
        ended = revoked(self.LINK, CHRIS.id, MANUAL_DAY)
        assert len(winners(lambda rank: store.commit(Changes((ended,), audit(f"use {rank}"))))) == 1
        assert store.account.payment_links == (ended,)

    def test_opens_nothing_once_its_student_is_erased(self, store: Store) -> None:
        store.commit(Changes((self.LINK, self.KEY)))
        assert store.personal.held(CHRIS.id)["payment_link"]
        store.personal.end_entries(CHRIS.id, MANUAL_DAY)
        assert store.payment_link_keys.find(self.KEY.token_hash) is None


class TestSessions:
    def test_use_is_noted(self, store: Store) -> None:
        store.sessions.open(session())
        later = replace(session(), used_at=MANUAL_DAY + timedelta(minutes=6))
        store.sessions.note_use(later)
        assert store.sessions.find("digest") == later

    def test_token_opens_one_session(self, store: Store) -> None:
        store.sessions.open(session())
        with pytest.raises(ConcurrentUpdate):
            store.sessions.open(replace(session(), person_id=ADMIN.id))
        assert store.sessions.find("digest") == session()

    def test_noting_the_use_of_an_ended_session_does_not_bring_it_back(self, store: Store) -> None:
        store.sessions.open(session())
        store.sessions.close("digest")
        with pytest.raises(ConcurrentUpdate):
            store.sessions.note_use(session())
        assert store.sessions.find("digest") is None
        assert store.sessions.of_person(CHRIS.id) == ()

    def test_session_closed_among_32_that_note_its_use_is_over(self, store: Store) -> None:
        store.sessions.open(session())

        def act(rank: int) -> None:
            if rank == WRITERS // 2:
                store.sessions.close("digest")
            else:
                store.sessions.note_use(session())

        assert WRITERS // 2 in winners(act)
        assert store.sessions.find("digest") is None

    def test_persons_sessions_are_listed_newest_first(self, store: Store) -> None:
        opened = [
            replace(session(f"digest {rank}"), opened_at=MANUAL_DAY + timedelta(minutes=rank))
            for rank in range(3)
        ]
        for each in (*opened, replace(session("other"), person_id=ADMIN.id)):
            store.sessions.open(each)
        assert store.sessions.of_person(CHRIS.id) == tuple(reversed(opened))

    def test_ticket_is_brought_once(self, store: Store) -> None:
        store.sessions.claim_ticket("ticket", MANUAL_DAY)
        with pytest.raises(ConcurrentUpdate):
            store.sessions.claim_ticket("ticket", MANUAL_DAY + timedelta(hours=1))

    def test_ticket_brought_by_32_at_once_is_taken_from_one(self, store: Store) -> None:
        assert len(winners(lambda _: store.sessions.claim_ticket("ticket", MANUAL_DAY))) == 1

    def test_ticket_ends_for_good(self, store: Store) -> None:
        store.sessions.claim_ticket("ticket", MANUAL_DAY)
        assert not store.sessions.is_ended("ticket")
        store.sessions.end_ticket("ticket")
        store.sessions.end_ticket("ticket")
        assert store.sessions.is_ended("ticket")
        with pytest.raises(ConcurrentUpdate):
            store.sessions.claim_ticket("ticket", MANUAL_DAY)

    def test_ticket_that_nobody_brought_is_not_ended_beforehand(self, store: Store) -> None:
        store.sessions.end_ticket("ticket")
        assert not store.sessions.is_ended("ticket")
        store.sessions.claim_ticket("ticket", MANUAL_DAY)


class TestLimits:
    def test_tries_are_counted_for_each_key_limit_and_window(self, store: Store) -> None:
        assert [store.limits.take(CODE, "one", MANUAL_DAY) for _ in range(3)] == [1, 2, 3]
        assert store.limits.take(CODE, "other", MANUAL_DAY) == 1
        assert store.limits.take(PAIR, "one", MANUAL_DAY) == 1
        assert store.limits.take(CODE, "one", MANUAL_DAY + CODE.window) == 1

    def test_try_given_back_counts_for_nothing(self, store: Store) -> None:
        store.limits.take(CODE, "one", MANUAL_DAY)
        store.limits.take(CODE, "one", MANUAL_DAY)
        store.limits.give_back(CODE, "one", MANUAL_DAY)
        assert store.limits.take(CODE, "one", MANUAL_DAY) == 2

    def test_nothing_is_given_back_that_was_not_taken(self, store: Store) -> None:
        store.limits.give_back(CODE, "one", MANUAL_DAY)
        store.limits.take(CODE, "one", MANUAL_DAY)
        assert store.limits.give_back(CODE, "one", MANUAL_DAY)
        for _ in range(3):
            assert not store.limits.give_back(CODE, "one", MANUAL_DAY)
        assert store.limits.take(CODE, "one", MANUAL_DAY) == 1

    def test_tries_are_given_back_together_or_not_at_all(self, store: Store) -> None:
        for _ in range(3):
            store.limits.take(CODE, "one", MANUAL_DAY)
        assert not store.limits.give_back(CODE, "one", MANUAL_DAY, 4)
        assert store.limits.give_back(CODE, "one", MANUAL_DAY, 2)
        assert store.limits.take(CODE, "one", MANUAL_DAY) == 2

    def test_cleared_counter_begins_again(self, store: Store) -> None:
        store.limits.clear(CODE, "one", MANUAL_DAY)
        for _ in range(3):
            store.limits.take(CODE, "one", MANUAL_DAY)
        store.limits.clear(CODE, "one", MANUAL_DAY)
        assert store.limits.take(CODE, "one", MANUAL_DAY) == 1

    def test_32_tries_at_once_are_32(self, store: Store) -> None:
        counts: list[int] = []
        assert len(winners(lambda _: counts.append(store.limits.take(CODE, "one", MANUAL_DAY)))) == WRITERS
        assert sorted(counts) == list(range(1, WRITERS + 1))
        winners(lambda _: store.limits.give_back(CODE, "one", MANUAL_DAY))
        assert store.limits.take(CODE, "one", MANUAL_DAY) == 1

    def test_try_counts_under_both_limits(self, store: Store) -> None:
        taken = [store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY) for _ in range(3)]
        other = store.limits.take_within(PAIR, "other", ACCOUNT, "all", MANUAL_DAY)
        later = store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY + PAIR.window)
        assert (taken, other, later) == ([1, 2, 3], 1, 1)
        assert store.limits.take(ACCOUNT, "all", MANUAL_DAY) == 6

    def test_try_beyond_the_inner_limit_counts_under_neither(self, store: Store) -> None:
        for _ in range(PAIR.most):
            store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY)
        for _ in range(3):
            assert store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY) is PAIR
        assert store.limits.take(ACCOUNT, "all", MANUAL_DAY) == PAIR.most + 1

    def test_try_beyond_the_outer_limit_counts_under_neither(self, store: Store) -> None:
        for _ in range(ACCOUNT.most):
            store.limits.take(ACCOUNT, "all", MANUAL_DAY)
        assert store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY) is ACCOUNT
        store.limits.give_back(ACCOUNT, "all", MANUAL_DAY)
        assert store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY) == 1

    def test_tries_under_both_limits_are_given_back_together_or_not_at_all(self, store: Store) -> None:
        pair, given = (PAIR, "one", ACCOUNT, "all", MANUAL_DAY), store.limits.give_back_within
        assert not given(*pair, 1)
        for _ in range(3):
            store.limits.take_within(*pair)
        assert [given(*pair, tries) for tries in (4, 2, 2, 1)] == [False, True, False, True]
        assert store.limits.take_within(*pair) == 1
        assert store.limits.take(ACCOUNT, "all", MANUAL_DAY) == 3

    def test_both_limits_are_cleared_at_once(self, store: Store) -> None:
        pair = (PAIR, "one", ACCOUNT, "one", MANUAL_DAY)
        store.limits.clear_within(*pair)
        for _ in range(3):
            store.limits.take_within(*pair)
        store.limits.clear_within(*pair)
        assert store.limits.take_within(*pair) == 1
        assert store.limits.take(ACCOUNT, "one", MANUAL_DAY) == 2

    def test_of_32_tries_at_once_as_many_are_counted_as_the_limit_allows(self, store: Store) -> None:
        taken: list[int | Limit] = []
        winners(lambda _: taken.append(store.limits.take_within(PAIR, "one", ACCOUNT, "all", MANUAL_DAY)))
        counted = sorted(each for each in taken if isinstance(each, int))
        assert counted == list(range(1, PAIR.most + 1))
        assert store.limits.take(ACCOUNT, "all", MANUAL_DAY) == PAIR.most + 1

    def test_network_is_known_to_one_account_until_its_day(self, store: Store) -> None:
        until = MANUAL_DAY + timedelta(days=90)
        store.limits.remember("account", "192.0.2.1", until)
        both = ("192.0.2.2", "192.0.2.1")
        just_before = until - timedelta(seconds=1)
        assert store.limits.known("account", both, just_before) == {"192.0.2.1": until}
        assert not store.limits.known("account", both, until)
        assert not store.limits.known("other", both, MANUAL_DAY)
        later = until + timedelta(days=1)
        for place in both:
            store.limits.remember("account", place, later)
        known = store.limits.known("account", both, until)
        assert list(known.items()) == [(each, later) for each in both]
        credentials = store.people.credentials(CHRIS.email)
        assert store.limits.credentials_and_known(CHRIS.email, "account", both, until) == (credentials, known)
        assert store.limits.credentials_and_known(UNKNOWN, "account", both, until) == (None, known)


class TestSecondFactor:
    NEW = SecondFactor(CHRIS.id, "sealed")

    def in_place(self, store: Store) -> SecondFactor:
        store.commit(Changes((self.NEW,)))
        factor = confirmed(self.NEW, 7, ("one", "two"), MANUAL_DAY)
        store.commit(Changes((factor,), audit=audit(), outbox=(mail(),)))
        return factor

    def test_reads_back_exactly(self, store: Store) -> None:
        assert store.second_factors.find(CHRIS.id) is None
        assert store.people.with_second_factor(CHRIS.id) == (CHRIS, None)
        factor = self.in_place(store)
        assert store.second_factors.find(CHRIS.id) == factor
        assert store.people.with_second_factor(CHRIS.id) == (CHRIS, factor)
        with pytest.raises(NotFound):
            store.people.with_second_factor("00000000000000ff")
        assert store.account.person == CHRIS

    def test_what_is_told_of_it_is_one_write_with_it(self, store: Store) -> None:
        factor = self.in_place(store)
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((factor,), audit=audit(), outbox=(mail("other"),)))
        assert store.outbox.pending(MANUAL_DAY) == (mail(),)
        assert len(store.audited) == 1

    def test_second_beginning_does_not_replace_the_first(self, store: Store) -> None:
        self.in_place(store)
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((replace(self.NEW, sealed_secret="other"),)))
        assert store.second_factors.find(CHRIS.id).sealed_secret == "sealed"

    def test_code_brought_by_32_at_once_is_taken_once(self, store: Store) -> None:
        factor = self.in_place(store)
        assert len(winners(lambda _: store.commit(Changes((spent_step(factor, 8),))))) == 1
        assert store.second_factors.find(CHRIS.id).last_step == 8

    def test_removed_one_is_gone_and_another_may_begin(self, store: Store) -> None:
        factor = self.in_place(store)
        store.commit(Changes(audit=audit(), outbox=(mail("removed"),), ended=(factor,)))
        assert store.second_factors.find(CHRIS.id) is None
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((spent_step(factor, 8),)))
        another = replace(self.NEW, sealed_secret="other")
        store.commit(Changes((another,)))
        assert store.second_factors.find(CHRIS.id) == another

    def test_one_that_changed_is_not_removed(self, store: Store) -> None:
        factor = self.in_place(store)
        used = spent_step(factor, 8)
        store.commit(Changes((used,)))
        for stale in (factor, replace(factor, person_id=ADMIN.id)):
            with pytest.raises(ConcurrentUpdate):
                store.commit(Changes(audit=audit(), outbox=(mail("removed"),), ended=(stale,)))
        assert store.second_factors.find(CHRIS.id) == used
        assert store.outbox.pending(MANUAL_DAY) == (mail(),)

    def test_one_that_is_gone_is_not_removed_again(self, store: Store) -> None:
        factor = self.in_place(store)
        store.commit(Changes(audit=audit(), outbox=(mail("removed"),), ended=(factor,)))
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes(audit=audit(), outbox=(mail("again"),), ended=(factor,)))


class TestIdentities:
    def test_is_found_by_its_subject_and_by_its_person(self, store: Store) -> None:
        store.commit(Changes((SAME,), audit=audit("linked"), outbox=(mail(),)))
        assert store.identities.find("cas", "chris") == SAME
        assert store.identities.of_person(CHRIS.id) == (SAME,)
        assert store.identities.find("other", "chris") is None
        assert store.identities.of_person(ADMIN.id) == ()
        assert store.account.person == CHRIS
        assert (store.audited, store.outbox.pending(MANUAL_DAY)) == (["linked"], (mail(),))

    def test_subject_belongs_to_one_person(self, store: Store) -> None:
        store.commit(Changes((SAME,), audit=audit("linked"), outbox=(mail(),)))
        with pytest.raises(ConcurrentUpdate):
            store.commit(
                Changes((replace(SAME, person_id=ADMIN.id),), audit=audit("lost"), outbox=(mail("lost"),))
            )
        assert store.identities.find("cas", "chris") == SAME
        assert store.identities.of_person(ADMIN.id) == ()
        assert (store.audited, store.outbox.pending(MANUAL_DAY)) == (["linked"], (mail(),))

    def test_subject_linked_by_32_people_at_once_is_one_persons(self, store: Store) -> None:
        def linked_by(rank: int) -> None:
            identity = replace(SAME, person_id=f"{rank:016x}")
            store.commit(Changes((identity,), audit=audit(), outbox=(mail(f"mail {rank}"),)))

        (winner,) = winners(linked_by)
        assert store.identities.find("cas", "chris").person_id == f"{winner:016x}"

    def test_unlinked_one_is_nobodys_and_may_be_linked_again(self, store: Store) -> None:
        store.commit(Changes((SAME,), audit=audit(), outbox=(mail(),)))
        store.commit(Changes(audit=audit(), ended=(SAME,)))
        assert store.identities.find("cas", "chris") is None
        assert store.identities.of_person(CHRIS.id) == ()
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes(audit=audit(), ended=(SAME,)))
        store.commit(Changes((SAME,), audit=audit(), outbox=(mail("again"),)))
        assert store.identities.of_person(CHRIS.id) == (SAME,)

    def test_imported_one_is_known_without_a_word(self, store: Store) -> None:
        store.commit(Changes((SAME,)))
        assert store.identities.of_person(CHRIS.id) == (SAME,)
        assert (store.audited, store.outbox.pending(MANUAL_DAY)) == ([], ())


class TestRoleChanges:
    def proposed(self, store: Store, rank: int = 1) -> RoleChange:
        change_id = f"{CHRIS.id}-r{rank:016x}"
        at = MANUAL_DAY - timedelta(minutes=rank)
        change = propose(change_id, CHRIS, BOTH_HATS, "aide à la scolarité", ADMIN, at)
        store.commit(Changes((change,), audit=audit(f"proposed {rank}")))
        return change

    def test_waits_oldest_first_until_it_is_decided(self, store: Store) -> None:
        younger, older = self.proposed(store, 1), self.proposed(store, 2)
        assert store.role_changes.waiting() == (older, younger)
        refused = decide(older, is_approved=False, by=AUDITOR)
        store.commit(Changes((refused,), audit=audit()))
        assert store.role_changes.waiting() == (younger,)
        assert store.role_changes.get(older.id) == refused
        assert store.people.person(CHRIS.id) == CHRIS
        assert store.account.person == CHRIS

    def test_unknown_one_does_not_exist(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.role_changes.get(f"{CHRIS.id}-r{9:016x}")

    def test_change_and_the_roles_it_gives_are_one_write(self, store: Store) -> None:
        change = self.proposed(store)
        store.commit(Changes((activated(CHRIS, is_active=False),), audit=audit("closed")))
        applied = decide(change, is_approved=True, by=AUDITOR)
        with pytest.raises(ConcurrentUpdate):
            store.commit(Changes((applied, with_roles(CHRIS, BOTH_HATS)), audit=audit("lost")))
        assert store.role_changes.waiting() == (change,)
        assert set(store.audited) == {"proposed 1", "closed"}
        now = with_roles(store.people.person(CHRIS.id), BOTH_HATS)
        store.commit(Changes((applied, now), audit=audit()))
        assert store.people.person(CHRIS.id) == now
        assert store.people.staff() == (now,)

    def test_change_applied_by_32_at_once_is_applied_once(self, store: Store) -> None:
        applied = decide(self.proposed(store), is_approved=True, by=AUDITOR)
        given = with_roles(CHRIS, BOTH_HATS)
        assert len(winners(lambda _: store.commit(Changes((applied, given), audit=audit())))) == 1
        assert store.people.person(CHRIS.id) == given
        assert len(store.audited) == 2


class TestOutbox:
    def test_entry_that_announces_no_change_is_written_once(self, store: Store) -> None:
        asked = replace(mail("link", Topic.PASSWORD_RESET), person_id="", email=CHRIS.email)
        store.outbox.add(asked)
        store.outbox.add(replace(asked, email="other@demo.test"))
        assert store.outbox.pending(MANUAL_DAY) == (asked,)
