"""Accounting prepares a refund on one page, and another person approves it on the next."""

from dataclasses import replace

from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import PaymentMethod
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.propose_surpluses import propose_surpluses
from tests.fakes.refunds import Reply
from tests.unit.portal.conftest import Browser, Page
from tests.unit.portal.test_plan_pages import read
from tests.usecases.refund_steps import SECOND

SCREEN = "/staff/payments/{}/refund"


def two_payments(student: Browser) -> str:
    student.declares("01")
    first = student.opens_the_payment()
    student.send(first, f"{first.url.path}/give-up")
    student.is_charged(student.opens_the_payment(), "7001")
    student.is_charged(first, "7002")
    _, paid = student.ports.memory.payments["7002"]
    return paid.id


def prepared(student: Browser, method: str = "card", amount: str = "601,00") -> str:
    """Prepare through the form and its confirmation; return the path of the sheet."""
    path = SCREEN.format(two_payments(student))
    student.acts_as("accountant")
    assert path in student.get("/staff/credits").text
    given = {"amount": amount, "method": method, "reason": "payé deux fois"}
    confirmation = student.send(student.get(path), path, **given)
    assert f"Rendre <strong>{amount} €</strong> à <strong>TESTCD Chris</strong>" in read(confirmation)
    sheet = student.send(confirmation, path)
    assert "préparé : attend une seconde personne" in read(sheet)
    return str(sheet.url.path)


def as_second(student: Browser) -> None:
    """Let another accountant be the one who prepared: the one at the screen is then the second person."""
    memory = student.ports.memory
    for key, refund in memory.refunds.items():
        memory.refunds[key] = replace(refund, prepared_by=SECOND.id)


def test_card_refund_is_prepared_approved_and_shown_to_the_student(student: Browser) -> None:
    sheet = prepared(student)
    assert "une autre personne de la comptabilité décide" in read(student.get(sheet))
    assert sheet in student.get("/staff/refunds").text
    as_second(student)
    done = student.send(student.get(sheet), f"{sheet}/decision", decision="approve")
    assert "<strong>fait</strong>" in read(done)
    assert "Aucun remboursement dans cet état" in read(student.get("/staff/refunds"))
    assert sheet in student.get("/staff/refunds?state=done").text
    student.acts_as("student")
    assert "Remboursements (1)" in read(student.get("/account"))


def test_form_keeps_what_was_typed_and_says_the_limit(student: Browser) -> None:
    path = SCREEN.format(two_payments(student))
    student.acts_as("accountant")
    given = {"amount": "700", "method": "transfer", "reason": "payé deux fois"}
    refused = student.send(student.get(path), path, **given)
    assert refused.status_code == 422
    assert "Au plus 601,00 €" in read(refused)
    assert (Page(refused).form(path).fields["amount"], given["reason"] in refused.text) == ("700", True)
    not_read = student.send(student.get(path), path, **(given | {"amount": "beaucoup"}))
    assert (not_read.status_code, "beaucoup" in not_read.text) == (422, True)
    assert student.get(SCREEN.format("0000000000000001-t9")).status_code == 404


def test_own_refund_is_not_approved_and_the_sheet_says_so(student: Browser) -> None:
    sheet = prepared(student)
    as_second(student)
    page = student.get(sheet)
    refused = student.send(page, f"{sheet}/decision", decision="refuse", reason=" ")
    assert (refused.status_code, "demande un motif" in refused.text) == (422, True)
    declined = student.send(page, f"{sheet}/decision", decision="refuse", reason="pas dû")
    assert "refusé par la seconde personne" in read(declined)
    assert student.get(f"/staff/refunds?state=declined&after={'x' * 300}").status_code == 200


