"""Accounting prepares the état de rapprochement, another person checks it; a line credits a slip."""

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.people import Role
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from tests.unit.portal.conftest import Browser, hire
from tests.unit.portal.test_balance_pages import asks
from tests.unit.portal.test_plan_pages import read
from tests.unit.portal.test_slip_pages import DESK as SLIPS
from tests.unit.portal.test_slip_pages import entered
from tests.usecases.conftest import Student
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_taken_back_by_the_bank import DISPUTED

DESK = "/staff/rapprochements"


def bank_of(student: Browser) -> Bank:
    (registration,) = student.ports.memory.registrations_by_id.values()
    person = student.ports.people.person(registration.person_id)
    return Bank(Student(student.ports, person, registration.id))


def test_nothing_to_compare_is_said(student: Browser) -> None:
    student.acts_as("accountant")
    page = student.send(student.get(DESK), DESK)
    assert (page.status_code, "Importez d'abord un relevé" in read(page)) == (409, True)


def test_empty_desk_asks_for_a_statement_only_without_one(student: Browser) -> None:
    student.acts_as("accountant")
    assert "il faut d'abord un relevé importé" in read(student.get(DESK))
    bank_of(student).states(-1250)
    assert "Aucun état n'est encore établi.</p>" in read(student.get(DESK))


def test_one_prepares_and_another_checks(student: Browser) -> None:
    entered(student)
    bank_of(student).states(-1250)
    page = student.send(student.get(DESK), DESK)
    assert "Les soldes ajustés sont égaux." in read(page)
    assert "Ligne non expliquée" in page.text
    path = page.url.path
    assert f'action="{path}/check"' not in page.text, "who prepared it does not check it"
    (found,) = student.ports.memory.rapprochements.values()
    own = asks(student, "POST", f"/rapprochements/{found.id}/check", digest=found.digest)
    assert own.status_code == 403
    assert asks(student, "GET", f"/rapprochements/{found.id}").json()["difference_cents"] == 0
    assert asks(student, "GET", "/rapprochements").json()["items"][0]["id"] == found.id
    assert "/rapprochements/" in student.http.get(f"{path}/pdf").headers["location"]
    assert asks(student, "GET", f"/rapprochements/{found.id}/pdf").status_code == 303
    hire(student.ports, 77, Role.ACCOUNTANT)
    second = next(each for each in student.ports.memory.logins if "77" in each or "accountant" in each)
    _sign_in_as_another(student, second)
    other = student.get(path)
    wrong = student.send(other, f"{path}/check", digest="0" * 64)
    assert (wrong.status_code, "Rechargez la page" in read(wrong)) == (409, True)
    done = student.send(other, f"{path}/check")
    assert "Contrôlé par" in read(done)
    assert student.ports.rapprochements.find(found.id).checked_by
    assert "2022" in student.get(DESK).text


def _sign_in_as_another(student: Browser, email: str) -> None:
    student.http.cookies.clear()
    student.log_in(email)


def test_prepared_by_the_api(student: Browser) -> None:
    entered(student)
    bank_of(student).states(100)
    made = asks(student, "POST", "/rapprochements")
    assert (made.status_code, made.json()["adjusted_book_cents"]) == (201, 100)


def test_line_page_proposes_the_slip_and_the_return(student: Browser) -> None:
    payment_id = entered(student)
    path = student.send(student.get(SLIPS), SLIPS, cheque=payment_id).url.path
    student.confirms(student.get(path), f"{path}/deposit", deposited_on="2022-06-24")
    credit, back = bank_of(student).states(60100, -60100)
    there = f"/staff/statement-lines/{credit.id}"
    assert asks(student, "GET", f"/statement-lines/{credit.id}").json()["slips"] == ["INP-000001"]
    page = student.get(there)
    assert "Cette ligne crédite le bordereau INP-000001" in read(page)
    assert "remise de chèques" in student.send(page, f"{there}/deposits", slip="inp-000001").text
    returned = BankReturn(60100, "provision insuffisante")
    accountant = next(each for each in student.ports.people.staff() if each.holds(Role.ACCOUNTANT))
    take_back_payment(student.ports, payment_id, returned, accountant)
    there = f"/staff/statement-lines/{back.id}"
    told = asks(student, "GET", f"/statement-lines/{back.id}").json()
    assert told["returned_payments"] == [payment_id]
    page = student.get(there)
    assert "Cette ligne montre le retour de TESTCD Chris" in read(page)
    assert "règlement repris par la banque" in student.send(page, f"{there}/returned-payments").text
    body = {"version": 2, "payments": [payment_id]}
    again = asks(student, "POST", f"/statement-lines/{back.id}/returned-payments", **body)
    assert again.json()["code"] == "line_explained"


