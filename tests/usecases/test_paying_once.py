"""A registration paid in one go, on fakes: from the dossier to the account position."""

from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.domain import errors
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.causes import RegistrationRefusedFor, WindowReopens
from chalicelib.domain.changes import Changes
from chalicelib.domain.fees import shown_quote
from chalicelib.domain.payments import AttemptState, Outcome, PaymentMethod
from chalicelib.domain.people import Address
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.show_attempt import show_attempt
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import show_account, show_file
from tests.fakes.ports import HOME, MANUAL_DAY
from tests.usecases.conftest import CHRIS, REGISTRAR, Student, accepted, refused

TODAY = paris_day(MANUAL_DAY)


def test_declared_situation_gives_the_manuals_amount(chris: Student) -> None:
    chris.declares("05")
    lines = shown_quote(show_file(chris.ports, CHRIS.id, chris.registration_id))
    assert [(line.product, line.total_cents) for line in lines] == [("Droits de scolarité", 377000)]


def test_paid_registration_has_one_order_one_invoice_one_payment_and_balances(chris: Student) -> None:
    chris.declares("05")
    attempt = chris.opens_the_page()
    record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
    account = show_account(chris.ports, CHRIS.id)
    assert [order.number for order in account.orders] == [9357]
    assert [(each.number, each.totals.total_cents) for each in account.invoices] == [(9196, 377000)]
    (payment,) = account.payments
    assert (payment.amount_cents, payment.allocated_cents) == (377000, 377000)
    assert (payment.method, payment.attempt_id, payment.call) == (PaymentMethod.CARD, attempt.id, "8001")
    assert (account.position(TODAY).balance_cents, account.position(TODAY).position_cents) == (0, 0)
    assert show_attempt(chris.ports, CHRIS.id, attempt.id).state is AttemptState.PAID