def test_transfer_waits_for_the_iban_that_the_student_gives(student: Browser) -> None:
    sheet = prepared(student, method="transfer")
    as_second(student)
    approved = student.send(student.get(sheet), f"{sheet}/decision", decision="approve")
    early = student.send(approved, f"{sheet}/transfer", step="sent")
    assert (early.status_code, "pas encore donné son IBAN" in read(early)) == (409, True)
    student.acts_as("student")
    action = f"/refunds/{sheet.rpartition('/')[2]}/iban"
    wrong = student.send(student.get("/account"), action, iban="FR76 3000 6000 0112 3456 7890 188")
    assert (wrong.status_code, "7890 188" in wrong.text) == (422, True)
    given = student.send(wrong, action, iban="FR76 3000 6000 0112 3456 7890 189")
    assert "IBAN donné : … 0189" in read(given)
    student.acts_as("accountant")
    sent = student.send(student.get(sheet), f"{sheet}/transfer", step="sent")
    done = student.send(sent, f"{sheet}/transfer", step="done")
    assert "<strong>fait</strong>" in read(done)
    _, paid = student.ports.memory.payments["7002"]
    assert (paid.refunded_cents, paid.transferred_cents, paid.method) == (60100, 60100, PaymentMethod.CARD)


def test_what_cannot_be_given_back_is_refused_before_it_is_confirmed(student: Browser) -> None:
    path = SCREEN.format(two_payments(student))
    student.acts_as("accountant")
    given = {"amount": "601,01", "method": "card", "reason": "payé deux fois"}
    refused = student.send(student.get(path), path, **given)
    assert (refused.status_code, "Au plus 601,00 €" in read(refused)) == (422, True)
    assert (Page(refused).form(path).fields["amount"], "Confirmer" in refused.text) == ("601,01", False)


def test_confirmation_names_what_will_be_owed_and_goes_back_with_what_was_typed(student: Browser) -> None:
    student.declares("01")
    student.pays()
    ((_, paid),) = student.ports.memory.payments.values()
    path = SCREEN.format(paid.id)
    student.acts_as("accountant")
    form = student.get(path)
    assert "Carte du 24/06/2022" in read(form)
    assert paid.id not in read(form).replace(path, "")
    given = {"amount": "100", "method": "card", "reason": "bourse"}
    shown = student.send(form, path, **given)
    assert "Reste dû</dt><dd>0,00 € → 100,00 €" in read(shown)
    again = student.send(shown, path, edit="1", sure="")
    assert Page(again).form(path).fields["amount"] == "100"
    assert "bourse" in again.text
    assert student.ports.memory.refunds == {}


def test_cheque_is_offered_back_by_transfer_alone(student: Browser) -> None:
    paid = two_payments(student)
    memory = student.ports.memory
    for key, (owner, each) in memory.payments.items():
        memory.payments[key] = owner, replace(each, method=PaymentMethod.CHEQUE)
    student.acts_as("accountant")
    page = read(student.get(SCREEN.format(paid)))
    assert "par virement" in page
    assert "sur la carte" not in page


def test_decision_without_a_decision_decides_nothing(student: Browser) -> None:
    sheet = prepared(student)
    as_second(student)
    page = student.get(sheet)
    for given in ({}, {"decision": "peut-être"}, {"decision": "refuse", "reason": "a\x00b"}):
        refused = student.send(page, f"{sheet}/decision", **({"reason": "pas dû"} | given))
        assert (refused.status_code, "pas de réponse lisible" in read(refused)) == (422, True)
    assert {each.state for each in student.ports.memory.refunds.values()} == {"prepared"}


def approved_transfer(student: Browser) -> str:
    sheet = prepared(student, method="transfer")
    as_second(student)
    student.send(student.get(sheet), f"{sheet}/decision", decision="approve")
    return sheet


def link_of(student: Browser) -> str:
    for entry in list(student.ports.memory.entries.values()):
        if entry.topic is Topic.IBAN_NEEDED:
            deliver_outbox(student.ports, entry.id)
    return f"/iban?token={student.ports.mailer.tokens[-1]}"


def test_mailed_link_takes_the_iban_after_its_owner_has_seen_bank_and_country(student: Browser) -> None:
    sheet = approved_transfer(student)
    link = link_of(student)
    student.http.cookies.clear()
    form = student.get(link)
    assert "Remboursement à C. T." in read(form)
    assert "TESTCD" not in form.text
    wrong = student.send(form, "/iban", iban="FR76 3000 6000 0112 3456 7890 188")
    assert (wrong.status_code, "7890 188" in wrong.text) == (422, True)
    far = student.send(wrong, "/iban", iban="TN59 1000 6035 1835 9847 8831")
    assert (far.status_code, "n'arrive pas dans le pays" in read(far)) == (422, True)
    seen = student.send(far, "/iban", iban="FR76 3000 6000 0112 3456 7890 189")
    assert "FR76 3000 6000 0112 3456 7890 189" in read(seen)
    assert ("France" in read(seen), "30006" in read(seen)) == (True, True)
    changed = student.send(seen, "/iban", change="1")
    assert "FR76 3000 6000 0112 3456 7890 189" in changed.text
    kept = student.send(seen, "/iban", sure="1")
    assert "FR76 … 0189" in read(kept)
    over = student.get(link)
    assert (over.status_code, "n'est plus valable" in read(over)) == (410, True)
    assert student.send(seen, "/iban", sure="1").status_code == 410
    student.log_in("accountant@demo.test")
    assert "FR7630006000011234567890189" in student.get(sheet).text


