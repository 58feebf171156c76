"""The evidence for a dispute: a drafted answer, and the facts it stands on, read back from the PDF."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import outloud  # type: ignore[import-untyped] # ships no types
import pytest
from pypdf import PdfReader

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason
from chalicelib.domain.collection.evidence import EvidenceFile
from chalicelib.domain.errors import NotFound
from chalicelib.domain.payments import Evidence
from chalicelib.domain.sessions import Method, Stage
from chalicelib.invoicing.render import render_evidence
from chalicelib.usecases.collection.issue_evidence import issue_evidence
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.sign_in.open_session import create_session
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student, chris, ports

__all__ = ["chris", "ports"]


def issued(student: Student, payment_id: str) -> EvidenceFile:
    """Return what the use case gives to the renderer."""
    given: list[EvidenceFile] = []

    def render(evidence: EvidenceFile) -> bytes:
        given.append(evidence)
        return b"pdf"

    student.ports.render_evidence = render  # type: ignore[method-assign]  # a fake is there to be bent
    issue_evidence(student.ports, payment_id)
    return given[0]


def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def debited(chris: Student) -> Student:
    """A plan whose second part was announced, debited, and disputed."""
    create_session(chris.ports, CHRIS, Method.PASSWORD, Stage.OPEN)
    chris.starts_the_plan()
    chris.is_at("2022-07-03 09:00")
    for entry in chris.ports.outbox.pending(chris.ports.at):
        deliver_outbox(chris.ports, entry.id)
    chris.debits_run("2022-07-10 09:00")
    return chris


def second(chris: Student) -> str:
    return next(each.id for each in chris.account.payments if each.rank == 2)


def disputed(chris: Student) -> EvidenceFile:
    returned = BankReturn(20031, "code 10.4", DisputeReason.FRAUDULENT, date(2022, 8, 1))
    take_back_payment(chris.ports, second(chris), returned, ACCOUNTANT)
    return issued(chris, second(chris))


def test_answer_says_what_the_bank_asks_and_what_speaks_for_the_payment(debited: Student) -> None:
    evidence = disputed(debited)
    assert evidence.pack.mandate
    proof = Evidence("A1", "CB", "44", "2512", "Y", "O")
    mandate = replace(evidence.pack.mandate, evidence=proof)
    told = replace(evidence, pack=replace(evidence.pack, mandate=mandate))
    shown = words(render_evidence(told))
    assert "Vous nous avez fait savoir que le paiement de 200,31 € du 10/07/2022" in shown
    assert "son titulaire dit ne pas l'avoir fait" in shown
    assert "authentification réussie (résultat Y)" in shown
    assert "Il a été annoncé au payeur par mail le" in shown
    assert f"Il règle la facture n° {debited.account.invoices[0].number}" in shown
    assert mandate.schedule_hash in shown.replace(" ", "")
    assert "annonce du prélèvement, à s…@demo.test" in shown
    assert " ".join(mandate.consent.split())[:60] in shown
    assert "Les connexions connues" in shown


def test_notices_are_those_of_this_payment(debited: Student) -> None:
    evidence = disputed(debited)
    assert {each.rank for each in evidence.notices} <= {0, 2}
    assert "debit_notice" in {each.topic for each in evidence.notices}
    assert evidence.log_in_days == (date(2022, 6, 24),)


def test_payment_on_a_page_has_its_page_and_no_mandate(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    (payment,) = chris.account.payments
    evidence = issued(chris, payment.id)
    shown = words(render_evidence(evidence))
    assert "La page de paiement" in shown
    assert "Texte accepté" not in shown
    assert "Vous trouverez ci-dessous ce que nous savons" in shown


def test_unknown_payment_has_none_and_the_same_facts_give_one_document(debited: Student) -> None:
    first, again = (issue_evidence(debited.ports, second(debited)) for _ in range(2))
    assert first == again
    with pytest.raises(NotFound):
        issue_evidence(debited.ports, f"{CHRIS.id}-t9")


def test_it_passes_the_accessibility_checker(debited: Student, tmp_path: Path) -> None:
    file = tmp_path / "evidence.pdf"
    file.write_bytes(render_evidence(disputed(debited)))
    result = outloud.check(str(file))
    assert (result.verdict, result.errors, result.warnings) == ("pass", 0, 0)