def test_refused_payment_leaves_nothing_to_undo_and_can_be_tried_again(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    record_notification(chris.ports, chris.ports.gateway.says(b"refused", refused(attempt)))
    assert chris.attempt(attempt.id).state is AttemptState.REFUSED
    assert show_account(chris.ports, CHRIS.id).payments == ()
    assert chris.opens_the_page().id == attempt.id


def test_unclear_answer_is_unknown_and_nobody_is_asked_to_pay_again(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    unclear = refused(attempt, outcome=Outcome.UNKNOWN)
    record_notification(chris.ports, chris.ports.gateway.says(b"unclear", unclear))
    assert chris.attempt(attempt.id).state is AttemptState.UNKNOWN
    with pytest.raises(errors.PaymentUnclear):
        chris.opens_the_page()


def test_second_paid_page_is_kept_as_an_overpayment(chris: Student) -> None:
    chris.declares("01")
    first, second = chris.keeps_a_page(), chris.opens_the_page()
    record_notification(chris.ports, chris.ports.gateway.says(b"1", accepted(first, "7001")))
    record_notification(chris.ports, chris.ports.gateway.says(b"2", accepted(second, "7002")))
    account = show_account(chris.ports, CHRIS.id)
    assert [each.is_overpayment for each in account.payments] == [False, True]
    assert len(account.orders) == len(account.invoices) == 1
    assert account.position(TODAY).balance_cents == -60100
    assert chris.ports.alarms.raised == [f"overpayment {second.id}"]
    booked = [each for each in chris.ports.memory.audit_waiting.values() if each.act is Act.PAYMENT_BOOKED]
    assert ["order" in each.details for each in booked] == [True, False]
    mails = [each for each in chris.ports.memory.entries.values() if each.id.endswith(("-7001", "-7002"))]
    assert [each.amount_cents for each in mails] == [60100, 60100]


def test_paid_notification_counts_after_the_window_closed(chris: Student) -> None:
    chris.declares("05")
    attempt = chris.opens_the_page()
    chris.ports.move(days=31)
    record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
    assert chris.registration.is_paid


def test_invoice_dates_never_go_back_in_the_sequence(chris: Student) -> None:
    chris.declares("05")
    attempt = chris.opens_the_page()
    sequence = chris.ports.accounts.sequence(chris.ports.campaigns.current())
    tomorrow = chris.ports.at.date().replace(day=25)
    chris.ports.memory.sequences["INP"] = replace(sequence, last_drawn_on=tomorrow, version=3)
    record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
    assert show_account(chris.ports, CHRIS.id).invoices[0].issued_on == tomorrow


class TestStartingIsRefused:
    def test_without_a_situation(self, chris: Student) -> None:
        with pytest.raises(errors.FeeSituationMissing):
            chris.opens_the_page()

    def test_when_nothing_is_owed(self, chris: Student) -> None:
        chris.declares("02")
        with pytest.raises(errors.NothingToPay):
            chris.opens_the_page()

    def test_once_paid(self, chris: Student) -> None:
        chris.declares("01")
        attempt = chris.opens_the_page()
        record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
        with pytest.raises(errors.AlreadyPaid):
            chris.opens_the_page()

    def test_while_the_windows_are_closed(self, chris: Student) -> None:
        chris.declares("01")
        chris.ports.move(days=31)
        with pytest.raises(errors.WindowClosed, match="reopens") as closed:
            chris.opens_the_page()
        assert closed.value == WindowReopens(datetime(2022, 8, 18, tzinfo=PARIS))

    def test_once_the_campaign_is_over(self, chris: Student) -> None:
        chris.declares("01")
        chris.ports.move(days=400)
        with pytest.raises(errors.WindowClosed, match="over"):
            chris.opens_the_page()

    def test_when_the_registrar_refused(self, chris: Student) -> None:
        chris.declares("02")
        decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "pièce manquante", REGISTRAR)
        with pytest.raises(errors.RegistrationRefused, match="reason") as refusal:
            chris.opens_the_page()
        assert refusal.value == RegistrationRefusedFor("pièce manquante")

    def test_when_the_file_was_withdrawn(self, chris: Student) -> None:
        withdrawn = replace(chris.registration, status=RegistrationStatus.WITHDRAWN)
        chris.ports.memory.add(withdrawn)
        with pytest.raises(errors.RegistrationRefused):
            chris.opens_the_page()

    def test_when_the_gateway_is_down_and_no_attempt_is_left_behind(self, chris: Student) -> None:
        chris.declares("01")
        chris.ports.gateway.is_up = False
        with pytest.raises(errors.GatewayUnavailable):
            chris.opens_the_page()
        assert show_account(chris.ports, CHRIS.id).attempts == ()

    def test_for_somebody_elses_registration(self, chris: Student) -> None:
        chris.registration_id = "00000000000000ff-1"
        with pytest.raises(errors.NotFound):
            chris.opens_the_page()

    def test_with_an_unknown_saved_address(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(errors.AddressUnknown):
            chris.opens_the_page(choice=AddressChoice(AddressMode.SAVED, id="nowhere"))


def test_same_situation_again_writes_nothing(chris: Student) -> None:
    first = chris.declares("05")
    assert chris.declares("05") == first


class TestAddress:
    def test_new_one_goes_to_the_invoice_and_is_kept_when_asked(self, chris: Student, home: Address) -> None:
        chris.declares("01")
        choice = AddressChoice(AddressMode.NEW, new=home, keep=True)
        attempt = chris.opens_the_page(choice=choice)
        record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
        account = show_account(chris.ports, CHRIS.id)
        assert [each.line1 for each in account.person.addresses] == [HOME.line1, home.line1]
        client = account.invoices[0].client
        assert client.address is not None
        assert client.address.lines == (home.line1,)

    def test_saved_one_is_found_again(self, chris: Student, home: Address) -> None:
        chris.declares("01")
        chris.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home, keep=True))
        _, saved = show_account(chris.ports, CHRIS.id).person.addresses
        again = chris.opens_the_page(choice=AddressChoice(AddressMode.SAVED, id=saved.id))
        assert again.address == saved

    def test_the_wanted_one_of_several_is_taken(self, chris: Student, home: Address) -> None:
        chris.declares("01")
        for line in ("1 rue A", "2 rue B"):
            chris.opens_the_page(
                choice=AddressChoice(AddressMode.NEW, new=replace(home, line1=line), keep=True)
            )
        second = show_account(chris.ports, CHRIS.id).person.addresses[2]
        assert chris.opens_the_page(choice=AddressChoice(AddressMode.SAVED, id=second.id)).address == second

    def test_new_one_is_not_kept_unless_asked(self, chris: Student, home: Address) -> None:
        chris.declares("01")
        chris.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home))
        assert show_account(chris.ports, CHRIS.id).person.addresses == (HOME,)

    def test_saved_one_goes_to_the_invoice_and_not_to_the_gateway_if_none_is_to_be_told(
        self, chris: Student
    ) -> None:
        chris.declares("01")
        attempt = chris.opens_the_page(choice=AddressChoice(AddressMode.NONE))
        assert attempt.address is None
        chris.pays(attempt)
        client = show_account(chris.ports, CHRIS.id).invoices[0].client
        assert client.address is not None
        assert client.address.lines == (HOME.line1,)


