"""The accountant's pages of cheques, transfers and what the bank takes back: form, confirmation, result."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.payments import Payment
from chalicelib.usecases.collection.remind_arrears import remind_arrears
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import Browser, Page, without_spaces

FILE = "/staff/registrations/0000000000000001-1/payments"
CHECK = f"{FILE}/check"
CHEQUE = {"method": "cheque", "amount": "601,00 €", "reference": "0012345", "received_on": "2022-06-23"}


@pytest.fixture
def desk(student: Browser) -> Browser:
    student.declares("01")
    student.acts_as("accountant")
    return student


def payments(browser: Browser) -> list[Payment]:
    return [payment for _, payment in browser.ports.memory.payments.values()]


def enters(browser: Browser, **typed: str) -> Payment:
    shown = browser.send(browser.get(FILE), CHECK, **(CHEQUE | typed))
    browser.send(shown, f"{FILE}/confirmation")
    return payments(browser)[-1]


class TestReceipt:
    def test_is_confirmed_with_name_and_amount_then_entered_once(self, desk: Browser) -> None:
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        assert "Enregistrer 601,00 € pour TESTCD Chris ?" in without_spaces(shown.text)
        assert payments(desk) == []
        done = desk.send(shown, f"{FILE}/confirmation")
        assert "Chèque de <strong>601,00 €</strong> enregistré" in without_spaces(done.text)
        desk.send(shown, f"{FILE}/confirmation")
        assert [each.reference for each in payments(desk)] == ["0012345"]
        Page(done)

    def test_student_sees_its_own_day_in_the_account(self, desk: Browser) -> None:
        enters(desk)
        desk.acts_as("student")
        account = without_spaces(desk.get("/account").text)
        assert "23/06/2022" in account
        assert "601,00" in account

    @pytest.mark.parametrize(
        ("typed", "named"),
        [
            ({"amount": "six cents"}, "Vérifiez le montant."),
            ({"amount": "0"}, "Vérifiez le montant."),
            ({"received_on": "hier"}, "Vérifiez le jour de réception."),
            ({"received_on": "2022-06-25"}, "dans le futur"),
            ({"received_on": "2021-06-25"}, "avant le début de la campagne"),
        ],
    )
    def test_mistake_is_named_and_what_was_typed_stays(
        self, desk: Browser, typed: dict[str, str], named: str
    ) -> None:
        shown = desk.send(desk.get(FILE), CHECK, **(CHEQUE | typed))
        assert shown.status_code == 422
        assert named in without_spaces(shown.text)
        kept = Page(shown).form(CHECK).fields
        assert {name: kept[name] for name in CHEQUE} == CHEQUE | typed

    def test_it_can_be_corrected_before_it_is_entered(self, desk: Browser) -> None:
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        again = desk.send(shown, CHECK)
        assert Page(again).form(CHECK).fields["amount"] == "601,00 €"
        assert payments(desk) == []

    def test_same_cheque_is_asked_about_and_entered_if_it_is_another(self, desk: Browser) -> None:
        enters(desk)
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        assert shown.status_code == 409
        assert "déjà enregistré, reçu le 23/06/2022, 601,00 €" in without_spaces(shown.text)
        desk.send(shown, f"{FILE}/confirmation")
        assert len(payments(desk)) == 2

    def test_same_cheque_entered_meanwhile_is_asked_about_at_the_end(self, desk: Browser) -> None:
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        enters(desk)
        asked = desk.send(shown, f"{FILE}/confirmation")
        assert asked.status_code == 409
        assert len(payments(desk)) == 1

    def test_question_that_was_not_read_is_not_answered_by_one_that_was(self, desk: Browser) -> None:
        first = enters(desk)
        kept, others = (desk.send(desk.get(FILE), CHECK, **CHEQUE) for _ in range(2))
        assert Page(kept).form(f"{FILE}/confirmation").fields["apart"] == first.id
        desk.send(others, f"{FILE}/confirmation")
        asked = desk.send(kept, f"{FILE}/confirmation", confirm="1")
        assert (asked.status_code, len(payments(desk))) == (409, 2)
        desk.send(asked, f"{FILE}/confirmation")
        assert len(payments(desk)) == 3

    def test_page_that_names_no_payment_answers_nothing(self, desk: Browser) -> None:
        enters(desk)
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        asked = desk.send(shown, f"{FILE}/confirmation", apart="", confirm="1")
        assert (asked.status_code, len(payments(desk))) == (409, 1)

    def test_refusal_at_the_end_says_why(self, desk: Browser) -> None:
        shown = desk.send(desk.get(FILE), CHECK, **CHEQUE)
        desk.ports.move(days=-1)
        refused = desk.send(shown, f"{FILE}/confirmation", received_on="2022-06-24")
        assert refused.status_code == 422
        assert "dans le futur" in without_spaces(refused.text)


class TestBounce:
    def test_cheque_is_taken_back_after_a_confirmation(self, desk: Browser) -> None:
        address = f"/staff/payments/{enters(desk).id}/bounce"
        shown = desk.send(desk.get(address), f"{address}/check", reason="provision insuffisante")
        assert "Enregistrer 601,00 € comme repris, TESTCD Chris ?" in without_spaces(shown.text)
        corrected = desk.send(shown, f"{address}/check")
        assert Page(corrected).form(f"{address}/check").fields["reason"] == "provision insuffisante"
        done = desk.send(shown, f"{address}/confirmation")
        assert "enregistré comme repris par la banque" in without_spaces(done.text)
        assert f"{address}/check" not in [form.action for form in Page(done).forms]
        twice = desk.send(shown, f"{address}/confirmation")
        assert twice.status_code == 409
        listed = without_spaces(desk.get("/staff/unpaid").text)
        assert "provision insuffisante" in listed
        desk.acts_as("student")
        assert "Impayé" in desk.get("/account").text

    def test_reason_is_required_and_the_rest_stays(self, desk: Browser) -> None:
        address = f"/staff/payments/{enters(desk).id}/bounce"
        for reason, status in (("", 422), ("x" * 501, 422)):
            assert desk.send(desk.get(address), f"{address}/check", reason=reason).status_code == status

    def test_dispute_of_a_card_payment_is_followed_to_its_end(self, student: Browser) -> None:
        student.declares("01")
        student.pays()
        student.acts_as("accountant")
        (payment,) = payments(student)
        address = f"/staff/payments/{payment.id}/bounce"
        terms = {"reason": "10.4", "dispute_reason": "fraudulent", "evidence_due_on": "2022-06-20"}
        late = student.send(student.get(address), f"{address}/check", **terms)
        assert late.status_code == 422
        assert Page(late).form(f"{address}/check").fields["reason"] == "10.4"
        shown = student.send(late, f"{address}/check", evidence_due_on="2022-07-20")
        assert "Le dossier sera bloqué" in without_spaces(shown.text)
        done = student.send(shown, f"{address}/confirmation")
        assert "Contestation : ouverte" in without_spaces(done.text)
        assert "20/07/2022" in student.get("/staff/unpaid").text
        stages = [form.fields["stage"] for form in Page(done).forms if "stage" in form.fields]
        assert stages == ["evidence_sent", "won", "lost"]
        won = student.send(done, f"/staff/payments/{payment.id}/bounce/dispute", stage="won")
        assert "La contestation est gagnée" in without_spaces(won.text)
        again = student.send(done, f"/staff/payments/{payment.id}/bounce/dispute", stage="lost")
        assert again.status_code == 409

    def test_kept_page_of_a_dispute_decides_no_other_one(self, student: Browser) -> None:
        student.declares("01")
        student.pays()
        student.acts_as("accountant")
        (payment,) = payments(student)
        address = f"/staff/payments/{payment.id}/bounce"
        terms = {"reason": "10.4", "dispute_reason": "fraudulent", "evidence_due_on": "2022-07-20"}
        kept = student.send(
            student.send(student.get(address), f"{address}/check", **terms), f"{address}/confirmation"
        )
        student.send(kept, f"{address}/dispute", stage="won")
        student.ports.at += timedelta(minutes=1)
        student.send(
            student.send(student.get(address), f"{address}/check", **terms), f"{address}/confirmation"
        )
        other = student.send(kept, f"{address}/dispute", stage="lost")
        assert other.status_code == 409
        assert "Une autre contestation de ce règlement" in without_spaces(other.text)
        assert payments(student)[0].is_disputed
        lost = student.send(other, f"{address}/dispute", stage="lost")
        assert "La contestation est perdue" in without_spaces(lost.text)
        student.acts_as("student")
        home = without_spaces(student.get("/").text)
        assert "Réglez vos frais d'inscription." in home
        assert "Il reste 601,00 € à payer pour votre inscription." in home
        assert ("Une partie est reçue" in home, "Nous avons reçu" in home) == (False, False)

    def test_program_may_name_the_dispute_that_it_read(self, student: Browser) -> None:
        student.declares("01")
        student.pays()
        student.acts_as("accountant")
        (payment,) = payments(student)
        path = f"/api/v1/staff/payments/{payment.id}"
        headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
        taken = {"amount_cents": 60100, "reason": "10.4", "dispute_reason": "fraudulent"}
        bounce = student.http.post(
            f"{path}/bounce", json=taken | {"evidence_due_on": "2022-07-20"}, headers=headers
        )
        read = bounce.json()["dispute"]["opened_at"]
        for opened_at, status in (("2022-06-23T10:00:00Z", 409), (read, 200)):
            staged = {"stage": "lost", "opened_at": opened_at}
            answer = student.http.post(f"{path}/dispute", json=staged, headers=headers)
            assert answer.status_code == status

    def test_evidence_is_on_one_page_for_a_page_and_for_a_debit(self, student: Browser) -> None:
        student.starts_the_plan()
        student.is_debited(date(2022, 7, 10))
        student.log_in("accountant@demo.test")
        page, debit = (
            without_spaces(student.get(f"/staff/payments/{each.id}/bounce/evidence").text)
            for each in payments(student)
        )
        mandate = next(iter(student.ports.memory.mandates.values()))
        for told in (page, debit):
            assert mandate.schedule_hash in told
            assert "Texte accepté" in told
            assert "<dt>Authentification 3-D Secure</dt><dd>Oui</dd>" in told
            assert "La facture" in told
        assert "La page de paiement" in page
        assert "Annoncé par mail" in debit

    def test_auditor_reads_and_changes_nothing(self, desk: Browser) -> None:
        payment = enters(desk)
        desk.acts_as("auditor")
        for address in (FILE, f"/staff/payments/{payment.id}/bounce"):
            assert [form.action for form in Page(desk.get(address)).forms] == ["/logout"]

    def test_list_without_any_says_so(self, accountant: Browser) -> None:
        assert "n'a rien repris" in without_spaces(accountant.get("/staff/unpaid").text).replace("’", "'")

    def test_file_without_payments_says_so(self, desk: Browser) -> None:
        assert "Aucun règlement" in desk.get(FILE).text


class TestArrears:
    def test_are_listed_by_age_with_the_reminders_sent(self, desk: Browser) -> None:
        assert "Rien n'est en retard." in without_spaces(desk.get("/staff/arrears").text).replace("’", "'")
        enters(desk, amount="100,00")
        desk.ports.move(days=45)
        remind_arrears(desk.ports)
        desk.log_in("accountant@demo.test")
        listed = without_spaces(desk.get("/staff/arrears").text)
        assert '31 à 60 jours</td><td role="cell" class="figure" data-label="Montant">501,00 €' in listed
        assert "45 jours" in listed
        Page(desk.get("/staff/arrears"))

    def test_student_reads_beforehand_when_a_reminder_leaves(self, student: Browser) -> None:
        student.starts_the_plan()
        assert "8, 21 et 45 jours après sa date" in without_spaces(student.get("/pay-plan").text)
        student.is_debited(date(2022, 7, 10), Behaviour.REFUSE_HARD)
        student.log_in("student@demo.test")
        account = without_spaces(student.get("/account").text)
        assert "le 18/07/2022, 31/07/2022 et 24/08/2022" in account
