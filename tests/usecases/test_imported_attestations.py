"""The column `cvec` of the school's file: numbers of attestations, checked after the import."""

from datetime import date

import pytest

from chalicelib.domain.evidence.answers import CvecAttestation
from chalicelib.domain.evidence.checks import Verdict
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.outbox import Topic
from chalicelib.domain.sessions import Credentials
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from tests.fakes.evidence import FakeCvec
from tests.fakes.ports import FakePorts
from tests.unit.domain.test_import_files import CHRIS, NOA
from tests.usecases.test_student_imports import ADMIN, causes, check, counts, load, student_of, topics


@pytest.fixture
def school(ports: FakePorts) -> FakePorts:
    ports.memory.enrol(ADMIN, Credentials(ADMIN.id, "password"))
    return ports


NUMBER = "ABC1HIJKLM23"
TOLD = ToldIdentity(("TESTCD",), ("CHRIS",), date(2000, 1, 1))


@pytest.fixture
def cvec(school: FakePorts) -> FakeCvec:
    school.cvec_source = FakeCvec({NUMBER: CvecAttestation(TOLD, 75)})
    return school.cvec_source


def delivers(school: FakePorts) -> None:
    for entry in tuple(school.memory.entries.values()):
        deliver_outbox(school, entry.id)


def test_are_asked_for_after_the_import(school: FakePorts, cvec: FakeCvec) -> None:
    load(school, CHRIS | {"cvec": "abc1 hijk lm23"}, NOA | {"cvec": ""})
    assert cvec.asked == []
    delivers(school)
    assert cvec.asked == [(NUMBER, "TESTCD", 2022)]
    chris = student_of(school, CHRIS).registration
    assert [each.verdict for each in chris.evidence] == [Verdict.VERIFIED]
    assert chris.seen_steps == {"cvec"}
    assert student_of(school, NOA).registration.evidence == ()


def test_are_asked_for_by_the_birth_name(school: FakePorts, cvec: FakeCvec) -> None:
    load(school, CHRIS | {"nom_usage": "USAGE", "cvec": NUMBER})
    delivers(school)
    assert cvec.asked == [(NUMBER, "TESTCD", 2022)]


def test_come_later_and_once(school: FakePorts, cvec: FakeCvec) -> None:
    load(school, CHRIS)
    row = CHRIS | {"cvec": NUMBER}
    assert counts(school, row) == (0, 1, 0, 0)
    load(school, row)
    assert counts(school, row) == (0, 0, 1, 0)
    assert counts(school, row | {"cvec": "ABC1HIJKLM99"}) == (0, 0, 1, 0), "the one that was given stays"
    school.move(minutes=1)
    renamed = load(school, row | {"prenom": "Christine"})
    assert renamed.failed == 0
    assert len([each for each in topics(school) if each is Topic.CHECK_EVIDENCE]) == 1
    delivers(school)
    assert len(cvec.asked) == 1


def test_number_that_is_none_is_named(school: FakePorts, cvec: FakeCvec) -> None:
    assert causes(school, CHRIS | {"cvec": "123"}) == [(2, "cvec", "cvec_not_valid")]
    assert cvec.asked == []


def test_column_is_ignored_where_nothing_is_checked(school: FakePorts) -> None:
    checked = check(school, CHRIS | {"cvec": "anything"})
    assert (checked.report.errors, checked.report.ignored) == ((), ("cvec",))
    load(school, CHRIS | {"cvec": NUMBER})
    assert student_of(school, CHRIS).registration.evidence == ()
