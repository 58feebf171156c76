"""The internal comment on a registration, on fakes: written, found, looked at again, erased."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.causes import OwnFile
from chalicelib.domain.errors import DecisionNotPossible, Forbidden
from chalicelib.domain.lists.comments import Comment, CommentChanged, Written
from chalicelib.domain.lists.filters import Anomaly, Filter
from chalicelib.domain.lists.search import Why
from chalicelib.domain.privacy.erasure import redactions_of_erasure
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.lists.find_registrations import find_registrations
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student

TEXT = "Rappeler la mère à propos du chèque"
DAY = date(2022, 7, 1)


def wrote(chris: Student, text: str = TEXT, day: date | None = None, seen: int = 0) -> Comment:
    return comment_registration(chris.ports, chris.registration_id, Written(text, day, seen), ACCOUNTANT)


def found(chris: Student, wanted: Filter, typed: str = "") -> list[tuple[str, Why | None]]:
    page = find_registrations(chris.ports, chris.ports.campaigns.current(), wanted, typed)
    return [(each.line.id, each.hit.why) for each in page.entries]


def test_it_is_kept_with_who_and_when_and_the_trail_tells_the_act_alone(chris: Student) -> None:
    before = chris.registration
    kept = wrote(chris, day=DAY)
    assert chris.account.comment(chris.registration_id) == kept
    assert (kept.text, kept.written_by, kept.written_at) == (TEXT, ACCOUNTANT.id, chris.ports.at)
    (told,) = chris.ports.memory.audit_waiting.values()
    assert (told.act, told.details) == (Act.REGISTRATION_COMMENTED, {"follow_up_on": "2022-07-01"})
    assert told.reason == ""
    assert chris.registration == before, "nothing that was prepared on the account lapses by it"
    assert chris.ports.memory.entries == {}


def test_repeating_it_writes_nothing(chris: Student) -> None:
    assert wrote(chris) == wrote(chris)
    assert len(chris.ports.memory.audit_waiting) == 1


def test_of_two_who_write_at_once_the_second_reads_the_first(chris: Student) -> None:
    wrote(chris)
    with pytest.raises(CommentChanged):
        wrote(chris, "autre chose")
    assert wrote(chris, "autre chose", seen=1).version == 2


def test_empty_one_takes_it_away(chris: Student) -> None:
    wrote(chris, day=DAY)
    assert wrote(chris, " ", seen=1).text == ""
    assert found(chris, Filter(), "rappeler") == []


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [(TEXT, date(2022, 6, 23), "follow_up_past"), ("", DAY, "follow_up_without_comment")],
)
def test_day_that_cannot_be_followed_up_is_refused(chris: Student, text: str, day: date, code: str) -> None:
    with pytest.raises(DecisionNotPossible, match=code):
        wrote(chris, text, day)
    assert chris.account.comments == ()


def test_day_that_has_come_stays_while_the_text_changes(chris: Student) -> None:
    wrote(chris, day=date(2022, 6, 24))
    chris.ports.move(days=3)
    assert wrote(chris, "rappelée, sans réponse", date(2022, 6, 24), seen=1).version == 2


def test_file_is_to_be_looked_at_again_from_that_day_on(chris: Student) -> None:
    wrote(chris, day=DAY)
    due = Filter(anomaly=Anomaly.FOLLOW_UP)
    chris.is_at("2022-06-30 23:59")
    assert found(chris, due) == []
    chris.is_at("2022-07-01 00:00")
    assert found(chris, due) == [(chris.registration_id, None)]


@pytest.mark.parametrize("typed", ["rappeler", "mere cheque", "CHÈQUE"])
def test_search_finds_its_words_and_says_so(chris: Student, typed: str) -> None:
    wrote(chris)
    assert found(chris, Filter(), typed) == [(chris.registration_id, Why.COMMENT)]


@pytest.mark.parametrize("typed", ["peler", "rappeler le père", "!"])
def test_search_finds_no_middle_of_a_word(chris: Student, typed: str) -> None:
    wrote(chris)
    assert found(chris, Filter(), typed) == []


def test_nobody_comments_on_their_own_file_nor_without_the_role(chris: Student) -> None:
    with pytest.raises(Forbidden):
        comment_registration(chris.ports, chris.registration_id, Written(TEXT, None, 0), CHRIS)
    own = replace(REGISTRAR, id=CHRIS.id)
    with pytest.raises(OwnFile):
        comment_registration(chris.ports, chris.registration_id, Written(TEXT, None, 0), own)


def test_it_goes_with_the_person_and_is_in_what_they_may_ask_for(chris: Student) -> None:
    wrote(chris, day=DAY)
    assert TEXT in str(chris.ports.personal.held(CHRIS.id)["comment"])
    file = chris.ports.personal.file(CHRIS.id)
    chris.ports.personal.redact(CHRIS.id, redactions_of_erasure(file))
    (left,) = chris.account.comments
    assert (left.text, left.follow_up_on, left.version) == ("", None, 2)