class TestWithoutAnyAddress:
    @pytest.fixture
    def homeless(self, chris: Student) -> Student:
        chris.ports.memory.addresses.clear()
        chris.declares("01")
        return chris

    def test_nothing_is_started(self, homeless: Student) -> None:
        with pytest.raises(errors.AddressMissing):
            homeless.opens_the_page(choice=AddressChoice(AddressMode.NONE))
        assert homeless.account.attempts == ()

    def test_no_first_instalment_is_started(self, homeless: Student) -> None:
        homeless.asks_for("paybox-3")
        homeless.is_told(PlanDecision.APPROVE)
        with pytest.raises(errors.AddressMissing):
            homeless.opens_the_page_of(1)
        assert homeless.account.attempts == ()

    def test_open_attempt_is_resumed_with_its_own(self, homeless: Student, home: Address) -> None:
        attempt = homeless.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home))
        resumed = resume_card_payment(homeless.ports, CHRIS.id, attempt.id)
        assert resumed is not None
        assert resumed.attempt.address == attempt.address
        assert resumed.page is not None

    def test_open_attempt_is_not_resumed_without_one(self, homeless: Student, home: Address) -> None:
        attempt = homeless.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home))
        with pytest.raises(errors.AddressMissing):
            homeless.opens_the_page(choice=AddressChoice(AddressMode.NONE))
        assert homeless.attempt(attempt.id).address == attempt.address

    def test_attempt_of_an_earlier_release_is_not_resumed_until_one_is_given(
        self, homeless: Student, home: Address
    ) -> None:
        attempt = homeless.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home))
        homeless.ports.memory.attempts[attempt.id] = replace(homeless.attempt(attempt.id), address=None)
        with pytest.raises(errors.AddressMissing):
            resume_card_payment(homeless.ports, CHRIS.id, attempt.id)
        again = homeless.opens_the_page(choice=AddressChoice(AddressMode.NEW, new=home))
        assert (again.id, again.address) == (attempt.id, attempt.address)


class TestIdempotencyKey:
    def test_same_key_and_body_find_the_same_attempt_again(self, chris: Student) -> None:
        chris.declares("01")
        assert chris.opens_the_page(key="k").id == chris.opens_the_page(key="k").id

    def test_same_key_with_another_body_is_refused(self, chris: Student, home: Address) -> None:
        chris.declares("01")
        chris.opens_the_page(key="k")
        with pytest.raises(errors.IdempotencyKeyReused):
            chris.opens_the_page(key="k", choice=AddressChoice(AddressMode.NEW, new=home))

    def test_two_clicks_at_once_find_one_attempt(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("01")
        start = chris.ports.store.commit
        clicks = iter([True, False])

        def beaten(*arguments: object) -> None:
            start(*arguments)  # type: ignore[arg-type]
            if next(clicks):
                raise errors.ConcurrentUpdate

        # The other click writes between our read and our write, which no fake does by itself.
        monkeypatch.setattr(chris.ports.store, "commit", beaten)
        attempt = chris.opens_the_page(key="k")
        assert show_account(chris.ports, CHRIS.id).attempts == (attempt,)

    def test_same_key_is_bound_by_the_rules_of_a_new_start(self, chris: Student) -> None:
        chris.declares("01")
        chris.opens_the_page(key="k")
        chris.ports.move(days=31)
        with pytest.raises(errors.WindowClosed):
            chris.opens_the_page(key="k")

    def test_same_key_begins_another_attempt_once_the_first_is_over(self, chris: Student) -> None:
        chris.declares("01")
        first = chris.opens_the_page(key="k")
        give_up_attempt(chris.ports, CHRIS.id, first.id)
        second = chris.opens_the_page(key="k")
        assert second.id != first.id
        assert chris.opens_the_page(key="k").id == second.id


def test_two_tabs_that_change_the_file_at_once_do_not_both_win(chris: Student) -> None:
    stale = chris.registration
    chris.declares("01")
    with pytest.raises(errors.ConcurrentUpdate):
        chris.ports.store.commit(
            Changes((replace(stale, fee_situation_code="02", version=stale.version + 1),), audit=chris.trace)
        )


def test_another_persons_attempt_does_not_exist_for_me(chris: Student) -> None:
    with pytest.raises(errors.NotFound):
        show_attempt(chris.ports, CHRIS.id, "00000000000000ff-1-0000000000000001")
