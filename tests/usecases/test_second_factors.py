"""The second factor: set up by its owner, asked for at each log-in, each code taken once."""

from functools import partial

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import (
    CodeNotValid,
    ConcurrentUpdate,
    DecisionNotPossible,
    Forbidden,
    InvalidCredentials,
    SecondFactorMissing,
    SecondFactorNeeded,
    SecondFactorUnavailable,
    SessionMissing,
    TooManyAttempts,
)
from chalicelib.domain.limits import CODE, CODE_DAY
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import NEVER, UNFINISHED_LIFETIME, Method, Stage
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.second_factors.enrol_second_factor import (
    confirm_second_factor,
    enrol_second_factor,
    remove_own_second_factor,
    remove_second_factor,
)
from chalicelib.usecases.sign_in.check_code import check_code
from chalicelib.usecases.sign_in.finish_session import finish_session, rotate_token
from chalicelib.usecases.sign_in.open_session import create_session
from chalicelib.usecases.sign_in.read_session import read_unfinished
from tests.fakes.ports import FakePorts, SealerDown
from tests.fakes.store import MemoryStore
from tests.integration.real_engine import at_once
from tests.usecases.sign_in_steps import HERE, SESSION, PersonSteps, acts, somebody


@pytest.fixture
def alex(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xA1, Role.ACCOUNTANT)


@pytest.fixture
def secured(alex: PersonSteps) -> PersonSteps:
    alex.sets_up_a_second_factor()
    return alex


def factor_of(person: PersonSteps) -> SecondFactor | None:
    return person.ports.second_factors.find(person.person.id)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class TestEnrolment:
    def test_is_in_place_once_a_code_confirms_it(self, alex: PersonSteps) -> None:
        shown = enrol_second_factor(alex.ports, alex.person, SESSION)
        assert shown.secret in shown.uri
        assert alex.logs_in(), "nothing is asked for yet"
        alex.secret = shown.secret
        codes = confirm_second_factor(alex.ports, alex.person, SESSION, alex.code())
        assert len(set(codes)) == 10
        with pytest.raises(InvalidCredentials):
            alex.logs_in()
        assert acts(alex.ports) == [Act.SECOND_FACTOR_ENROLLED]
        (told,) = alex.ports.memory.entries.values()
        assert (told.topic, told.person_id) == (Topic.SECOND_FACTOR_SET, alex.person.id)

    def test_shows_the_same_secret_until_it_is_confirmed(self, alex: PersonSteps) -> None:
        assert enrol_second_factor(alex.ports, alex.person, SESSION) == enrol_second_factor(
            alex.ports, alex.person, SESSION
        )

    def test_shows_another_session_another_secret_and_confirms_only_the_last(self, alex: PersonSteps) -> None:
        """Whoever knew the password before its owner enrolled has seen nothing that will ever count."""
        alex.secret = enrol_second_factor(alex.ports, alex.person, "a thief's").secret
        shown = enrol_second_factor(alex.ports, alex.person, SESSION).secret
        assert shown != alex.secret
        with pytest.raises(CodeNotValid):
            confirm_second_factor(alex.ports, alex.person, SESSION, alex.code())
        alex.secret = shown
        with pytest.raises(DecisionNotPossible):
            confirm_second_factor(alex.ports, alex.person, "a thief's", alex.code())
        assert confirm_second_factor(alex.ports, alex.person, SESSION, alex.code())

    def test_shows_it_to_nobody_afterwards(self, secured: PersonSteps) -> None:
        with pytest.raises(DecisionNotPossible):
            enrol_second_factor(secured.ports, secured.person, SESSION)
        with pytest.raises(DecisionNotPossible):
            confirm_second_factor(secured.ports, secured.person, SESSION, secured.code())

    def test_wrong_code_confirms_nothing(self, alex: PersonSteps) -> None:
        alex.secret = enrol_second_factor(alex.ports, alex.person, SESSION).secret
        with pytest.raises(CodeNotValid):
            confirm_second_factor(alex.ports, alex.person, SESSION, wrong(alex.code()))
        assert alex.logs_in()

    def test_without_a_beginning_there_is_nothing_to_confirm(self, alex: PersonSteps) -> None:
        with pytest.raises(DecisionNotPossible):
            confirm_second_factor(alex.ports, alex.person, SESSION, "123456")