def test_line_credits_a_slip_from_its_page(student: Browser) -> None:
    payment_id = entered(student)
    slip = student.send(student.get(SLIPS), SLIPS, cheque=payment_id)
    path = slip.url.path
    there = student.confirms(slip, f"{path}/deposit", deposited_on="2022-06-24")
    assert "Cette ligne crédite" not in there.text
    (line,) = bank_of(student).states(60100)
    page = student.get(path)
    done = student.send(page, f"{path}/line", line=line.id)
    assert f'<a href="/staff/statement-lines/{line.id}">ligne de relevé</a>' in done.text
    again = student.send(page, f"{path}/line", line=line.id)
    assert again.status_code == 409
    told = asks(student, "POST", f"/statement-lines/{line.id}/deposits", slips=["INP-000001"], version=2)
    assert told.json()["code"] == "line_explained"
    told = asks(student, "POST", f"/statement-lines/{line.id}/deposits", slips=["INP-000001"], version=1)
    assert told.json()["code"] == "superseded"


def test_line_page_undoes_what_it_was_explained_by(student: Browser) -> None:
    student.acts_as("accountant")
    (line,) = bank_of(student).states(-1250)
    there = f"/staff/statement-lines/{line.id}"
    page = student.get(there)
    assert "Annuler cette explication" not in page.text
    page = student.send(page, f"{there}/fee")
    assert "le compte d'attente" not in read(page)
    page = student.send(page, f"{there}/undo", reason="c'est un prélèvement")
    assert "En attente" in page.text or "en attente (471)" in page.text
    assert "La ligne quitte le compte d'attente (471) et redevient nouvelle." in read(page)
    old = asks(student, "POST", f"/statement-lines/{line.id}/undo", version=1, reason="erreur")
    assert old.status_code == 409
    done = asks(student, "POST", f"/statement-lines/{line.id}/undo", version=3, reason="erreur")
    assert (done.status_code, done.json()["state"]) == (200, "new")
    nothing = asks(student, "POST", f"/statement-lines/{line.id}/undo", version=4, reason="erreur")
    assert nothing.json()["code"] == "line_not_explained"


def test_line_page_books_the_fee_of_a_return(student: Browser) -> None:
    payment_id = entered(student)
    accountant = next(each for each in student.ports.people.staff() if each.holds(Role.ACCOUNTANT))
    take_back_payment(student.ports, payment_id, BankReturn(60100, "provision insuffisante"), accountant)
    line, other = bank_of(student).states(-1250, -1300)
    there = f"/staff/statement-lines/{line.id}"
    page = student.get(there)
    assert "Pour le rejet de" in page.text
    assert "TESTCD Chris" in student.send(page, f"{there}/fee", payment=payment_id).text
    body = {"version": 1, "payment": "00000000000000fe-m1"}
    none = asks(student, "POST", f"/statement-lines/{other.id}/fee", **body)
    assert none.json()["code"] == "fee_of_no_return"


def test_line_page_proposes_a_dispute_that_was_won(student: Browser) -> None:
    student.declares("01")
    student.pays()
    ((_, card),) = student.ports.memory.payments.values()
    accountant = next(each for each in student.ports.people.staff() if each.holds(Role.ACCOUNTANT))
    take_back_payment(student.ports, card.id, DISPUTED, accountant)
    stage_dispute(student.ports, card.id, DisputeStage.WON, "", accountant)
    student.acts_as("accountant")
    (line,) = bank_of(student).states(60100)
    there = f"/staff/statement-lines/{line.id}"
    page = student.get(there)
    assert "Cette ligne montre le paiement rétabli de TESTCD Chris" in read(page)
    assert "paiement par carte contesté" in student.send(page, f"{there}/returned-payments").text
