"""A season of 300 files: what the sources confirm is validated at once; the rest is seen by hand."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.evidence.answers import CvecAttestation, GrantFound
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceUnavailable
from chalicelib.domain.evidence.standing import Standing, standing
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.evidence.check_cvec import check_cvec
from chalicelib.usecases.evidence.check_grant import check_grant
from chalicelib.usecases.lists.decide_many import MOST, decide_many
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from tests.fakes.evidence import FakeCvec, FakeGrants
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import CHRIS, REGISTRAR

FILES = 300
LETTERS = "ABCDEFGHIJKLMNOPQRST"
"""The names of the season are two letters: nobody's."""


@dataclass(frozen=True)
class Case:
    """One in twenty students: the situation, the state of the attestation, and what is particular."""

    code: str = "01"
    state: int | None = 75
    is_other: bool = False
    grant: str = ""
    """"": not asked; "final", "provisional", "late" (from September on), "none"."""


CASES = (
    *[Case()] * 9,
    *[Case("02", 71)] * 5,
    Case("02", 75, grant="final"),
    Case("02", 75, grant="late"),
    Case("02", 75, grant="provisional"),
    Case("02", 75),
    Case(is_other=True),
    Case(state=None),
)


@dataclass
class Season:
    ports: FakePorts
    files: dict[str, Case]

    def registration(self, file: str) -> Registration:
        return self.ports.registrations.get(file)

    def standings(self) -> Counter[Standing]:
        campaign = self.ports.campaigns.current()
        return Counter(standing(self.registration(file), campaign) for file in self.files)

    def verified(self) -> list[str]:
        campaign = self.ports.campaigns.current()
        return [
            file
            for file in self.files
            if self.registration(file).status is RegistrationStatus.PRE_REGISTERED
            and standing(self.registration(file), campaign) is Standing.VERIFIED
        ]

    def waits_until(self, day: date) -> None:
        """Deliver the questions that are due, as the schedule does, until a day."""
        while due := sorted(
            (entry.waits_until, entry.id)
            for entry in self.ports.memory.entries.values()
            if entry.topic is Topic.CHECK_EVIDENCE and entry.waits_until.date() < day
        ):
            self.ports.at = max(self.ports.at, due[0][0] + timedelta(seconds=1))
            deliver_outbox(self.ports, due[0][1])

    def are_validated(self) -> int:
        """Validate all verified files at once, by as many calls as it takes; return how many calls."""
        files, calls = self.verified(), 0
        for start in range(0, len(files), MOST):
            results = decide_many(
                self.ports, files[start : start + MOST], Decision.VALIDATE, "", REGISTRAR, {}
            )
            assert [each for each in results if not each.is_done] == []
            calls += 1
        return calls


def student(number: int) -> Person:
    first, second = divmod(number, len(LETTERS))
    name = LETTERS[first] + LETTERS[second]
    return replace(
        CHRIS, id=f"5{number:015x}", email=f"{name.lower()}@demo.test", last_name=name, first_name=name
    )


def asks(ports: FakePorts, cvec: FakeCvec, grants: FakeGrants, number: int, case: Case) -> str:
    """Enrol a student who declares, types what they have, and goes on; return the file's id."""
    person = student(number)
    file = enrol_student(ports, person, "I2223_Y1_1A", ports.campaigns.current().id).id
    choose_fee_situation(ports, person.id, file, case.code)
    told = ToldIdentity((person.last_name,), (person.first_name,), person.birth_on)
    code, ine = f"SEASON{number:06}", f"SEASON{number:05}"
    if case.state:
        shown = replace(told, birth_on=date(1999, 1, 1)) if case.is_other else told
        cvec.attestations[code] = CvecAttestation(shown, case.state)
        check_cvec(ports, person.id, file, code)
    if case.grant:
        grant = GrantFound(told, is_holder=True, level="5", starts_on=date(2022, 9, 1), months=10)
        if case.grant in {"final", "provisional"}:
            grants.holders[ine] = replace(grant, is_provisional=case.grant == "provisional")
        check_grant(ports, person.id, file, ine, consents=True)
        if case.grant == "late":
            grants.holders[ine] = grant
    return file


def season(ports: FakePorts, accident: Exception | None = None) -> Season:
    cvec, grants = FakeCvec(accident=accident), FakeGrants(accident=accident)
    ports.cvec_source, ports.grant_source = cvec, grants
    cases = [CASES[number % len(CASES)] for number in range(FILES)]
    files = {asks(ports, cvec, grants, number, case): case for number, case in enumerate(cases)}
    cvec.accident = grants.accident = None
    return Season(ports, files)


def test_most_of_the_queue_is_validated_at_once(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    files = season(ports)
    summer = len(files.verified())
    calls = files.are_validated()
    files.waits_until(date(2022, 11, 15))
    calls += files.are_validated()
    decided = [files.registration(each).status is RegistrationStatus.VALIDATED for each in files.files]
    by_hand = files.standings() - Counter({Standing.VERIFIED: FILES})
    with capsys.disabled():
        print(  # noqa: T201 - the figure is the proof
            f"\n{FILES} files: {sum(decided)} hand checks saved ({summer} in summer) by {calls} acts; "
            f"by hand: {dict(by_hand)}"
        )
    assert summer == FILES * 15 // 20
    assert sum(decided) == FILES * 16 // 20, "the late grants too"
    assert by_hand == {Standing.HELD: FILES * 3 // 20, Standing.NONE: FILES // 20}


def test_only_what_is_shown_is_ever_verified(ports: FakePorts) -> None:
    files = season(ports)
    files.waits_until(date(2022, 11, 15))
    for file in files.verified():
        case = files.files[file]
        assert not case.is_other
        assert case.state in {70, 71, 73, 75, 76, 98}
        assert case.code == "01" or case.state == 71 or case.grant in {"final", "late"}


@pytest.mark.parametrize("accident", [SourceUnavailable(), SourceUnavailable(retry_in=3600)])
def test_outage_changes_nothing_but_when_the_step_is_ticked(ports: FakePorts, accident: Exception) -> None:
    """Everybody declares and goes on; once the services answer, the files stand as if they always had."""
    files = season(ports, accident)
    assert set(files.standings()) <= {Standing.WAITING, Standing.NONE}
    assert all(files.registration(file).fee_situation_code == case.code for file, case in files.files.items())
    assert not any(files.registration(file).seen_steps for file in files.files)
    files.waits_until(date(2022, 6, 30))
    assert len(files.verified()) >= FILES * 15 // 20
    files.waits_until(date(2022, 11, 15))
    assert len(files.verified()) == FILES * 16 // 20


def test_nothing_is_decided_by_an_answer(ports: FakePorts) -> None:
    files = season(ports)
    files.waits_until(date(2022, 11, 15))
    decided = {files.registration(file).status for file in files.files}
    assert decided == {RegistrationStatus.PRE_REGISTERED}
    with pytest.raises(QuittanceError):
        check_cvec(ports, student(0).id, next(iter(files.files)), "SEASON999999")
