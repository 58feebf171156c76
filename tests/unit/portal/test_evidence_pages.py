"""The pages of evidence checked at its sources: the student's menu 1 and the registrar's file."""

from datetime import date

import pytest

from chalicelib.domain.evidence.answers import CvecAttestation, GrantFound
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceUnavailable
from tests.fakes.evidence import FakeCvec, FakeGrants
from tests.unit.portal.conftest import Browser, without_spaces

NUMBER, INE = "ABC1HIJKLM23", "1234567890A"
SELF = ToldIdentity(("TESTCD",), ("CHRIS",), date(2000, 1, 1))
STRANGER = ToldIdentity(("TESTCD",), ("CHRIS",), date(1999, 1, 1))
GRANT = GrantFound(SELF, is_holder=True, level="6", starts_on=date(2022, 9, 1), months=10)
ISIMA = "0000000000000001-1"


@pytest.fixture
def sources(student: Browser) -> tuple[FakeCvec, FakeGrants]:
    cvec, grants = FakeCvec(), FakeGrants()
    student.ports.cvec_source, student.ports.grant_source = cvec, grants
    return cvec, grants


def types(student: Browser, number: str = NUMBER, lang: str = "") -> str:
    page = student.get(f"/dossier{lang}")
    return without_spaces(student.send(page, "/dossier/cvec", number=number).text)


def test_nothing_is_shown_where_no_source_is_configured(student: Browser) -> None:
    student.declares("02")
    assert "/dossier/cvec" not in student.get("/dossier").text
    assert "/dossier/grant" not in student.get("/dossier").text


def test_valid_attestation_is_told_and_asked_no_more(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("02")
    sources[0].attestations[NUMBER] = CvecAttestation(SELF, 71)
    text = types(student)
    assert "vous désigne comme boursier" in text
    assert 'action="/dossier/cvec"' not in text
    assert "1/3" not in text
    assert student.ports.registrations.get(ISIMA).seen_steps == {"cvec"}


@pytest.mark.parametrize(
    ("state", "words"),
    [(75, "étape 1 est cochée."), (0, "est pas valide à ce jour")],
)
def test_each_answer_has_its_sentence(
    student: Browser, sources: tuple[FakeCvec, FakeGrants], state: int, words: str
) -> None:
    student.declares("01")
    sources[0].attestations[NUMBER] = CvecAttestation(SELF, state)
    assert words in types(student)


def test_attestation_of_another_tells_the_student_nothing_and_the_registrar_all(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("01")
    sources[0].attestations[NUMBER] = CvecAttestation(STRANGER, 71)
    text = types(student)
    assert "La scolarité regarde cette attestation." in text
    assert "naissance" not in text.partition("Vérifier mes justificatifs")[2].partition("<form")[0]
    assert "1999" not in text
    student.log_in("registrar@demo.test")
    page = without_spaces(student.get(f"/staff/registrations/{ISIMA}").text)
    assert "Identité différente" in page
    assert "diffère : la date de naissance" in page
    assert NUMBER not in page


def test_service_that_is_down_changes_nothing_but_the_tick(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("01")
    sources[0].accident = SourceUnavailable()
    assert "ne répond pas en ce moment" in types(student)
    student.pays()
    assert student.ports.registrations.get(ISIMA).is_paid


def test_wrong_number_is_told_at_its_field_with_what_was_typed(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("01")
    page = student.send(student.get("/dossier"), "/dossier/cvec", number="123")
    assert page.status_code == 422
    assert '<li><a href="#number">' in page.text
    assert 'value="123"' in page.text
    assert sources[0].asked == []


def test_grant_is_asked_of_who_declares_one_and_agrees(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("01")
    assert "/dossier/grant" not in student.get("/dossier").text
    student.declares("02")
    refused = student.send(student.get("/dossier"), "/dossier/grant", ine=INE)
    assert (refused.status_code, '<li><a href="#consent">' in refused.text) == (422, True)
    sources[1].holders[INE] = GRANT
    page = student.send(student.get("/dossier"), "/dossier/grant", ine=INE, consent="yes")
    assert "Votre bourse est confirmée" in without_spaces(page.text)
    assert sources[1].asked == [INE]


def test_sentences_are_in_english_too(student: Browser, sources: tuple[FakeCvec, FakeGrants]) -> None:
    student.declares("02")
    sources[0].attestations[NUMBER] = CvecAttestation(SELF, 71)
    student.get("/dossier?lang=en")
    assert "names you as a grant holder" in types(student)


def test_registrar_finds_the_verified_files_and_sees_what_was_compared(
    student: Browser, sources: tuple[FakeCvec, FakeGrants]
) -> None:
    student.declares("02")
    sources[0].attestations[NUMBER] = CvecAttestation(SELF, 71)
    types(student)
    student.log_in("registrar@demo.test")
    listed = without_spaces(student.get("/staff/registrations?anomaly=evidence_verified").text)
    assert "1 – 1 sur 1" in listed
    assert "Vérifié à la source" in listed
    page = without_spaces(student.get(f"/staff/registrations/{ISIMA}").text)
    assert "Vérifié à la source, boursier" in page
    assert "état 71" in page
    assert "nom, prénom et date de naissance comparés" in page
    assert "1" in without_spaces(student.get("/staff/desk").text)
