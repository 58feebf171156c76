from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain import errors
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS, Window, opening, paris_day
from chalicelib.domain.campaign import PostalAddress, Text
from chalicelib.domain.causes import ProgrammeUnknown
from chalicelib.domain.fees import is_complete
from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.payments import Evidence
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Instalment, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.settlement import Sequence

NOBODY = Person("p", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


WINDOWS = (
    Window(at("2022-08-18T00:00"), at("2022-10-01T00:00")),
    Window(at("2022-05-02T00:00"), at("2022-07-23T00:00")),
)


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        ("2022-05-01T23:59", False, "2022-05-02T00:00"),
        ("2022-07-22T23:59", True, "2022-07-23T00:00"),
        ("2022-07-23T00:00", False, "2022-08-18T00:00"),
        ("2022-08-18T00:00", True, "2022-10-01T00:00"),
    ],
)
def test_windows_open_and_close_to_the_minute(now: str, is_open: bool, until: str) -> None:  # noqa: FBT001 - a row of the table
    state = opening(WINDOWS, at(now))
    assert (state.is_open, state.until) == (is_open, at(until))


def test_after_the_last_window_nothing_reopens() -> None:
    assert opening(WINDOWS, at("2022-10-01T00:00")).until is None


def test_day_is_the_paris_day() -> None:
    assert paris_day(datetime.fromisoformat("2022-07-09T22:30:00+00:00")).day == 10


def test_account_knows_only_its_own() -> None:
    account = Account(NOBODY, registrations=(Registration("p-2", "p", "c", "x", "TESTCD Chris"),))
    with pytest.raises(errors.NotFound):
        account.invoice(9196)
    with pytest.raises(errors.NotFound):
        account.registration("p-1")
    assert account.attempt("p-1-x") is None


def test_invoice_is_found_among_several() -> None:
    party = PostalAddress(("1 rue",), "63000", "Clermont-Ferrand", "FR")
    first = Invoice(
        number=1,
        registration_id="p-1",
        order_number=1,
        issued_on=at("2022-06-24").date(),
        label="Paiement en ligne",
        session="x",
        seller=Seller("School", party, "000000000"),
        client=Client("Chris", "TESTCD", None),
        lines=(),
        exemption_mention="",
        paid_cents=0,
        settled_on=None,
    )
    second = replace(first, number=2)
    assert Account(NOBODY, invoices=(first, second)).invoice(2) is second


def test_campaign_names_an_unknown_programme() -> None:
    campaign = load_shipped("clermont-auvergne-inp-2022")
    with pytest.raises(errors.NotFound, match="programme") as unknown:
        campaign.programme("X9999")
    assert unknown.value == ProgrammeUnknown("X9999")
    assert campaign.text("menu.account", "en") != campaign.text("menu.account")


def test_file_is_complete_once_validated_and_nothing_is_left_to_pay() -> None:
    campaign = load_shipped("clermont-auvergne-inp-2022")
    waiting = Registration("p-1", "p", campaign.id, "C2223_Y1_1A", "TESTCD Chris", fee_situation_code="02")
    validated = Registration(
        "p-1",
        "p",
        campaign.id,
        "C2223_Y1_1A",
        "TESTCD Chris",
        status=RegistrationStatus.VALIDATED,
        fee_situation_code="02",
    )
    assert not is_complete(RegistrationFile(waiting, campaign))
    assert is_complete(RegistrationFile(validated, campaign))


def test_first_draw_bears_todays_date() -> None:
    day = at("2022-06-24T10:00").date()
    assert Sequence("INP", 1, 1).draw_on(day) == day


def test_next_draw_bears_no_day_before_the_one_before() -> None:
    day = at("2022-06-24T10:00").date()
    drawn = Sequence("INP", 1, 1).drawn(day)
    assert drawn.draw_on(day - timedelta(days=1)) == day
    assert drawn.draw_on(day + timedelta(days=1)) == day + timedelta(days=1)
    assert (drawn.next_order, drawn.next_invoice, drawn.version) == (2, 2, 1)


def test_rows_of_the_other_registration_are_not_this_ones() -> None:
    now, day = at("2022-06-24T10:00"), at("2022-07-10T00:00").date()
    requests = [PlanRequest(f"p-{rank}", "p", "c", "holder", "plan", 60100, "hash", now) for rank in (1, 2)]
    mandates = [
        Mandate(f"p-{rank}", "p", "subscriber", "t", "2512", "44", "", "", now, Evidence()) for rank in (1, 2)
    ]
    instalments = [Instalment(f"p-{rank}", "p", 2, day, 20031, "hash", day) for rank in (1, 2)]
    account = Account(
        NOBODY, plan_requests=tuple(requests), mandates=tuple(mandates), instalments=tuple(instalments)
    )
    for place, registration_id in enumerate(("p-1", "p-2")):
        assert account.plan_request(registration_id) is requests[place]
        assert account.mandate(registration_id) is mandates[place]
        assert account.instalments_of(registration_id) == (instalments[place],)


def test_what_left_the_campaign_file_is_named_by_its_code_in_each_language() -> None:
    campaign = load_shipped("clermont-auvergne-inp-2022")
    for label in (campaign.programme_label, campaign.plan_label, campaign.fee_situation_label):
        assert label("gone") == Text("gone", "gone")