class TestLogIn:
    def test_takes_password_and_code_together(self, secured: PersonSteps) -> None:
        token, session, _ = secured.logs_in(code=secured.code())
        assert session.stage is Stage.OPEN
        assert secured.is_in(token)

    @pytest.mark.parametrize("code", [None, "", "000000 ", "no code at all"])
    def test_refuses_whatever_is_no_code_in_the_words_of_a_wrong_password(
        self, secured: PersonSteps, code: str | None
    ) -> None:
        with pytest.raises(InvalidCredentials):
            secured.logs_in(code=code)

    def test_code_is_taken_once(self, secured: PersonSteps) -> None:
        code = secured.code()
        secured.logs_in(code=code)
        with pytest.raises(InvalidCredentials):
            secured.logs_in(code=code)
        secured.ports.move(seconds=30)
        assert secured.logs_in(code=secured.code())

    def test_code_is_taken_once_by_32_at_once(self, secured: PersonSteps) -> None:
        taken: list[bool] = []

        def take(code: str) -> None:
            try:
                check_code(secured.ports, secured.person, factor_of(secured), code)
            except (CodeNotValid, TooManyAttempts):
                return
            taken.append(True)

        at_once([partial(take, secured.code())] * 32)
        assert taken == [True]

    def test_code_that_another_has_just_taken_is_none(self, secured: PersonSteps) -> None:
        class Slow(MemoryStore):
            def commit(self, changes: Changes) -> None:
                raise ConcurrentUpdate("second factor")

        secured.ports.store = Slow(secured.ports.memory)
        with pytest.raises(CodeNotValid):
            check_code(secured.ports, secured.person, factor_of(secured), secured.code())

    def test_recovery_code_replaces_one_code_once(self, secured: PersonSteps) -> None:
        first, second, *_ = secured.recovery
        assert secured.logs_in(code=first)
        with pytest.raises(InvalidCredentials):
            secured.logs_in(code=first)
        assert secured.logs_in(code=second.lower().replace("-", " "))

    def test_guessing_codes_is_stopped(self, secured: PersonSteps) -> None:
        for _ in range(CODE.most):
            with pytest.raises(InvalidCredentials):
                secured.logs_in(code=wrong(secured.code()))
        with pytest.raises(TooManyAttempts):
            secured.logs_in(code=secured.code())

    def test_mailed_link_gives_the_tries_back_and_does_not_replace_the_code(
        self, secured: PersonSteps
    ) -> None:
        for _ in range(CODE.most):
            with pytest.raises(InvalidCredentials):
                secured.logs_in(code=wrong(secured.code()))
        secured.sets(secured.gets_a_link())
        with pytest.raises(InvalidCredentials):
            secured.logs_in()
        assert secured.logs_in(code=secured.code())

    def test_mailed_link_gives_the_tries_of_the_day_back(self, secured: PersonSteps) -> None:
        """Whoever guessed knew the old password: the link is followed by a new one."""
        for number in range(CODE_DAY.most):
            if number and number % CODE.most == 0:
                secured.ports.move(minutes=15)
            with pytest.raises(InvalidCredentials):
                secured.logs_in(code=wrong(secured.code()))
        secured.ports.move(minutes=15)
        with pytest.raises(TooManyAttempts):
            secured.logs_in(code=secured.code())
        secured.sets(secured.gets_a_link())
        assert secured.logs_in(code=secured.code())


class TestOutageOfTheKey:
    """While the sealing key is unavailable, log-in answers so and no try is counted."""

    @pytest.mark.parametrize("code", ["000000", None])
    def test_log_in_says_so_and_counts_no_try(self, secured: PersonSteps, code: str | None) -> None:
        sealer, secured.ports.sealer = secured.ports.sealer, SealerDown()
        for _ in range(CODE_DAY.most + 1):
            with pytest.raises(SecondFactorUnavailable):
                secured.logs_in(code=code)
        secured.ports.sealer = sealer
        assert secured.logs_in(code=secured.code())

    def test_recovery_code_opens_meanwhile_and_once(self, secured: PersonSteps) -> None:
        secured.ports.sealer = SealerDown()
        assert secured.logs_in(code=secured.recovery[0])
        with pytest.raises(SecondFactorUnavailable):
            secured.logs_in(code=secured.recovery[0])

    def test_waiting_session_is_finished_by_a_recovery_code(self, secured: PersonSteps) -> None:
        _, session, person = secured.begins()
        secured.ports.sealer = SealerDown()
        with pytest.raises(SecondFactorUnavailable):
            finish_session(secured.ports, session, person, secured.code())
        token, _, _ = finish_session(secured.ports, session, person, secured.recovery[0])
        assert secured.is_in(token)

    def test_enrolment_begins_nothing(self, alex: PersonSteps) -> None:
        alex.ports.sealer = SealerDown()
        with pytest.raises(SecondFactorUnavailable):
            enrol_second_factor(alex.ports, alex.person, SESSION)
        assert alex.ports.second_factors.find(alex.person.id) is None

    def test_confirmation_waits_and_counts_no_try(self, alex: PersonSteps) -> None:
        alex.secret = enrol_second_factor(alex.ports, alex.person, SESSION).secret
        sealer, alex.ports.sealer = alex.ports.sealer, SealerDown()
        for _ in range(CODE.most + 1):
            with pytest.raises(SecondFactorUnavailable):
                confirm_second_factor(alex.ports, alex.person, SESSION, alex.code())
        alex.ports.sealer = sealer
        assert confirm_second_factor(alex.ports, alex.person, SESSION, alex.code())


