"""One person of accounting proposes to give up a debt, another decides; both see what and why."""

from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read
from tests.usecases.conftest import Student
from tests.usecases.payer_steps import invoices, names

REGISTRATION = "0000000000000001-1"
PAYER = f"/staff/registrations/{REGISTRATION}/payer"
DESK = "/staff/waivers"
FORM = "/staff/registrations/0000000000000001-1/waivers"
DECISION = "/staff/waivers/0000000000000001-1-w1/decision"
ASKED = {"kind": "remission", "amount": "100,00", "reason": "ressources", "document": "décision 17"}


def proposed(student: Browser) -> Browser:
    student.starts_the_plan()
    student.acts_as("accountant")
    student.send(student.get(FORM), FORM, **ASKED)
    return student


def test_proposal_waits_for_another_person(student: Browser) -> None:
    proposed(student)
    desk = read(student.get(DESK))
    assert "Remise gracieuse, 100,00 €" in desk
    assert "décision 17" in desk
    assert "Une autre personne décide" in desk
    assert "une proposition attend déjà" in read(student.get(FORM))
    student.acts_as("registrar")
    assert "Approuver : abandonner 100,00 €, TESTCD Chris" in read(student.get(DESK))
    done = student.confirms(student.get(DESK), DECISION, decision="approve")
    assert "Approuvé : 100,00 € sont abandonnés, TESTCD Chris." in read(done)
    assert "Rien à décider." in read(student.get(DESK))
    assert "Décidé par" in read(student.get(f"{DESK}?state=approved"))
    student.acts_as("student")
    assert "300,69" in read(student.get("/account"))


def test_debt_of_a_payer_is_proposed_from_its_page(student: Browser) -> None:
    student.declares("01")
    chris = Student(student.ports, student.ports.people.person(REGISTRATION[:16]), REGISTRATION)
    names(chris)
    number = invoices(chris).number
    student.acts_as("accountant")
    form = f"{FORM}?invoice={number}"
    assert form.replace("&", "&amp;") in student.get(PAYER).text
    page = student.get(form)
    assert "Proposer l'abandon de ce que doit Société de démonstration" in read(page)
    assert f"Facture n° {number}, pour TESTCD Chris : l'étudiant ne devra rien" in read(page)
    wrong = student.send(page, FORM, **{**ASKED, "amount": "401,00"})
    assert (wrong.status_code, "Reste dû : <strong>400,00 €</strong>" in read(wrong)) == (422, True)
    told = student.send(wrong, FORM, **ASKED)
    assert "Société de démonstration" in read(told)
    assert "Retirer : Société de démonstration" in read(student.get(DESK))
    student.acts_as("registrar")
    asked = student.send(student.get(DESK), DECISION, decision="approve")
    assert "<dt>Tiers payeur</dt><dd>Société de démonstration</dd>" in read(asked)
    student.send(asked, DECISION)
    student.acts_as("accountant")
    assert "<dt>Abandonné</dt><dd>100,00 €</dd>" in read(student.get(PAYER))
    assert student.get(f"{FORM}?invoice=9999").status_code == 404


def test_who_proposed_takes_it_back(student: Browser) -> None:
    proposed(student)
    student.send(student.get(DESK), DECISION, decision="refuse", reason="mauvais dossier")
    assert "mauvais dossier" in read(student.get(f"{DESK}?state=refused"))


def test_what_cannot_be_comes_back_with_its_sentence_and_what_was_typed(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    page = student.send(student.get(FORM), FORM, **{**ASKED, "kind": "uncollectable"})
    assert (page.status_code, "porte sur tout le reste dû" in read(page)) == (422, True)
    assert "décision 17" in page.text
    wrong = student.send(student.get(FORM), FORM, **{**ASKED, "amount": "mille", "kind": "gift"})
    assert "donnez un montant" in read(wrong)


def test_refusal_needs_a_reason(student: Browser) -> None:
    proposed(student)
    student.acts_as("registrar")
    refused = student.send(student.get(DESK), DECISION, decision="refuse")
    assert (refused.status_code, "demande un motif" in read(refused)) == (422, True)
    student.send(student.get(DESK), DECISION, decision="refuse", reason="pièce absente")
    assert "pièce absente" in read(student.get(f"{DESK}?state=refused&after={'x' * 300}"))
