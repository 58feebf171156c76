"""What an answer of a source shows: the states of the CVEC, the period of a grant, whose it is."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound, GrantNotFound
from chalicelib.domain.evidence.checks import VERIFIED, EvidenceCheck, Source, Verdict, is_unanswered
from chalicelib.domain.evidence.findings import VALID_STATES, Finding, cvec_finding, grant_finding
from chalicelib.domain.evidence.identity import Compared, ToldIdentity
from chalicelib.domain.evidence.next_looks import MOST_TRIES, after_no_answer, after_no_grant
from chalicelib.domain.evidence.periods import covers
from chalicelib.domain.people import Person, Role

BORN = date(2000, 1, 1)
SOMEBODY = Person("1", "a@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}), BORN)
SELF = ToldIdentity(("TESTCD",), ("CHRIS",), BORN)
OTHERS = [
    ToldIdentity(("TESTDC",), ("CHRIS",), BORN),
    ToldIdentity(("TESTCD",), ("SACHA",), BORN),
    ToldIdentity(("TESTCD",), ("CHRIS",), date(2000, 1, 2)),
    ToldIdentity(("TESTCD",), ("CHRIS",), None),
]
YEARS = {year: date(year, 9, 1) for year in (2018, 2022, 2023, 2024)}
PUBLISHED = [
    ("Durand", "Geraldine", date(1990, 1, 1), 2018, "6"),
    ("Longchambon", "Thomas", date(2001, 1, 1), 2022, "6"),
    ("Charbonneau", "Axelle", date(2001, 1, 1), 2023, "6"),
    ("Montgomery", "Marie", date(2001, 1, 3), 2023, "7"),
]
"""The test students that API Particulier publishes, with the year of their grant and its level."""
GRANTS = st.builds(
    GrantFound,
    st.sampled_from([SELF, *OTHERS]),
    is_holder=st.booleans(),
    level=st.sampled_from(["", "0bis", "1", "7"]),
    is_provisional=st.booleans(),
    starts_on=st.none() | st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    months=st.none() | st.integers(),
)


@given(state=st.integers(-1, 200))
def test_exactly_the_valid_states_are_verified(state: int) -> None:
    found = cvec_finding(SOMEBODY, CvecAttestation(SELF, state))
    assert (found.verdict in VERIFIED) == (state in {70, 71, 73, 75, 76, 98}) == (state in VALID_STATES)
    assert (found.verdict is Verdict.GRANT_HOLDER) == (state == 71)


@given(state=st.integers(0, 100), other=st.sampled_from(OTHERS))
def test_attestation_of_another_shows_only_that_it_differs(state: int, other: ToldIdentity) -> None:
    found = cvec_finding(SOMEBODY, CvecAttestation(other, state))
    assert found == Finding(Verdict.OTHER_PERSON, differs=found.differs)
    assert found.differs


def test_unknown_number_shows_nothing() -> None:
    assert cvec_finding(SOMEBODY, CvecUnknown()) == Finding(Verdict.NOT_FOUND)


@pytest.mark.parametrize(
    ("known", "told", "differs"),
    [
        ("", "1234567890A", ()),
        ("1234567890A", "", ()),
        ("1234567890a", "1234567890A", ()),
        ("1234567890B", "1234567890A", (Compared.INE,)),
    ],
)
def test_ine_is_compared_where_both_are_known(known: str, told: str, differs: tuple[Compared, ...]) -> None:
    found = cvec_finding(SOMEBODY, CvecAttestation(SELF, 71, told), known)
    assert found.differs == differs
    assert (found.verdict is Verdict.GRANT_HOLDER) == (not differs)


@given(grant=GRANTS, begins_on=st.sampled_from(list(YEARS.values())))
def test_grant_holder_is_who_holds_a_final_grant_of_the_year_as_themselves(
    grant: GrantFound, begins_on: date
) -> None:
    found = grant_finding(SOMEBODY, grant, begins_on)
    is_shown = (
        grant.is_holder and grant.identity == SELF and covers(grant, begins_on) and not grant.is_provisional
    )
    assert (found.verdict is Verdict.GRANT_HOLDER) == bool(is_shown)
    if found.verdict in {Verdict.OTHER_PERSON, Verdict.NOT_FOUND}:
        assert found == Finding(found.verdict, differs=found.differs)


@given(grant=GRANTS)
def test_grant_is_of_one_year_at_most(grant: GrantFound) -> None:
    assert sum(covers(grant, begins_on) is not None for begins_on in YEARS.values()) <= 1


@pytest.mark.parametrize(("months", "is_of_the_year"), [(None, 0), (0, 0), (1, 1), (24, 1), (25, 0)])
def test_grant_lasts_a_month_at_least_and_two_years_at_most(months: int | None, is_of_the_year: int) -> None:
    grant = GrantFound(SELF, is_holder=True, level="1", starts_on=YEARS[2022], months=months)
    assert (covers(grant, YEARS[2022]) is not None) == bool(is_of_the_year)


def test_pauses_double_from_five_minutes_on() -> None:
    now = datetime(2022, 9, 1, 8, tzinfo=PARIS)
    pauses = [after_no_answer(now, tries, None) for tries in (1, 2, 3, MOST_TRIES - 1, MOST_TRIES)]
    minutes = [each and (each - now).total_seconds() / 60 for each in pauses]
    assert minutes == [5, 10, 20, 12 * 60, None]


@pytest.mark.parametrize(("day", "looks"), [(24, True), (25, False)])
def test_grant_is_looked_for_until_its_last_day(day: int, looks: bool) -> None:  # noqa: FBT001 - a case
    """60 days after 1 September is 31 October; a look is a week after the one before."""
    asked = after_no_grant(datetime(2022, 10, day, 8, tzinfo=PARIS), YEARS[2022])
    assert asked == (datetime(2022, 10, 31, 6, tzinfo=PARIS) if looks else None)


def test_evidence_without_an_answer_yet_is_unanswered_once_no_question_follows() -> None:
    now = datetime(2022, 9, 1, 8, tzinfo=PARIS)
    waiting = EvidenceCheck(Source.CVEC, "n", Verdict.WAITING, now)
    assert is_unanswered(waiting)
    assert not is_unanswered(replace(waiting, next_ask_at=now))
    assert not is_unanswered(replace(waiting, verdict=Verdict.GRANT_HOLDER))


@given(begins_on=st.sampled_from(list(YEARS.values())))
def test_no_answer_proves_nothing(begins_on: date) -> None:
    assert grant_finding(SOMEBODY, GrantNotFound(), begins_on) == Finding(Verdict.NOT_FOUND)


@pytest.mark.parametrize(("last", "first", "born", "year", "level"), PUBLISHED)
@pytest.mark.parametrize("asked_for", YEARS)
def test_published_test_students_hold_a_grant_of_their_year_alone(
    last: str, first: str, born: date, year: int, level: str, asked_for: int
) -> None:
    student = replace(SOMEBODY, last_name=last, first_name=first, birth_on=born)
    told = ToldIdentity((last.upper(),), (first.upper(),), born)
    grant = GrantFound(told, is_holder=True, level=level, starts_on=date(year, 9, 1), months=12)
    found = grant_finding(student, grant, YEARS[asked_for])
    assert (found.verdict is Verdict.GRANT_HOLDER) == (asked_for == year)
    assert found.level == level