def test_accounting_sends_another_link(student: Browser) -> None:
    sheet = approved_transfer(student)
    link_of(student)
    asked = student.send(student.get(sheet), f"{sheet}/iban")
    assert "Un nouveau lien part par mail" in read(asked)
    student.ports.memory.refunds[sheet.rpartition("/")[2]] = replace(
        student.ports.memory.refunds[sheet.rpartition("/")[2]], iban="FR7630006000011234567890189"
    )
    assert student.send(asked, f"{sheet}/iban").status_code == 409


def test_card_that_refuses_offers_a_transfer_to_another_person(student: Browser) -> None:
    student.ports.gateway.vault.otherwise = Reply.REFUSE
    sheet = prepared(student)
    as_second(student)
    refused = student.send(student.get(sheet), f"{sheet}/decision", decision="approve")
    assert "refusé par la banque" in read(refused)
    transfer = student.send(refused, f"{sheet}/as-transfer")
    assert "par virement" in read(transfer)
    assert "une autre personne de la comptabilité décide" in read(transfer)
    assert "Préparer un virement" not in student.get(sheet).text
    again = student.send(refused, f"{sheet}/as-transfer")
    assert again.url == transfer.url


def test_surplus_of_two_pages_is_proposed_to_one_accountant_with_its_proof(student: Browser) -> None:
    two_payments(student)
    propose_surpluses(student.ports)
    (known,) = student.ports.memory.refunds.values()
    student.acts_as("accountant")
    assert "Quittance" in read(student.get("/staff/refunds"))
    sheet = student.get(f"/staff/refunds/{known.id}")
    assert "Deux de nos pages ont été payées pour la même somme" in read(sheet)
    assert "une seule personne de la comptabilité l'approuve" in read(sheet)
    done = student.send(sheet, f"/staff/refunds/{known.id}/decision", decision="approve")
    assert "<strong>fait</strong>" in read(done)


def test_approved_refund_is_cancelled_with_a_reason_before_it_leaves(student: Browser) -> None:
    sheet = approved_transfer(student)
    path = f"{sheet}/cancellation"
    refused = student.send(student.get(sheet), path, reason=" ")
    assert (refused.status_code, "demande un motif" in refused.text) == (422, True)
    long = student.send(refused, path, reason="x" * 501)
    assert (long.status_code, "500 caractères" in read(long)) == (422, True)
    done = student.send(refused, path, reason="le chèque est revenu")
    assert "annulé : il avait été approuvé, rien n'est parti" in read(done)
    assert "le chèque est revenu" in read(done)
    assert "Annuler avant l'envoi" not in read(done)
    assert "annulé" in read(student.get("/staff/refunds?state=cancelled"))


def test_kept_page_of_a_preparation_cancels_no_approved_refund(student: Browser) -> None:
    sheet = prepared(student, method="transfer")
    page, path = student.get(sheet), f"{sheet}/cancellation"
    assert "Personne n'a encore décidé" in read(page)
    decide_refund(student.ports, sheet.rpartition("/")[2], SECOND, "", None, is_approved=True)
    refused = student.send(page, path, reason="trompé")
    assert (refused.status_code, "approuvé depuis votre lecture" in read(refused)) == (409, True)
    assert "L'étudiant l'apprend par mail" in read(refused)
    assert ">trompé</textarea>" in refused.text
    headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
    told = {"reason": "trompé", "seen_state": "prepared"}
    moved = student.http.post(f"/api/v1{path}", json=told, headers=headers)
    assert (moved.status_code, moved.json()["code"]) == (409, "refund_not_ready")
    assert "<strong>annulé" in read(student.send(refused, path, reason="trompé"))
