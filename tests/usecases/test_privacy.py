"""Cards forgotten, people shown to themselves, erased, and let go of in time: on fakes, with crashes."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, ErasureNotPossible, Forbidden, NotFound
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import LONGEST_TRY, OutboxEntry, Topic
from chalicelib.domain.payments import Outcome
from chalicelib.domain.people import Address, Role
from chalicelib.domain.plan.instalments import Mandate
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.privacy.erasure import NOBODY
from chalicelib.domain.registration import Decision
from chalicelib.domain.role_changes import RoleChangeState
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Method, Stage, new_session
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.audit.verify_audit import verify_audit
from chalicelib.usecases.cards.forget_card import CardNotForgotten
from chalicelib.usecases.delivery.deliver_outbox import NotDelivered, deliver_outbox
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.people.change_roles import propose_roles
from chalicelib.usecases.privacy.apply_retention import apply_retention
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.privacy.export_person import export_person
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts
from tests.proof.interception import READS, Died, tap
from tests.usecases.conftest import CARD, CHRIS, REGISTRAR, Student, accepted, refused

ADMIN = replace(REGISTRAR, id="00000000000000f1", roles=frozenset({Role.ADMINISTRATOR}))
HOME = Address("1 rue Saugrenue", "63001", "Clermontville", "FR", "+33", "0611111111", id="home")
REASON = "demande écrite"


def mandate(student: Student) -> Mandate:
    found = student.account.mandate(student.registration_id)
    assert found
    return found


def entries(student: Student) -> list[OutboxEntry]:
    return [each for each in student.ports.memory.entries.values() if each.topic is Topic.FORGET_CARD]


def delivers(student: Student) -> None:
    for entry_id in list(student.ports.memory.entries):
        deliver_outbox(student.ports, entry_id)


def acts(ports: FakePorts) -> list[str]:
    return [each.act for each in ports.memory.audit_waiting.values()]


@pytest.fixture
def begun(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


@pytest.fixture
def finished(begun: Student) -> Student:
    begun.debits_run("2022-07-10T01:00")
    begun.debits_run("2022-08-10T01:00")
    return begun


@pytest.fixture
def late(begun: Student) -> Student:
    """The second instalment was refused for good."""
    begun.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    begun.debits_run("2022-07-10T01:00")
    return begun


class TestForgottenCards:
    def test_nothing_is_forgotten_while_an_instalment_is_left(self, begun: Student) -> None:
        begun.debits_run("2022-07-10T01:00")
        assert entries(begun) == []

    def test_last_debit_asks_for_it_in_its_own_transaction(self, finished: Student) -> None:
        (entry,) = entries(finished)
        assert entry.subscriber == mandate(finished).subscriber
        assert mandate(finished).token == "token-1"

    def test_gateway_and_table_forget_and_the_evidence_stays(self, finished: Student) -> None:
        before = mandate(finished)
        delivers(finished)
        assert finished.ports.gateway.forgotten == {before.subscriber}
        assert mandate(finished) == replace(before, token="", version=before.version + 1)
        assert acts(finished.ports)[-1] == Act.CARD_FORGOTTEN
        assert entries(finished) == []

    def test_unclear_answer_leaves_it_for_the_next_delivery(self, finished: Student) -> None:
        finished.ports.gateway.is_clear = False
        (entry,) = entries(finished)
        with pytest.raises(NotDelivered):
            deliver_outbox(finished.ports, entry.id)
        (left,) = entries(finished)
        assert (mandate(finished).token, left.last_failure) == ("token-1", CardNotForgotten.__name__)
        finished.ports.gateway.is_clear = True
        finished.ports.move(minutes=1)
        deliver_outbox(finished.ports, entry.id)
        assert mandate(finished).token == ""

    def test_who_loses_a_race_leaves_the_entry_to_the_next_delivery(self, finished: Student) -> None:
        (entry,) = entries(finished)
        forget = finished.ports.gateway.forget_card

        def meanwhile(*asked: Any) -> bool:
            forget(*asked)
            finished.ports.at += LONGEST_TRY  # longer than any try: the entry is tried by another message
            finished.ports.gateway.forget_card = forget  # type: ignore[method-assign]  # the race itself
            deliver_outbox(finished.ports, entry.id)
            return True

        finished.ports.gateway.forget_card = meanwhile  # type: ignore[method-assign, assignment]  # the same
        deliver_outbox(finished.ports, entry.id)
        assert acts(finished.ports).count(Act.CARD_FORGOTTEN) == 1
        assert (mandate(finished).token, entries(finished)) == ("", [])

    def test_message_that_brought_the_token_keeps_none_of_it(self, begun: Student) -> None:
        told = begun.ports.memory.messages.values()
        assert [(each.answer.token, each.answer.token_expires) for each in told] == [("", "")]
        assert [each.person_id for each in told] == [CHRIS.id]

    def test_late_payment_by_hand_leaves_the_old_card_to_forget(self, late: Student) -> None:
        before = mandate(late)
        late.pays(late.opens_the_page_of(2), "7002", token="token-2")
        assert [each.subscriber for each in entries(late)] == [before.subscriber]
        delivers(late)
        assert (mandate(late).token, mandate(late).subscriber != before.subscriber) == ("token-2", True)

    def test_every_page_of_the_plan_is_forgotten_with_its_end(self, late: Student) -> None:
        late.pays(late.opens_the_page_of(2), "7002", token="token-2")
        delivers(late)
        late.debits_run("2022-08-10T01:00")
        pages = {each.terms.subscriber for each in late.account.attempts if each.terms}
        assert {each.subscriber for each in entries(late)} == pages
        delivers(late)
        assert late.ports.gateway.forgotten == pages

    def test_last_instalment_paid_by_hand_forgets_its_own_card_too(self, begun: Student) -> None:
        begun.debits_run("2022-07-10T01:00")
        begun.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        begun.debits_run("2022-08-10T01:00")
        begun.pays(begun.opens_the_page_of(3), "7003", token="token-3")
        delivers(begun)
        assert mandate(begun).token == ""
        assert len(begun.ports.gateway.forgotten) == 2

    def test_page_paid_without_need_leaves_a_card_to_forget(self, late: Student) -> None:
        one = late.opens_the_page_of(2, "one")
        late.ports.move(minutes=21)
        reconcile_payments(late.ports)
        twice = one, late.opens_the_page_of(2, "other")
        late.pays(twice[0], "7002")
        delivers(late)
        late.pays(twice[1], "7003")
        assert twice[1].terms
        assert [each.subscriber for each in entries(late)] == [twice[1].terms.subscriber]

    def test_page_of_a_withdrawn_plan_leaves_a_card_to_forget(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        page = chris.opens_the_page_of(1)
        request = chris.account.plan_request(chris.registration_id)
        assert request
        assert page.terms
        withdrawn = replace(request, state=PlanRequestState.WITHDRAWN, version=request.version + 1)
        chris.ports.store.commit(Changes((withdrawn,), audit=chris.trace, unchanged=(chris.registration,)))
        chris.pays(page)
        assert [each.subscriber for each in entries(chris)] == [page.terms.subscriber]
        delivers(chris)
        assert page.terms.subscriber in chris.ports.gateway.forgotten

    def test_card_whose_token_may_still_come_is_kept(self, chris: Student) -> None:
        """The first payment was found by asking; a second page's card may be the one that is told first."""
        chris.declares("01")
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        first = chris.opens_the_page_of(1)
        second = replace(first, id=f"{first.id[:-1]}f", reference=f"{first.reference}f")
        chris.ports.store.commit(Changes((second,), unchanged=(chris.registration,)))
        chris.ports.gateway.says(b"late", replace(accepted(first), **CARD))  # type: ignore[arg-type]  # its fields
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert mandate(chris).token == ""
        chris.pays(second, "7009")
        assert entries(chris) == []
        record_notification(chris.ports, b"late")
        assert mandate(chris).token == "token-1"

    def test_message_later_than_the_plan_brings_no_token_back(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        page = chris.opens_the_page_of(1)
        chris.ports.gateway.says(b"late", replace(accepted(page), **CARD))  # type: ignore[arg-type]  # its fields
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        for rank, day in ((2, "2022-07-10T01:00"), (3, "2022-08-10T01:00")):
            chris.debits_run(day)
            chris.pays(chris.opens_the_page_of(rank), f"700{rank}", token="")
        delivers(chris)
        record_notification(chris.ports, b"late")
        assert mandate(chris).token == ""
        assert "token-1" not in repr(chris.ports.memory.messages)

    def test_contradicting_message_keeps_no_token_either(self, begun: Student) -> None:
        page = begun.account.attempts[0]
        other = replace(accepted(page), amount_cents=1, token="other-token")
        record_notification(begun.ports, begun.ports.gateway.signs_elsewhere(b"other", other))
        assert "other-token" not in repr(begun.ports.memory.aside)

    def test_death_at_any_call_forgets_in_the_end_and_tells_once(
        self, chris_of: Callable[[], Student]
    ) -> None:
        def life(fatal: int) -> int:
            student = chris_of()
            (entry,) = entries(student)
            points = dying_at(student.ports, fatal)
            while entry.id in student.ports.memory.entries:
                with suppress(Died):
                    deliver_outbox(student.ports, entry.id)
                student.ports.at += LONGEST_TRY
            counted = points()
            assert mandate(student).token == ""
            assert mandate(student).subscriber in student.ports.gateway.forgotten
            assert acts(student.ports).count(Act.CARD_FORGOTTEN) == 1
            return counted

        for point in range(life(-1)):
            life(point)


def dying_at(ports: FakePorts, fatal: int) -> Callable[[], int]:
    """Let the process die before or after one call; return how many points there were."""
    points = [0]

    def call(name: str, work: Callable[[], Any]) -> Any:
        before, points[0] = points[0], points[0] + (1 if name in READS else 2)
        if before == fatal:
            raise Died
        answer = work()
        if name not in READS and before + 1 == fatal:
            raise Died
        return answer

    tap(ports, call)
    return lambda: points[0]


@pytest.fixture
def chris_of(request: pytest.FixtureRequest) -> Callable[[], Student]:
    """A student whose plan is paid, anew each time."""
    from tests.fakes.ports import enrol_student  # noqa: PLC0415 - the fixtures above use one student alone
    from tests.proof.actors import CAMPAIGN  # noqa: PLC0415 - the same

    def made() -> Student:
        ports = FakePorts(CAMPAIGN)
        registration = enrol_student(
            ports, replace(CHRIS, review_on=date(2022, 7, 24)), "I2223_Y1_1A", CAMPAIGN.id
        )
        student = Student(ports, CHRIS, registration.id)
        ports.memory.addresses[CHRIS.id] = {"home": HOME}
        student.starts_the_plan()
        student.debits_run("2022-07-10T01:00")
        student.debits_run("2022-08-10T01:00")
        return student

    return made


@pytest.fixture
def known(chris_of: Callable[[], Student]) -> Student:
    """A plan paid to its end, every way in, and all that staff wrote about the student."""
    student = chris_of()
    ports, memory = student.ports, student.ports.memory
    delivers(student)
    memory.identities["cas", "chris"] = Identity("cas", "chris", CHRIS.id, ports.at)
    memory.second_factors[CHRIS.id] = SecondFactor(CHRIS.id, "sealed", recovery_digests=("digest",))
    ports.sessions.open(new_session("hash", CHRIS, ports.at, method=Method.PASSWORD, stage=Stage.OPEN))
    kept = sum(each.kept_cents for each in student.account.payments)
    decide_registration(ports, student.registration_id, Decision.REFUSE, "motif", REGISTRAR, None, kept)
    memory.people[ADMIN.id] = ADMIN
    propose_roles(ports, CHRIS.id, frozenset({Role.AUDITOR}), "motif", ADMIN)
    issue_certificate(ports, CHRIS.id, student.registration_id)
    return student


class TestExport:
    def test_everybody_sees_all_that_is_held_on_them(self, known: Student) -> None:
        exported = export_person(known.ports, CHRIS.id, CHRIS)
        assert json.loads(json.dumps(exported)) == exported
        assert {
            *("profile", "credentials", "address", "registration", "attempt", "order", "invoice", "payment"),
            *("plan_request", "instalment", "debit", "mandate", "document", "role_change", "notification"),
            *("identity", "second_factor", "session", "audit", "mail"),
        } == set(exported["records"])
        assert exported["records"]["profile"][0]["birth_on"] == "2000-01-01"
        assert acts(known.ports)[-1] == Act.PERSON_EXPORTED

    def test_secrets_stay_where_they_are(self, known: Student) -> None:
        text = json.dumps(export_person(known.ports, CHRIS.id, CHRIS))
        for secret in ("password_hash", "token_hash", "sealed", "digests", '"token"', '"body"', '"salt"'):
            assert secret not in text

    def test_administration_exports_for_somebody(self, known: Student) -> None:
        assert export_person(known.ports, CHRIS.id, ADMIN)["person_id"] == CHRIS.id
        with pytest.raises(Forbidden):
            export_person(known.ports, CHRIS.id, REGISTRAR)
        with pytest.raises(NotFound):
            export_person(known.ports, "nobody", ADMIN)


def books(student: Student) -> tuple[Any, ...]:
    account = student.account
    invoices = [replace(each, client=None) for each in account.invoices]  # type: ignore[arg-type]  # not compared
    return (account.orders, invoices, account.payments, account.instalments, student.balance_cents)


class TestErasure:
    def test_person_is_nobody_and_the_books_stay(self, known: Student) -> None:
        before, memory = books(known), known.ports.memory
        erase_person(known.ports, CHRIS.id, REASON, ADMIN)
        account = known.account
        assert (account.person.last_name, account.person.email, account.person.birth_on) == (NOBODY, "", None)
        assert account.registrations[0].holder == NOBODY
        assert account.registrations[0].reason == ""
        assert account.attempts[0].address is None
        assert [each.line1 for each in account.person.addresses] == [""]
        assert not any((memory.logins, memory.identities, memory.second_factors, memory.sessions))
        assert {each.body for each in memory.messages.values()} == {""}
        assert known.ports.documents.stored == {
            key: pdf for key, pdf in known.ports.documents.stored.items() if key.startswith("invoices/")
        }
        assert account.invoices[0].client.last_name == "TESTCD"
        assert account.mandates[0].consent
        assert books(known) == before

    def test_what_was_still_asked_for_is_over(self, known: Student) -> None:
        erase_person(known.ports, CHRIS.id, REASON, ADMIN)
        (change,) = known.ports.memory.role_changes.values()
        assert (change.state, change.holder, change.reason) == (RoleChangeState.REFUSED, NOBODY, "")

    def test_plan_that_was_never_begun_is_withdrawn(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        erase_person(chris.ports, CHRIS.id, REASON, ADMIN)
        request = chris.account.plan_request(chris.registration_id)
        assert request
        assert (request.state, request.holder) == (PlanRequestState.WITHDRAWN, NOBODY)

    def test_trail_keeps_who_and_what_and_its_chain_holds(self, known: Student) -> None:
        seal_audit(known.ports)
        erase_person(known.ports, CHRIS.id, REASON, ADMIN)
        seal_audit(known.ports)
        assert verify_audit(known.ports).flaw is None
        reasons = {each.act: each.reason for each in known.ports.audit.chain if each.subject_id == CHRIS.id}
        assert reasons[Act.PERSON_ERASED] == REASON
        assert reasons[Act.REGISTRATION_REFUSED] == ""

    def test_nobody_gets_a_mail_any_more(self, known: Student) -> None:
        erase_person(known.ports, CHRIS.id, REASON, ADMIN)
        sent = list(known.ports.mailer.sent)
        for topic in (Topic.PASSWORD_SET, Topic.REGISTRATION_REFUSED):
            entry = OutboxEntry(topic, topic, CHRIS.id, known.registration_id, known.ports.at)
            known.ports.outbox.add(entry)
        delivers(known)
        assert known.ports.mailer.sent == sent
        assert known.ports.memory.entries == {}

    def test_needs_a_reason_a_right_and_somebody_else(self, known: Student) -> None:
        with pytest.raises(ErasureNotPossible, match="reason"):
            erase_person(known.ports, CHRIS.id, "  ", ADMIN)
        with pytest.raises(Forbidden):
            erase_person(known.ports, CHRIS.id, REASON, REGISTRAR)
        with pytest.raises(Forbidden):
            erase_person(known.ports, ADMIN.id, REASON, ADMIN)

    def test_is_refused_while_a_plan_is_open(self, begun: Student) -> None:
        with pytest.raises(ErasureNotPossible):
            erase_person(begun.ports, CHRIS.id, REASON, ADMIN)
        assert replace(begun.account.person, addresses=()) == CHRIS

    def test_page_opened_at_the_last_moment_stops_it_before_any_name_is_lost(self, chris: Student) -> None:
        chris.declares("01")
        save = chris.ports.store.commit

        def meanwhile(*written: Any) -> None:
            chris.ports.store.commit = save  # type: ignore[method-assign]
            chris.opens_the_page(choice=AddressChoice(AddressMode.NONE))
            save(*written)

        chris.ports.store.commit = meanwhile  # type: ignore[method-assign, assignment]  # the race itself
        with pytest.raises(ErasureNotPossible, match="payment"):
            erase_person(chris.ports, CHRIS.id, REASON, ADMIN)
        assert (chris.account.person.last_name, chris.account.person.is_active) == ("TESTCD", False)

    def test_closed_account_is_erased_as_well_and_twice_is_once(self, known: Student) -> None:
        memory = known.ports.memory
        memory.people[CHRIS.id] = replace(memory.people[CHRIS.id], is_active=False)
        for _ in range(2):
            erase_person(known.ports, CHRIS.id, REASON, ADMIN)
        assert acts(known.ports).count(Act.PERSON_ERASED) == 1
        assert Act.ACCOUNT_DISABLED not in acts(known.ports)

    def test_message_set_aside_loses_its_words_too(self, chris: Student) -> None:
        page = chris.opens_the_page() if chris.declares("01") else None
        assert page
        chris.pays(page, "7001")
        other = replace(refused(page, "7001"), outcome=Outcome.REFUSED_SOFT)
        record_notification(chris.ports, chris.ports.gateway.signs_elsewhere(b"contradicts", other))
        erase_person(chris.ports, CHRIS.id, REASON, ADMIN)
        (aside,) = chris.ports.memory.aside.values()
        assert (aside.body, aside.person_id) == ("", CHRIS.id)

    def test_death_at_any_call_is_made_up_for_by_the_daily_run(self, chris_of: Callable[[], Student]) -> None:
        def life(fatal: int) -> int:
            student = chris_of()
            delivers(student)
            student.is_at("2022-08-11T09:00")
            points = dying_at(student.ports, fatal)
            try:
                erase_person(student.ports, CHRIS.id, REASON, ADMIN)
            except Died:
                if student.account.person.erased_on is None:
                    erase_person(student.ports, CHRIS.id, REASON, ADMIN)
            counted = points()
            apply_retention(student.ports)
            assert student.account.person.last_name == NOBODY
            assert [each.line1 for each in student.account.person.addresses] == [""]
            assert "TESTCD" not in repr(student.account.registrations)
            assert student.ports.memory.logins == {}
            assert acts(student.ports).count(Act.PERSON_ERASED) == 1
            return counted

        for point in range(life(-1)):
            life(point)


class TestRetention:
    def test_review_of_an_open_plan_only_moves_the_day(self, begun: Student) -> None:
        memory = begun.ports.memory
        memory.people[CHRIS.id] = replace(CHRIS, review_on=paris_day(begun.ports.at))
        before = dict(memory.audit_waiting)
        assert apply_retention(begun.ports).reviewed == 1
        person = replace(begun.account.person, addresses=())
        assert person == replace(CHRIS, review_on=date(2022, 7, 25), version=2)
        assert memory.audit_waiting == before
        assert apply_retention(begun.ports).reviewed == 0

    def test_proof_goes_after_13_months_and_is_told(self, known: Student) -> None:
        known.is_at("2023-09-10T03:00")
        assert apply_retention(known.ports).expired == 1
        (mandate_left,) = known.account.mandates
        assert (mandate_left.consent, mandate_left.card_last_digits) == ("", "")
        assert known.account.attempts[0].evidence.card_last_digits == ""
        assert known.account.person.last_name == "TESTCD"
        entry = list(known.ports.memory.audit_waiting.values())[-1]
        assert (entry.act, entry.by, entry.details) == (
            Act.RETENTION_APPLIED,
            SCHEDULE,
            {"attempts": "1", "mandates": "1", "notifications": "1"},
        )

    def test_account_ends_by_itself_and_the_invoice_ten_years_later(self, known: Student) -> None:
        before = books(known)
        known.is_at("2027-10-01T03:00")
        assert apply_retention(known.ports).erased == 1
        assert known.account.person.erased_on == date(2027, 10, 1)
        assert known.account.invoices[0].client.last_name == "TESTCD"
        assert known.account.person.review_on == date(2033, 1, 1)
        known.is_at("2033-01-01T03:00")
        assert apply_retention(known.ports).expired == 1
        assert known.account.invoices[0].client.last_name == NOBODY
        assert known.ports.documents.stored == {}
        assert known.account.person.review_on is None
        assert books(known) == before

    def test_invoice_without_pdf_expires_too(self, known: Student) -> None:
        known.ports.memory.documents.clear()
        known.is_at("2033-01-01T03:00")
        apply_retention(known.ports)
        assert (known.account.invoices[0].client.last_name, known.ports.documents.stored) == (NOBODY, {})

    def test_somebody_without_a_file_is_measured_by_the_current_campaign(self, chris: Student) -> None:
        chris.ports.memory.registrations_by_id.clear()
        chris.ports.memory.people[CHRIS.id] = replace(CHRIS, review_on=date(2022, 7, 1))
        chris.is_at("2023-11-02T03:00")
        assert apply_retention(chris.ports).erased == 1

    @pytest.mark.parametrize("failure", [ConcurrentUpdate("person"), OSError("odd row")])
    def test_one_persons_failure_delays_nobody_else(self, known: Student, failure: Exception) -> None:
        memory, ports = known.ports.memory, known.ports
        other = replace(CHRIS, id="00000000000000c9", email="other@demo.test", review_on=date(2022, 8, 1))
        memory.people[other.id] = other
        known.is_at("2022-09-01T03:00")
        file_of = ports.personal.file

        def failing(person_id: str) -> Any:
            if person_id == CHRIS.id:
                raise failure
            return file_of(person_id)

        ports.personal.file = failing  # type: ignore[method-assign]  # the failure itself
        ports.alarms.expects_failures = True
        told = ["failure retention not applied OSError"] if isinstance(failure, OSError) else []
        assert apply_retention(ports).failed == len(told)
        assert ports.alarms.raised == told
        assert memory.people[CHRIS.id].review_on == date(2022, 7, 24)
        assert memory.people[other.id].review_on != other.review_on

    def test_death_at_any_call_loses_nothing_and_leaves_nothing(
        self, chris_of: Callable[[], Student]
    ) -> None:
        def life(fatal: int) -> int:
            student = chris_of()
            delivers(student)
            student.is_at("2033-01-02T03:00")
            before, points = books(student), dying_at(student.ports, fatal)
            for _ in range(3):
                with suppress(Died):
                    apply_retention(student.ports)
            counted = points()
            apply_retention(student.ports)
            assert student.account.person.review_on is None
            assert "TESTCD" not in repr(student.account)
            assert student.ports.documents.stored == {}
            assert books(student) == before
            return counted

        for point in range(life(-1)):
            life(point)
