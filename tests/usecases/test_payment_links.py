"""P25: by a link somebody without an account pays a share, never more than is owed, each with a receipt."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.books.given_back import taken_back
from chalicelib.domain.causes import RegistrationRefusedFor
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.errors import (
    AddressMissing,
    AlreadyPaid,
    CoveredByCredit,
    Forbidden,
    NotFound,
    PaymentOpen,
    PaymentUnclear,
    PlanBinding,
    QuittanceError,
    RegistrationRefused,
    TooManyAttempts,
)
from chalicelib.domain.limits import PAYMENT_LINK, PAYMENT_LINK_START
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.domain.payment_links.refusals import (
    LinkAboveOwed,
    LinkAmountMoved,
    LinkClosed,
    LinkLeavesTooLittle,
    LinkMisdated,
    LinkNothingLeft,
    LinksTooMany,
    LinkTooSmall,
    OtherPaymentOpen,
    PaymentLinkExpired,
    PaymentLinkOver,
    PaymentLinkPaid,
    PaymentLinkRevoked,
    for_strangers,
)
from chalicelib.domain.payment_links.standing import LinkState
from chalicelib.domain.payments import Answer, Attempt, AttemptState, PaymentMethod
from chalicelib.domain.people import Role
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payment_links.make_link import make_link, revoke_link, show_links
from chalicelib.usecases.payment_links.pay_by_link import open_link, show_link
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.show_attempt import note_return
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student, accepted
from tests.usecases.link_steps import (
    OTHER_PARENT,
    PARENT,
    PHONE,
    UNTIL,
    asks,
    leaves,
    makes,
    state,
)
from tests.usecases.refund_steps import approves, asked, payment, prepares, refund
from tests.usecases.test_payers_at_once import Beaten
from tests.usecases.test_refunds_at_once import at_once


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


def delivers(student: Student, *topics: Topic) -> None:
    for entry in [each for each in student.ports.memory.entries.values() if each.topic in topics]:
        deliver_outbox(student.ports, entry.id)


def pays_twice_by_links(student: Student) -> None:
    """Let two payers pay all that is owed: the second ("7002") on a page that was given up."""
    made, other = makes(student, 60100), makes(student, 60100)
    old = leaves(student, made)
    give_up_attempt(student.ports, CHRIS.id, old.id)
    student.pays(leaves(student, other, OTHER_PARENT), "7001")
    student.pays(old, "7002")


class TestMaking:
    def test_keeps_the_digest_of_a_token_that_is_told_once(self, declared: Student) -> None:
        made = makes(declared)
        assert (made.link.amount_cents, made.link.until, made.link.made_by) == (30000, UNTIL, CHRIS.id)
        assert made.token not in repr(declared.ports.memory.payment_links)
        assert made.token not in repr(
            [vars(each) for each in declared.ports.memory.payment_link_keys.values()]
        )
        assert asks(declared, made) == 30000
        assert state(declared, made) is LinkState.OPEN
        (entry,) = [e for e in declared.ports.memory.audit_waiting.values() if e.act is Act.PAYMENT_LINK_MADE]
        assert entry.details == {"amount_cents": "30000", "until": "2022-07-10"}

    def test_of_the_rest_asks_for_what_is_owed_when_it_is_opened(self, declared: Student) -> None:
        share, rest = makes(declared, 30000), makes(declared, None)
        assert asks(declared, rest) == 60100
        declared.pays(leaves(declared, share))
        assert asks(declared, rest) == 30100

    @pytest.mark.parametrize(
        ("cents", "until", "refusal"),
        [
            (60101, UNTIL, LinkAboveOwed),
            (99, UNTIL, LinkTooSmall),
            (60050, UNTIL, LinkLeavesTooLittle),
            (30000, date(2022, 6, 23), LinkMisdated),
            (30000, date(2022, 12, 1), LinkMisdated),
        ],
    )
    def test_is_bounded_by_what_is_owed_and_by_its_last_day(
        self, declared: Student, cents: int, until: date, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            make_link(declared.ports, declared.registration_id, WantedLink(cents, until), CHRIS)

    def test_may_be_for_all_or_to_the_last_cent_that_can_be_paid(self, declared: Student) -> None:
        assert makes(declared, 60100).link.amount_cents == 60100
        assert makes(declared, 60000).link.amount_cents == 60000

    def test_five_at_most_are_usable_at_once(self, declared: Student) -> None:
        first, *_ = [makes(declared, None) for _ in range(5)]
        with pytest.raises(LinksTooMany):
            makes(declared)
        revoke_link(declared.ports, first.link.id, CHRIS)
        makes(declared)

    def test_needs_the_address_of_the_invoice_s_client(self, chris: Student) -> None:
        chris.declares("01")
        made = makes(chris)
        chris.ports.memory.addresses.clear()
        with pytest.raises(AddressMissing):
            makes(chris)
        with pytest.raises(AddressMissing):
            leaves(chris, made)

    def test_is_refused_beside_a_plan_and_for_a_refused_file(self, declared: Student) -> None:
        declared.asks_for()
        with pytest.raises(PlanBinding):
            makes(declared)
        decide_registration(declared.ports, declared.registration_id, Decision.REFUSE, "non", REGISTRAR)
        with pytest.raises(RegistrationRefused):
            makes(declared)

    def test_is_the_student_s_or_accounting_s_alone(self, declared: Student) -> None:
        made = makes(declared, by=ACCOUNTANT)
        for act in (
            lambda: makes(declared, by=REGISTRAR),
            lambda: revoke_link(declared.ports, made.link.id, REGISTRAR),
            lambda: show_links(declared.ports, declared.registration_id, REGISTRAR),
        ):
            with pytest.raises(Forbidden):
                act()
        assert show_links(declared.ports, declared.registration_id, ACCOUNTANT).payment_links == (made.link,)


class TestOpening:
    def test_a_token_of_nobody_is_over_and_guessing_is_limited(self, declared: Student) -> None:
        made = makes(declared)
        for _ in range(PAYMENT_LINK.most):
            with pytest.raises(PaymentLinkOver):
                open_link(declared.ports, "of nobody", PHONE)
        with pytest.raises(TooManyAttempts):
            open_link(declared.ports, "of nobody", PHONE)
        with pytest.raises(PaymentLinkOver):
            open_link(declared.ports, "of nobody", "203.0.113.1")
        open_link(declared.ports, made.token, PHONE)

    def test_one_that_exists_is_not_counted(self, declared: Student) -> None:
        made = makes(declared)
        for _ in range(PAYMENT_LINK.most + 1):
            open_link(declared.ports, made.token, PHONE)

    def test_starts_by_one_link_are_limited(self, declared: Student) -> None:
        made = makes(declared)
        for _ in range(PAYMENT_LINK_START.most):
            leaves(declared, made)
        with pytest.raises(TooManyAttempts):
            leaves(declared, made)

    def test_is_over_after_its_last_day_and_forgotten_a_month_later(self, declared: Student) -> None:
        made = makes(declared)
        declared.is_at("2022-07-10T23:59")
        assert asks(declared, made) == 30000
        declared.is_at("2022-07-11T00:00")
        assert state(declared, made) is LinkState.EXPIRED
        with pytest.raises(PaymentLinkExpired):
            asks(declared, made)
        declared.is_at("2022-08-11T00:00")
        with pytest.raises(PaymentLinkOver):
            open_link(declared.ports, made.token, PHONE)

    def test_page_that_is_open_at_midnight_is_not_opened_again(self, declared: Student) -> None:
        made = makes(declared)
        declared.is_at("2022-07-10T23:55")
        leaves(declared, made)
        declared.is_at("2022-07-11T00:05")
        with pytest.raises(PaymentLinkExpired):
            leaves(declared, made, seen=30000)

    def test_of_a_closed_account_opens_nothing(self, declared: Student) -> None:
        made = makes(declared)
        administrator = replace(REGISTRAR, id="00000000000000e1", roles=frozenset({Role.ADMINISTRATOR}))
        close_account(declared.ports, CHRIS.id, False, "départ", administrator)  # noqa: FBT003
        with pytest.raises(PaymentLinkOver):
            open_link(declared.ports, made.token, PHONE)

    def test_of_a_row_that_is_gone_opens_nothing(self, declared: Student) -> None:
        made = makes(declared)
        declared.ports.memory.payment_links.clear()
        with pytest.raises(PaymentLinkOver):
            open_link(declared.ports, made.token, PHONE)
        declared.ports.memory.registrations_by_id.clear()
        with pytest.raises(PaymentLinkOver):
            open_link(declared.ports, made.token, PHONE)


class TestPaying:
    def test_books_the_share_and_tells_student_and_payer(self, declared: Student) -> None:
        made = makes(declared)
        declared.pays(leaves(declared, made))
        assert (declared.balance_cents, declared.registration.part_paid) == (30100, True)
        assert state(declared, made) is LinkState.PAID
        (invoice,) = declared.account.invoices
        assert (invoice.client.last_name, invoice.totals.total_cents) == ("TESTCD", 60100)
        assert invoice.client.address
        assert invoice.client.address.city == "Aubière"
        delivers(declared, Topic.LINK_PAID, Topic.LINK_RECEIPT)
        mailer = declared.ports.mailer
        assert mailer.sent[-2:] == [(CHRIS.email, Topic.LINK_PAID), (PARENT.email, Topic.LINK_RECEIPT)]
        receipt = mailer.texts[-1]
        assert "300,00\N{NO-BREAK SPACE}€" in receipt
        assert "C. T." in receipt
        for secret in ("Chris", "TESTCD", "601,00", declared.registration_id, "I2223_Y1_1A"):
            assert secret not in receipt
        assert "Il reste 301,00\N{NO-BREAK SPACE}€" in mailer.texts[-2]
        act = next(e for e in declared.ports.memory.audit_waiting.values() if e.act is Act.PAYMENT_BOOKED)
        assert act.details["link"] == made.link.id
        assert PARENT.email not in repr(act)

    def test_gateway_hears_of_the_payer_and_not_of_the_student(
        self, declared: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard = []
        page = declared.ports.gateway.payment_page
        monkeypatch.setattr(
            declared.ports.gateway, "payment_page", lambda *them: heard.append(them) or page(*them)
        )
        attempt = leaves(declared, makes(declared))
        sent, payer, *_ = heard[-1]
        assert (payer.email, payer.first_name, sent.address) == (PARENT.email, "Alex", PARENT.address)
        assert attempt.address is None

    def test_another_amount_than_the_one_seen_is_shown_first(self, declared: Student) -> None:
        made = makes(declared, 60100)
        with pytest.raises(LinkAmountMoved):
            leaves(declared, made, seen=100)
        declared.pays(leaves(declared, makes(declared, 40000)))
        with pytest.raises(LinkAmountMoved) as moved:
            leaves(declared, made, seen=60100)
        assert moved.value.amount_cents == 20100
        assert declared.account.attempts[-1].amount_cents == 40000

    def test_two_parents_pay_shares_at_once_and_never_more_than_is_owed(self, declared: Student) -> None:
        mine, theirs = makes(declared, 30000), makes(declared, None)
        first = leaves(declared, mine)
        second = leaves(declared, theirs, OTHER_PARENT)
        assert (first.amount_cents, second.amount_cents) == (30000, 30100)
        declared.pays(second, "7002")
        declared.pays(first, "7001")
        assert declared.balance_cents == 0
        delivers(declared, Topic.LINK_RECEIPT)
        assert {to for to, _ in declared.ports.mailer.sent} == {PARENT.email, OTHER_PARENT.email}
        check_books(declared.ports.memory)

    def test_eight_links_opened_at_once_reserve_what_is_owed(self, declared: Student) -> None:
        links = [makes(declared, cents) for cents in (40000, 40000, 30000, 20000, 60100)]
        at_once([lambda made=made: leaves(declared, made) for made in links])  # type: ignore[misc]
        opened = [each.amount_cents for each in declared.account.attempts]
        assert 0 < sum(opened) <= 60100

    def test_who_comes_while_all_is_reserved_waits_and_is_told_until_when(self, declared: Student) -> None:
        mine, theirs = makes(declared, 60100), makes(declared, 60100)
        open_page = leaves(declared, mine)
        with pytest.raises(OtherPaymentOpen) as waits:
            leaves(declared, theirs, OTHER_PARENT, seen=60100)
        assert waits.value.until == open_page.opened_at + timedelta(minutes=20)
        with pytest.raises(PaymentOpen):
            declared.opens_the_page()
        declared.ports.move(minutes=21)
        reconcile_payments(declared.ports)
        declared.pays(leaves(declared, theirs, OTHER_PARENT))
        assert declared.balance_cents == 0

    def test_page_of_the_student_comes_before_a_link(self, declared: Student) -> None:
        made = makes(declared)
        declared.opens_the_page()
        with pytest.raises(OtherPaymentOpen):
            asks(declared, made)

    def test_link_opened_twice_has_one_attempt_of_its_first_payer(self, declared: Student) -> None:
        made = makes(declared)
        first = leaves(declared, made)
        again = leaves(declared, made, replace(PARENT, first_name="Sacha"))
        assert (again.reference, again.amount_cents) == (first.reference, first.amount_cents)
        assert again.link
        assert again.link.card_payer == replace(PARENT, first_name="Sacha")
        with pytest.raises(OtherPaymentOpen):
            leaves(declared, made, OTHER_PARENT)
        declared.pays(first)
        with pytest.raises(PaymentLinkPaid):
            leaves(declared, made, OTHER_PARENT, seen=30000)

    def test_page_that_was_paid_unheard_is_booked_instead_of_opened_again(self, declared: Student) -> None:
        made = makes(declared)
        attempt = leaves(declared, made)
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(minutes=1)
        with pytest.raises(PaymentLinkPaid):
            leaves(declared, made)
        assert state(declared, made) is LinkState.PAID

    def test_return_by_the_accepted_way_asks_once(self, declared: Student) -> None:
        made = makes(declared)
        attempt = leaves(declared, made)
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        note_return(declared.ports, attempt.id)
        last = show_link(declared.ports, made.token, PHONE).last_use
        assert last
        assert last.state is AttemptState.PAID

    def test_page_of_a_payer_who_is_still_away_or_was_heard_of_asks_nothing(
        self, declared: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made, asked_for = makes(declared), list[str]()
        inquire = declared.ports.gateway.inquire

        def told(attempt: Attempt, *more: Any) -> Answer:
            asked_for.append(attempt.id)
            return inquire(attempt, *more)

        monkeypatch.setattr(declared.ports.gateway, "inquire", told)
        attempt = leaves(declared, made)
        show_link(declared.ports, made.token, PHONE)
        assert asked_for == []
        note_return(declared.ports, attempt.id)
        declared.pays(attempt)
        heard = len(asked_for)
        show_link(declared.ports, made.token, PHONE)
        assert len(asked_for) == heard

    def test_unclear_answer_makes_everybody_wait(self, declared: Student) -> None:
        made, other = makes(declared), makes(declared)
        attempt = leaves(declared, made)
        declared.ports.memory.attempts[attempt.id] = replace(attempt, in_question=True)
        with pytest.raises(PaymentUnclear):
            leaves(declared, other, seen=30000)

    def test_amount_follows_a_change_of_situation(self, declared: Student) -> None:
        made = makes(declared, None)
        declared.declares("05")
        assert asks(declared, made) == 377000

    def test_credit_is_allocated_before_a_page_opens(self, declared: Student) -> None:
        made, payments = makes(declared, None), declared.ports.memory.payments
        declared.pays(leaves(declared, makes(declared)))
        owner, paid = payments["7001"]
        payments["7001"] = (owner, replace(paid, allocated_cents=20000))
        assert leaves(declared, made).amount_cents == 30100
        assert payments["7001"][1].allocated_cents == 30000

    def test_page_that_asks_for_more_than_is_left_is_not_opened_again(self, declared: Student) -> None:
        made = makes(declared)
        leaves(declared, made)
        cheque = ReceivedMoney(PaymentMethod.CHEQUE, 50000, "1", date(2022, 6, 24))
        receive_payment(declared.ports, declared.registration_id, cheque, ACCOUNTANT, None)
        with pytest.raises(PaymentOpen):
            leaves(declared, made)

    def test_surplus_of_an_old_page_is_told_to_its_payer(self, declared: Student) -> None:
        pays_twice_by_links(declared)
        assert declared.balance_cents == -60100
        delivers(declared, Topic.LINK_RECEIPT)
        assert "rend ce qui est de trop" in declared.ports.mailer.texts[-1]

    def test_money_that_the_bank_gave_back_is_told_to_its_payer(self, declared: Student) -> None:
        attempt = leaves(declared, makes(declared))
        declared.pays(attempt)
        kept = declared.ports.memory.attempts[attempt.id]
        booked = payment(declared, "7001")
        file = declared.file
        told = taken_back(file, booked, declared.ports.at).outbox
        assert [(each.topic, each.amount_cents) for each in told][1:] == [(Topic.LINK_REFUNDED, 30000)]
        assert kept.link
        nobody = replace(kept, link=replace(kept.link, card_payer=None))
        assert len(taken_back(replace(file, attempts=(nobody,)), booked, declared.ports.at).outbox) == 1

    def test_what_is_given_back_goes_to_the_card_that_paid(self, declared: Student) -> None:
        pays_twice_by_links(declared)
        credit = payment(declared, "7002")
        sent = refund(declared, approves(declared, prepares(declared, credit, asked())))
        assert sent.payment_id == credit.id
        assert declared.ports.gateway.vault.returned("7002") == 60100
        delivers(declared, Topic.REFUND_SENT, Topic.LINK_REFUNDED)
        assert declared.ports.mailer.sent[-1] == (PARENT.email, Topic.LINK_REFUNDED)
        assert "a payé 601,00" in declared.ports.mailer.texts[-1]
        assert "Chris" not in declared.ports.mailer.texts[-1]

    def test_each_part_that_is_given_back_is_told_to_its_payer(self, declared: Student) -> None:
        pays_twice_by_links(declared)
        for cents, left in ((10000, 60100), (50100, 50100)):
            approves(declared, prepares(declared, payment(declared, "7002"), asked(cents, left)))
        told = [each for each in declared.ports.memory.entries.values() if each.topic is Topic.LINK_REFUNDED]
        assert sorted(each.amount_cents or 0 for each in told) == [10000, 50100]

    def test_student_cannot_leave_by_the_page_of_a_payer(self, declared: Student) -> None:
        attempt = leaves(declared, makes(declared, 60100))
        with pytest.raises(PaymentOpen):
            resume_card_payment(declared.ports, CHRIS.id, attempt.id)
        give_up_attempt(declared.ports, CHRIS.id, attempt.id)
        assert declared.opens_the_page().amount_cents == 60100


class TestRevoking:
    def test_ends_it_at_once_for_whoever_has_it(self, declared: Student) -> None:
        made = makes(declared)
        assert revoke_link(declared.ports, made.link.id, CHRIS).revoked_at
        assert revoke_link(declared.ports, made.link.id, ACCOUNTANT).revoked_by == CHRIS.id
        with pytest.raises(PaymentLinkRevoked):
            leaves(declared, made, seen=30000)
        with pytest.raises(NotFound):
            revoke_link(declared.ports, f"{declared.registration_id}-l0", CHRIS)

    def test_while_the_gateway_s_page_is_open_lets_its_money_in_and_no_second_page(
        self, declared: Student
    ) -> None:
        made = makes(declared)
        attempt = leaves(declared, made)
        revoke_link(declared.ports, made.link.id, CHRIS)
        with pytest.raises(PaymentLinkRevoked):
            leaves(declared, made, seen=30000)
        declared.pays(attempt)
        assert declared.balance_cents == 30100

    @pytest.mark.parametrize("is_open", [False, True])
    def test_that_comes_between_a_start_and_its_commit_wins(self, declared: Student, is_open: bool) -> None:  # noqa: FBT001
        made = makes(declared)
        if is_open:
            leaves(declared, made)
        forms = len(declared.account.attempts)
        Beaten(declared, lambda: revoke_link(declared.ports, made.link.id, CHRIS))
        with pytest.raises(PaymentLinkRevoked):
            leaves(declared, made, seen=30000)
        assert len(declared.account.attempts) == forms


def test_erased_payer_is_not_mailed(declared: Student) -> None:
    declared.pays(leaves(declared, makes(declared)))
    for attempt in list(declared.ports.memory.attempts.values()):
        assert attempt.link
        nobody = replace(attempt.link, card_payer=None)
        declared.ports.memory.attempts[attempt.id] = replace(attempt, link=nobody)
    delivers(declared, Topic.LINK_RECEIPT)
    assert declared.ports.mailer.sent == []


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (PaymentLinkRevoked(), PaymentLinkRevoked),
        (AlreadyPaid(), LinkNothingLeft),
        (CoveredByCredit(60100), LinkNothingLeft),
        (RegistrationRefusedFor("motif"), LinkClosed),
        (PaymentUnclear(), LinkClosed),
    ],
)
def test_strangers_are_told_nothing_of_the_file(refusal: QuittanceError, told: type[QuittanceError]) -> None:
    assert type(for_strangers(refusal)) is told
