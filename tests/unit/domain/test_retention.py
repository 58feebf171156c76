"""How long things stay, for any account; and that nothing goes while money may still move."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import months_after
from chalicelib.domain.campaign import PostalAddress, Retention
from chalicelib.domain.causes import PaymentRunning, PlanRunning, SumOwed, SumToGiveBack
from chalicelib.domain.errors import ErasureNotPossible
from chalicelib.domain.invoices import Client, Invoice, Order, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.domain.notifications import Notification, NotificationState, evidence_over
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome, Payment, PaymentMethod
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.plan.instalments import Debit, DebitState, Instalment, InstalmentState, Mandate
from chalicelib.domain.privacy.erasure import (
    NOBODY,
    PersonalFile,
    Redactions,
    _undrawn,
    erased,
    is_settled,
    require_settled,
)
from chalicelib.domain.privacy.retention import next_review, what_expired
from chalicelib.domain.registration import Registration

LAW = Retention()
ENDED_ON = date(2022, 9, 30)
PAID_ON = date(2022, 8, 10)
EVIDENCE = Evidence("XXXXXX", "CB", "44", "2812", "Y", "O")
HOME = Address("1 rue de la Démonstration", "63000", "Clermont-Ferrand", "FR", "+33", "0600000000")
SELLER = Seller("École", PostalAddress(("1 rue",), "63000", "Clermont-Ferrand", "FR"), "000000000")
CHRIS = Person("c1", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
FILE = Registration("c1-1", "c1", "2022", "I1", "TESTCD Chris")
OVER = {InstalmentState.PAID, InstalmentState.CANCELLED}
RUNNING = {DebitState.CLAIMED, DebitState.SENT, DebitState.UNKNOWN}


def moment(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)


def attempt(day: date, rank: int = 1, **changes: object) -> Attempt:
    whole = Attempt(
        id=f"c1-1-{rank:016x}",
        registration_id="c1-1",
        person_id="c1",
        reference=f"site-c1-1-{rank}",
        amount_cents=100,
        fee_situation_code="01",
        lines=(FeeLine("Droits", 1, 100),),
        started_at=moment(day),
        request_hash="digest",
        address=HOME,
        evidence=EVIDENCE,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # its fields


def payment(day: date, cents: int, rank: int = 1) -> Payment:
    return Payment(
        id=f"c1-t{rank}",
        registration_id="c1-1",
        method=PaymentMethod.CARD,
        amount_cents=cents,
        allocated_cents=cents,
        received_at=moment(day),
        transaction=str(rank),
        invoice_number=1,
    )


def order(cents: int) -> Order:
    return Order(1, "c1-1", PAID_ON, (FeeLine("Droits", 1, cents),), cents, cents)


def invoice(day: date, cents: int = 100) -> Invoice:
    client = Client("Chris", "TESTCD", SELLER.address)
    lines = (FeeLine("Droits", 1, cents),)
    return Invoice(1, "c1-1", 1, day, "Paiement", "I1", SELLER, client, lines, "", 100, day)


def instalment(rank: int, state: InstalmentState) -> Instalment:
    return Instalment("c1-1", "c1", rank, PAID_ON, 100, "hash", PAID_ON, state=state)


def debit(rank: int, state: DebitState, day: date) -> Debit:
    return Debit(
        f"c1-1-i2-{rank}", "c1-1-i2", "c1", "reference", rank, 100, "hash", day, moment(day), state=state
    )


def mandate(token: str = "") -> Mandate:
    return Mandate(
        "c1-1", "c1", "subscriber", token, "2812", "44", "J'autorise", "hash", moment(PAID_ON), EVIDENCE
    )


def message(day: date, state: NotificationState = NotificationState.APPLIED) -> Notification:
    answer = Answer("reference", 100, Outcome.PAID, "00000", "1", evidence=EVIDENCE)
    return Notification("1", "digest", "Mt=100", answer, moment(day), state, person_id="c1")


PAID = PersonalFile(
    Account(
        CHRIS,
        registrations=(FILE,),
        attempts=(attempt(PAID_ON, transaction="1"),),
        orders=(order(100),),
        invoices=(invoice(PAID_ON),),
        payments=(payment(PAID_ON, 100),),
        mandates=(mandate(),),
    ),
    notifications=(message(PAID_ON),),
)

days = st.dates(date(2020, 1, 1), date(2024, 12, 31))
cents = st.sampled_from([0, 100, 200])
retentions = st.builds(
    Retention,
    never_paid_months=st.integers(1, 60),
    mandate_evidence_months=st.integers(13, 60),
    notification_months=st.integers(1, 60),
    account_months=st.integers(12, 120),
    accounting_years=st.integers(10, 30),
)


@st.composite
def files(draw: st.DrawFn, *, settled: bool = False) -> PersonalFile:
    """Whatever an account may look like, sensible or not; or one on which no money can move."""
    attempts = [
        attempt(
            draw(days),
            rank,
            transaction=draw(st.sampled_from(["", "1"])),
            in_question=not settled and draw(st.booleans()),
            closed_at=moment(PAID_ON) if settled else draw(st.sampled_from([None, moment(PAID_ON)])),
        )
        for rank in range(draw(st.integers(0, 2)))
    ]
    over = [each for each in InstalmentState if each in OVER or not settled]
    answered = [each for each in DebitState if each not in RUNNING or not settled]
    instalments = draw(st.lists(st.sampled_from(over), max_size=3))
    debits = draw(st.lists(st.sampled_from(answered), max_size=2))
    owed = draw(cents)
    paid = owed if settled else draw(cents)
    account = Account(
        draw(st.sampled_from([CHRIS, erased(CHRIS, PAID_ON)])),
        registrations=(FILE,),
        attempts=tuple(attempts),
        orders=(order(owed),) if owed else (),
        invoices=(invoice(draw(days), owed),) if owed else (),
        payments=(payment(draw(days), paid),) if paid else (),
        instalments=tuple(instalment(rank, state) for rank, state in enumerate(instalments, 1)),
        debits=tuple(debit(rank, state, draw(days)) for rank, state in enumerate(debits, 1)),
        mandates=draw(st.sampled_from([(), (mandate(),), (mandate("token"),)])),
    )
    return PersonalFile(
        account, notifications=(message(draw(days), draw(st.sampled_from(NotificationState))),)
    )


def may_move(account: Account) -> bool:
    """Said by the states alone, apart from the rules under test."""
    owed = sum(each.lines[0].unit_price_cents for each in account.orders)
    return (
        any(each.state not in OVER for each in account.instalments)
        or any(not each.transaction and (each.in_question or not each.closed_at) for each in account.attempts)
        or any(each.state in RUNNING for each in account.debits)
        or owed != sum(each.amount_cents for each in account.payments)
    )


@given(file=files(), retention=retentions, today=st.dates(date(2020, 1, 1), date(2099, 1, 1)))
def test_nothing_expires_while_money_may_move(file: PersonalFile, retention: Retention, today: date) -> None:
    assume(may_move(file.account))

    assert not what_expired(file, retention, ENDED_ON, today)
    assert next_review(file, retention, ENDED_ON, today) == today + timedelta(days=31)


@given(file=files(settled=True), retention=retentions, today=st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_what_expired_is_written_once_and_the_next_day_is_known(
    file: PersonalFile, retention: Retention, today: date
) -> None:
    assert not may_move(file.account)
    expired = what_expired(file, retention, ENDED_ON, today)
    left = _after(file, expired.redactions, today, ends=expired.is_account)

    assert not what_expired(left, retention, ENDED_ON, today)
    review_on = next_review(left, retention, ENDED_ON, today)
    assert review_on is None or review_on > today
    if review_on and not any(each.token for each in file.account.mandates):
        assert what_expired(left, retention, ENDED_ON, review_on)
        assert not what_expired(left, retention, ENDED_ON, review_on - timedelta(days=1))


@given(file=files(settled=True), retention=retentions)
def test_in_a_hundred_years_nothing_personal_is_left(file: PersonalFile, retention: Retention) -> None:
    """But for the card that the gateway still keeps, and for a message nobody has applied: both alarm."""
    assume(not any(each.token for each in file.account.mandates))
    assume(not any(each.state is NotificationState.RECEIVED for each in file.notifications))
    today = date(2122, 1, 1)
    expired = what_expired(file, retention, ENDED_ON, today)
    left = _after(file, expired.redactions, today, ends=expired.is_account)

    assert next_review(left, retention, ENDED_ON, today) is None
    text = repr(left).replace(repr(FILE), "")  # its name goes with the account
    words = ("Chris", "TESTCD", "student@demo.test", "J'autorise", HOME.line1, "last_digits='44'", "Mt=100")
    assert [word for word in words if word in text] == []


def _after(file: PersonalFile, redactions: Redactions, today: date, *, ends: bool) -> PersonalFile:
    """The file once the redactions are written."""
    account = file.account

    def merged(old: tuple[object, ...], new: tuple[object, ...], key: str) -> tuple[object, ...]:
        changed = {getattr(each, key): each for each in new}
        return tuple(changed.get(getattr(each, key), each) for each in old)

    changed = {
        "attempts": merged(account.attempts, redactions.attempts, "id"),
        "mandates": merged(account.mandates, redactions.mandates, "registration_id"),
        "invoices": merged(account.invoices, redactions.invoices, "number"),
        "person": erased(account.person, today) if ends else account.person,
    }
    messages = merged(file.notifications, redactions.notifications, "key")
    return PersonalFile(replace(account, **changed), notifications=messages)  # type: ignore[arg-type]  # as they were


def expired_on(today: date, file: PersonalFile = PAID) -> list[str]:
    expired = what_expired(file, LAW, ENDED_ON, today)
    kinds = [kind for kind, count in expired.redactions.counts.items() if count]
    return [*kinds, *(["account"] if expired.is_account else [])]


class TestDays:
    def test_proof_of_a_payment_is_kept_13_months(self) -> None:
        assert expired_on(date(2023, 9, 9)) == []
        assert expired_on(date(2023, 9, 10)) == ["attempts", "mandates", "notifications"]

    def test_a_later_debit_keeps_it_longer(self) -> None:
        later = replace(
            PAID.account,
            debits=(debit(1, DebitState.PAID, date(2023, 1, 10)),),
            instalments=(instalment(2, InstalmentState.PAID),),
        )
        assert expired_on(date(2024, 2, 9), replace(PAID, account=later)) == ["notifications"]
        assert "mandates" in expired_on(date(2024, 2, 10), replace(PAID, account=later))

    def test_a_card_that_is_not_forgotten_yet_keeps_its_mandate(self) -> None:
        kept = replace(PAID, account=replace(PAID.account, mandates=(mandate("token"),)))
        assert "mandates" not in expired_on(date(2099, 1, 1), kept)

    def test_account_ends_five_years_after_the_last_campaign(self) -> None:
        assert "account" not in expired_on(date(2027, 9, 29))
        assert "account" in expired_on(date(2027, 9, 30))

    def test_file_that_came_to_nothing_ends_with_the_13th_month(self) -> None:
        nothing = PersonalFile(Account(CHRIS, registrations=(FILE,)))
        assert expired_on(date(2023, 10, 29), nothing) == []
        assert expired_on(date(2023, 10, 30), nothing) == ["account"]
        assert expired_on(date(2023, 10, 30), PersonalFile(Account(CHRIS))) == ["account"]

    def test_invoice_is_kept_ten_years_from_the_end_of_its_year(self) -> None:
        assert "invoices" not in expired_on(date(2032, 12, 31))
        assert "invoices" in expired_on(date(2033, 1, 1))

    def test_year_is_that_of_the_last_payment(self) -> None:
        paid_later = replace(PAID.account, payments=(payment(date(2023, 1, 10), 100),))
        assert "invoices" not in expired_on(date(2033, 1, 1), replace(PAID, account=paid_later))

    def test_message_that_is_not_applied_yet_stays(self) -> None:
        waiting = replace(PAID, notifications=(message(PAID_ON, NotificationState.RECEIVED),))
        assert "notifications" not in expired_on(date(2099, 1, 1), waiting)

    def test_erased_client_has_no_name_and_no_address(self) -> None:
        (blank,) = what_expired(PAID, LAW, ENDED_ON, date(2033, 1, 1)).redactions.invoices
        assert blank == replace(PAID.account.invoices[0], client=Client("", NOBODY, None))

    @pytest.mark.parametrize(
        ("day", "months", "wanted"),
        [
            (date(2022, 8, 31), 13, date(2023, 9, 30)),
            (date(2023, 1, 31), 1, date(2023, 2, 28)),
            (date(2022, 12, 10), 12, date(2023, 12, 10)),
            (date(2022, 11, 30), 1, date(2022, 12, 30)),
        ],
    )
    def test_a_month_later_is_the_same_day_or_the_last(self, day: date, months: int, wanted: date) -> None:
        assert months_after(day, months) == wanted


class TestSettled:
    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"instalments": (instalment(2, InstalmentState.ARREARS),)}, PlanRunning()),
            ({"attempts": (attempt(PAID_ON),)}, PaymentRunning()),
            ({"debits": (debit(1, DebitState.UNKNOWN, PAID_ON),)}, PaymentRunning()),
            ({"payments": ()}, SumOwed(100)),
            ({"orders": (), "invoices": ()}, SumToGiveBack(100)),
        ],
    )
    def test_refusal_says_why(self, changes: dict[str, object], why: ErasureNotPossible) -> None:
        account = replace(PAID.account, **changes)  # type: ignore[arg-type]  # its fields
        with pytest.raises(ErasureNotPossible) as refused:
            require_settled(account)
        assert refused.value == why
        assert not is_settled(account)


def test_notification_whose_evidence_is_over_has_no_body_either() -> None:
    over = evidence_over(message(PAID_ON))
    assert (over.body, over.answer.evidence) == ("", Evidence())


def test_drawer_of_a_cheque_is_erased_where_there_is_one() -> None:
    erased = [_undrawn(replace(payment(PAID_ON, 100), drawer=drawer)).drawer for drawer in ("TESTAC", "")]
    assert erased == [NOBODY, ""]
