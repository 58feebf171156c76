"""Evidence checked at its sources: an answer ticks a step, and decides nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import FileDecided
from chalicelib.domain.changes import Changes
from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound
from chalicelib.domain.evidence.checks import EvidenceCheck, Source, Verdict, shown_state
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.refusals import (
    ConsentMissing,
    CvecNumberWrong,
    EvidenceChecked,
    IneWrong,
    SourceOff,
)
from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from chalicelib.domain.evidence.standing import Standing, check_of, standing
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import Topic
from chalicelib.domain.registration import Decision
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.evidence.ask_source import ask_source
from chalicelib.usecases.evidence.check_cvec import check_cvec
from chalicelib.usecases.evidence.check_grant import check_grant
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.evidence import FakeCvec, FakeGrants
from tests.usecases.conftest import CHRIS, REGISTRAR, Student
from tests.usecases.plan_acts import entries

NUMBER, INE = "ABC1HIJKLM23", "1234567890A"
SELF = ToldIdentity((CHRIS.last_name.upper(), "AUTRE"), ("ZOÉ", CHRIS.first_name.upper()), CHRIS.birth_on)
STRANGER = replace(SELF, birth_on=date(1999, 1, 1))
GRANT = GrantFound(SELF, is_holder=True, level="6", starts_on=date(2022, 9, 1), months=10)


@pytest.fixture
def cvec(chris: Student) -> FakeCvec:
    source = FakeCvec()
    chris.ports.cvec_source = source
    return source


@pytest.fixture
def grants(chris: Student) -> FakeGrants:
    source = FakeGrants()
    chris.ports.grant_source = source
    return source


def types(student: Student, number: str = NUMBER, birth_name: str = "") -> EvidenceCheck:
    check_cvec(student.ports, student.person.id, student.registration_id, number, birth_name)
    return shown(student, Source.CVEC)


def consents(student: Student, ine: str = INE) -> EvidenceCheck:
    check_grant(student.ports, student.person.id, student.registration_id, ine, consents=True)
    return shown(student, Source.GRANT)


def shown(student: Student, source: Source) -> EvidenceCheck:
    check = check_of(student.registration, source)
    assert check is not None
    return check


def standing_of(student: Student) -> Standing:
    return standing(student.registration, student.ports.campaigns.current())


def asks_again(student: Student) -> None:
    """Deliver what waits in the outbox, a second after its moment."""
    (entry, *_) = sorted(entries(student, Topic.CHECK_EVIDENCE), key=lambda each: each.waits_until)
    student.ports.at = max(student.ports.at, entry.waits_until + timedelta(seconds=1))
    deliver_outbox(student.ports, entry.id)


class TestCvec:
    def test_valid_attestation_ticks_the_step_and_keeps_no_answer(
        self, chris: Student, cvec: FakeCvec
    ) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 70)
        check = types(chris, " abc1-hijk lm23 ")
        assert (check.verdict, check.state, check.asked_at) == (Verdict.VERIFIED, 70, chris.ports.at)
        assert chris.registration.seen_steps == {"cvec"}
        assert cvec.asked == [(NUMBER, CHRIS.last_name, 2022)]
        assert NUMBER not in repr(check)
        assert NUMBER not in str(chris.ports.memory.audit_waiting)

    @pytest.mark.parametrize("state", [70, 73, 75, 76, 98])
    def test_every_valid_state_is_no_grant(self, chris: Student, cvec: FakeCvec, state: int) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, state)
        assert types(chris).verdict is Verdict.VERIFIED
        chris.declares("02")
        assert standing_of(chris) is Standing.HELD

    def test_state_71_shows_a_grant_holder(self, chris: Student, cvec: FakeCvec) -> None:
        chris.declares("02")
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 71)
        assert types(chris).verdict is Verdict.GRANT_HOLDER
        assert standing_of(chris) is Standing.VERIFIED

    @pytest.mark.parametrize("state", [0, 1, 69, 72, 74, 77, 99, -70])
    def test_any_other_state_is_not_valid(self, chris: Student, cvec: FakeCvec, state: int) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, state)
        assert types(chris).verdict is Verdict.NOT_VALID
        assert chris.registration.seen_steps == frozenset()
        assert standing_of(chris) is Standing.HELD

    def test_attestation_of_another_ticks_nothing_and_keeps_not_even_its_state(
        self, chris: Student, cvec: FakeCvec
    ) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(STRANGER, 71)
        check = types(chris)
        assert (check.verdict, check.state, check.differs) == (Verdict.OTHER_PERSON, None, ("birth_date",))
        assert chris.registration.seen_steps == frozenset()
        assert standing_of(chris) is Standing.HELD

    def test_unknown_number_can_be_corrected(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 70)
        assert types(chris, "ABC1HIJKLM24").verdict is Verdict.NOT_FOUND
        assert types(chris).verdict is Verdict.VERIFIED

    def test_birth_name_of_a_person_with_another_usual_name_is_asked_with(
        self, chris: Student, cvec: FakeCvec
    ) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 70)
        assert types(chris, birth_name=" Autre ").verdict is Verdict.VERIFIED
        assert cvec.asked == [(NUMBER, "Autre", 2022)]

    def test_same_number_is_asked_once(self, chris: Student, cvec: FakeCvec) -> None:
        types(chris)
        types(chris)
        assert len(cvec.asked) == 1
        chris.ports.move(hours=1)
        types(chris)
        assert len(cvec.asked) == 2

    def test_verified_number_is_not_given_again(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 70)
        types(chris)
        assert types(chris).verdict is Verdict.VERIFIED
        with pytest.raises(EvidenceChecked):
            types(chris, "ABC1HIJKLM24")

    def test_numbers_of_others_are_not_found_by_trying(self, chris: Student, cvec: FakeCvec) -> None:
        for last in range(5):
            types(chris, f"ABC1HIJKLM3{last}")
        with pytest.raises(errors.TooManyAttempts):
            types(chris, "ABC1HIJKLM39")
        assert len(cvec.asked) == 5

    @pytest.mark.parametrize("typed", ["", "ABC1HIJKLM2", "ABC1HIJKLM234", "ABC1HIJKLM2é", "../../attest"])
    def test_what_is_no_number_is_not_asked(self, chris: Student, cvec: FakeCvec, typed: str) -> None:
        with pytest.raises(CvecNumberWrong):
            types(chris, typed)
        assert cvec.asked == []

    def test_decided_file_asks_nothing(self, chris: Student, cvec: FakeCvec) -> None:
        chris.declares("02")
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        with pytest.raises(FileDecided):
            types(chris)
        assert cvec.asked == []

    def test_source_that_is_not_configured_is_said(self, chris: Student) -> None:
        with pytest.raises(SourceOff):
            types(chris)
        with pytest.raises(SourceOff):
            consents(chris)


class TestGrant:
    def test_grant_of_the_year_is_shown(self, chris: Student, grants: FakeGrants) -> None:
        chris.declares("02")
        grants.holders[INE] = GRANT
        check = consents(chris, "1234567890a")
        assert (check.verdict, check.level, check.from_on) == (Verdict.GRANT_HOLDER, "6", date(2022, 9, 1))
        assert check.until_on == date(2023, 7, 1)
        assert check.consented_at == chris.ports.at

    @pytest.mark.parametrize(
        ("change", "verdict"),
        [
            ({"starts_on": date(2021, 9, 1), "months": 10}, Verdict.OUT_OF_PERIOD),
            ({"starts_on": date(2021, 9, 1), "months": 13}, Verdict.OUT_OF_PERIOD),
            ({"starts_on": None, "months": None}, Verdict.OUT_OF_PERIOD),
            ({"starts_on": date(2022, 11, 1), "months": 8}, Verdict.GRANT_HOLDER),
            ({"starts_on": date(2023, 9, 1), "months": 10}, Verdict.OUT_OF_PERIOD),
            ({"is_provisional": True}, Verdict.PROVISIONAL),
            ({"is_holder": False}, Verdict.NOT_FOUND),
            ({"identity": STRANGER}, Verdict.OTHER_PERSON),
        ],
    )
    def test_what_is_no_grant_of_the_year(
        self, chris: Student, grants: FakeGrants, change: dict[str, object], verdict: Verdict
    ) -> None:
        grants.holders[INE] = replace(GRANT, **change)  # type: ignore[arg-type]  # its fields
        assert consents(chris).verdict is verdict

    def test_nothing_is_asked_without_consent(self, chris: Student, grants: FakeGrants) -> None:
        with pytest.raises(ConsentMissing):
            check_grant(chris.ports, CHRIS.id, chris.registration_id, INE, consents=False)
        assert grants.asked == []

    def test_wrong_ine_is_not_asked(self, chris: Student, grants: FakeGrants) -> None:
        with pytest.raises(IneWrong):
            consents(chris, "123")
        assert grants.asked == []

    def test_holder_that_is_not_found_is_looked_for_in_september(
        self, chris: Student, grants: FakeGrants
    ) -> None:
        chris.declares("02")
        assert consents(chris).verdict is Verdict.NOT_FOUND
        grants.holders[INE] = GRANT
        asks_again(chris)
        assert chris.ports.at.date() == date(2022, 9, 8)
        assert shown(chris, Source.GRANT).verdict is Verdict.GRANT_HOLDER

    def test_look_ends_with_october(self, chris: Student, grants: FakeGrants) -> None:
        consents(chris)
        while shown(chris, Source.GRANT).next_ask_at:
            asks_again(chris)
        assert date(2022, 10, 20) < chris.ports.at.date() <= date(2022, 10, 31)
        assert len(grants.asked) < 10


class TestUnavailable:
    def test_number_waits_and_is_asked_again_with_growing_pauses(
        self, chris: Student, cvec: FakeCvec
    ) -> None:
        cvec.accident = SourceUnavailable()
        first = types(chris)
        assert (first.verdict, standing_of(chris)) == (Verdict.WAITING, Standing.WAITING)
        pauses = []
        while check_of(chris.registration, Source.CVEC).next_ask_at:  # type: ignore[union-attr]  # it was typed
            before = chris.ports.at
            asks_again(chris)
            pauses.append(chris.ports.at - before)
        assert pauses == sorted(pauses)
        assert len(cvec.asked) == 12
        assert shown_state(shown(chris, Source.CVEC)) == "to_be_seen"

    def test_answer_comes_later(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.accident = SourceUnavailable()
        types(chris)
        cvec.accident, cvec.attestations[NUMBER] = None, CvecAttestation(SELF, 70)
        asks_again(chris)
        assert shown(chris, Source.CVEC).verdict is Verdict.VERIFIED
        assert chris.registration.seen_steps == {"cvec"}

    def test_source_that_names_its_pause_is_not_asked_before(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.accident = SourceUnavailable(retry_in=7200)
        assert types(chris).next_ask_at == chris.ports.at + timedelta(hours=2)

    def test_refusal_of_the_school_is_an_alarm_and_waits(self, chris: Student, cvec: FakeCvec) -> None:
        chris.ports.alarms.expects_failures = True
        cvec.accident = SourceRefused()
        assert types(chris).verdict is Verdict.WAITING
        assert chris.ports.alarms.raised == ["failure source of evidence refuses the school SourceRefused"]

    def test_question_of_an_older_number_changes_nothing(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.accident = SourceUnavailable()
        types(chris)
        cvec.accident = None
        types(chris, "ABC1HIJKLM24")
        asks_again(chris)
        assert shown(chris, Source.CVEC).number == "ABC1HIJKLM24"

    def test_source_switched_off_meanwhile_is_not_asked(self, chris: Student, cvec: FakeCvec) -> None:
        cvec.accident = SourceUnavailable()
        types(chris)
        chris.ports.cvec_source = None
        asks_again(chris)
        assert shown(chris, Source.CVEC).verdict is Verdict.WAITING


class TestLater:
    def test_provisional_grant_is_looked_at_until_it_is_final(
        self, chris: Student, grants: FakeGrants
    ) -> None:
        chris.declares("02")
        grants.holders[INE] = replace(GRANT, is_provisional=True)
        assert consents(chris).verdict is Verdict.PROVISIONAL
        assert standing_of(chris) is Standing.HELD
        grants.holders[INE] = GRANT
        asks_again(chris)
        assert shown(chris, Source.GRANT).verdict is Verdict.GRANT_HOLDER

    def test_attestation_with_another_ine_than_the_schools_file_is_of_another(
        self, chris: Student, cvec: FakeCvec
    ) -> None:
        known = Identity("ine", INE.lower(), CHRIS.id, chris.ports.at)
        chris.ports.store.commit(Changes((known,), audit=chris.trace))
        cvec.attestations[NUMBER] = CvecAttestation(SELF, 70, "1234567890B")
        assert types(chris).differs == ("ine",)
        assert chris.registration.seen_steps == frozenset()
        cvec.attestations["ABC1HIJKLM24"] = CvecAttestation(SELF, 70, INE)
        assert types(chris, "ABC1HIJKLM24").verdict is Verdict.VERIFIED


class TestAtOnce:
    def test_answer_for_good_is_not_overtaken_by_another_tab(self, chris: Student) -> None:
        class TwoTabs(FakeCvec):
            """Answers about the other tab's number while the first tab waits."""

            def attestation(
                self, code: str, birth_name: str, campaign_year: int
            ) -> CvecAttestation | CvecUnknown:
                if not self.asked:
                    self.asked.append((code, birth_name, campaign_year))
                    types(chris)
                return super().attestation(code, birth_name, campaign_year)

        chris.ports.cvec_source = TwoTabs({NUMBER: CvecAttestation(SELF, 70)})
        check = types(chris, "ABC1HIJKLM24")
        assert (check.number, check.verdict) == (NUMBER, Verdict.VERIFIED)

    def test_source_that_is_off_is_never_asked(self, chris: Student) -> None:
        wanted = EvidenceCheck(Source.CVEC, NUMBER, Verdict.WAITING, chris.ports.at)
        with pytest.raises(SourceOff):
            ask_source(chris.ports, CHRIS, chris.registration, wanted)
