"""The page of an open payment: what it says of the card and the instalment, and the ways out of it."""

from datetime import date

import pytest

from chalicelib.domain.payments import Answer, Outcome
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import Browser, Page, reference_of, without_spaces

ISIMA = "0000000000000001-1"
GIVE_UP = "Abandonner ce paiement"
UNTIL = "Votre carte doit être valable jusqu'au 10/08/2022, sinon elle est refusée."


def approved(student: Browser) -> Browser:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    student.decides("approve")
    student.acts_as("student")
    return student


@pytest.fixture
def refused(student: Browser) -> Browser:
    """A begun plan: the second instalment waits for the student."""
    student.starts_the_plan()
    student.is_debited(date(2022, 7, 10), Behaviour.REFUSE_HARD)
    student.log_in("student@demo.test")
    return student


def test_page_of_an_instalment_says_which_and_until_when_its_card_must_last(student: Browser) -> None:
    opened = approved(student).opens(1)
    first = without_spaces(opened.text)
    assert "<p>1re échéance sur 3</p>" in first
    assert UNTIL in first
    student.leaves(opened)
    again = without_spaces(student.get(opened.url.path).text)
    assert "Reprendre le paiement" in again
    assert UNTIL in again


def test_page_of_a_late_instalment_says_which(refused: Browser) -> None:
    text = without_spaces(refused.opens(2).text)
    assert "<p>2e échéance sur 3</p>" in text
    assert UNTIL in text


def test_page_of_all_at_once_names_no_instalment(student: Browser) -> None:
    student.declares("01")
    text = without_spaces(student.opens_the_payment().text)
    assert "échéance" not in text
    assert "valable jusqu'au" not in text


def test_late_instalment_is_given_up_and_begun_again(refused: Browser) -> None:
    opened = refused.opens(2)
    assert GIVE_UP in opened.text
    left = refused.send(opened, f"{opened.url.path}/give-up")
    assert "Fermez aussi la page de PAYBOX si elle est restée ouverte." in left.text
    assert 'href="/pay-plan">Recommencer le paiement' in left.text
    assert refused.opens(2).url.path != opened.url.path


def test_rest_of_a_plan_is_given_up_and_begun_again_where_it_is_paid(student: Browser) -> None:
    student.starts_the_plan()
    opened = student.send(student.get("/pay-rest"), "/pay-rest", mode="none")
    left = student.send(opened, f"{opened.url.path}/give-up")
    assert 'href="/pay-rest">Recommencer le paiement' in left.text
    assert student.get("/pay-rest").status_code == 200


def test_kept_page_of_another_amount_tells_todays_and_is_given_up(student: Browser) -> None:
    student.declares("01")
    kept = student.opens_the_payment()
    student.acts_as("accountant")
    desk = f"/staff/registrations/{ISIMA}/payments"
    cheque = {"method": "cheque", "amount": "100,00", "reference": "1", "received_on": "2022-06-23"}
    student.send(student.send(student.get(desk), f"{desk}/check", **cheque), f"{desk}/confirmation")
    student.acts_as("student")
    leave = f"{kept.url.path}/leave"
    token = Page(student.get(kept.url.path)).form(leave).fields["form_token"]
    told = student.send(kept, leave, form_token=token)
    text = without_spaces(told.text)
    assert told.status_code == 409
    assert "n'est plus à jour : 501,00 € sont à payer aujourd'hui. Abandonnez-le" in text
    assert leave not in text
    student.send(told, f"{kept.url.path}/give-up")
    assert "501,00 €" in without_spaces(student.opens_the_payment().text)


def test_return_by_the_cancelled_way_asks_to_resume_or_give_up(student: Browser) -> None:
    student.declares("05")
    opened = student.opens_the_payment()
    student.leaves(opened)
    waiting = "Si vous venez de payer, rechargez"
    assert waiting in without_spaces(student.get(opened.url.path).text)
    back = student.get(f"/payments/return/annule?Ref={reference_of(opened)}")
    assert "Vous êtes revenu sans payer : reprenez ou abandonnez ce paiement." in without_spaces(back.text)
    assert waiting not in without_spaces(back.text)
    assert GIVE_UP in back.text


def test_page_of_a_payment_shows_what_the_gateway_was_just_asked(student: Browser) -> None:
    """The browser is back before any notification: the page books what it hears, and shows it."""
    student.declares("05")
    page = student.opens_the_payment()
    reference = reference_of(page)
    attempt = student.ports.memory.attempts[page.url.path.rpartition("/")[2]]
    paid = Answer(reference, attempt.amount_cents, Outcome.PAID, "00000", "7001", "8001")
    student.ports.gateway.answers[reference] = paid
    shown = student.get(f"/payments/return/effectue?Ref={reference}")
    assert shown.url.path == page.url.path
    assert "Reçu de paiement" in shown.text