class TestWhoMustHaveOne:
    def test_staff_without_one_cannot_log_in_by_program(self, alex: PersonSteps) -> None:
        alex.ports.requires_second_factor = True
        with pytest.raises(SecondFactorMissing):
            alex.logs_in()

    def test_staff_without_one_come_as_far_as_setting_it_up(self, alex: PersonSteps) -> None:
        alex.ports.requires_second_factor = True
        token, session, _ = alex.begins()
        assert session.stage is Stage.ENROLMENT
        with pytest.raises(SecondFactorNeeded):
            alex.is_in(token)
        waiting, person = read_unfinished(alex.ports, token)
        alex.sets_up_a_second_factor()
        open_token, _, _ = rotate_token(alex.ports, waiting, person)
        assert alex.is_in(open_token)
        with pytest.raises(SessionMissing):
            alex.is_in(token)

    def test_student_needs_none(self, ports: FakePorts) -> None:
        ports.requires_second_factor = True
        assert somebody(ports, 0xC1).logs_in()


class TestHalfWay:
    def test_session_waits_for_its_code_and_goes_on_under_another_token(self, secured: PersonSteps) -> None:
        token, session, person = secured.begins()
        assert session.stage is Stage.SECOND_FACTOR
        with pytest.raises(SecondFactorNeeded):
            secured.is_in(token)
        open_token, _, _ = finish_session(secured.ports, session, person, secured.code())
        assert open_token != token
        assert secured.is_in(open_token).is_recent(secured.ports.at)
        with pytest.raises(SessionMissing):
            secured.is_in(token)

    def test_wrong_code_leaves_it_waiting(self, secured: PersonSteps) -> None:
        token, session, person = secured.begins()
        with pytest.raises(CodeNotValid):
            finish_session(secured.ports, session, person, wrong(secured.code()))
        assert read_unfinished(secured.ports, token)

    def test_it_waits_ten_minutes(self, secured: PersonSteps) -> None:
        token, *_ = secured.begins()
        secured.ports.at += UNFINISHED_LIFETIME
        with pytest.raises(SessionMissing):
            read_unfinished(secured.ports, token)

    def test_what_a_single_sign_on_did_not_prove_a_code_does_not_either(self, secured: PersonSteps) -> None:
        _, session, person = create_session(
            secured.ports, secured.person, Method.CAS, Stage.SECOND_FACTOR, is_proved=False
        )
        _, finished, _ = finish_session(secured.ports, session, person, secured.code())
        assert finished.authenticated_at == NEVER


class TestRemoval:
    def test_owner_takes_it_away_and_is_told(self, secured: PersonSteps) -> None:
        remove_own_second_factor(secured.ports, secured.person)
        assert secured.logs_in()
        assert acts(secured.ports)[-1] is Act.SECOND_FACTOR_REMOVED
        assert Topic.SECOND_FACTOR_REMOVED in [each.topic for each in secured.ports.memory.entries.values()]

    def test_staff_who_must_have_one_keep_it(self, secured: PersonSteps) -> None:
        secured.ports.requires_second_factor = True
        with pytest.raises(DecisionNotPossible, match="second_factor_required"):
            remove_own_second_factor(secured.ports, secured.person)
        assert secured.logs_in(code=secured.code())

    def test_administrator_takes_a_lost_one_away_and_says_why(self, secured: PersonSteps) -> None:
        administrator = somebody(secured.ports, 0xAD, Role.ADMINISTRATOR).person
        with pytest.raises(DecisionNotPossible, match="reason_missing"):
            remove_second_factor(secured.ports, secured.person, administrator, " ")
        remove_second_factor(secured.ports, secured.person, administrator, "téléphone perdu")
        assert secured.logs_in(HERE)
        done = secured.ports.audit.waiting(10)[-1]
        assert (done.by, done.subject_id, done.reason) == (
            administrator.id,
            secured.person.id,
            "téléphone perdu",
        )

    def test_nobody_else_does_and_nobody_their_own_so(self, secured: PersonSteps) -> None:
        administrator = somebody(secured.ports, 0xAD, Role.ADMINISTRATOR)
        administrator.sets_up_a_second_factor()
        for by, whose in ((secured, administrator), (administrator, administrator), (secured, secured)):
            with pytest.raises(Forbidden):
                remove_second_factor(secured.ports, whose.person, by.person, "téléphone perdu")

    def test_there_must_be_one(self, alex: PersonSteps) -> None:
        with pytest.raises(DecisionNotPossible):
            remove_own_second_factor(alex.ports, alex.person)
