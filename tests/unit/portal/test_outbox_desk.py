"""The administrator's desk of mails and calls that could not be delivered."""

import pytest

from chalicelib.domain.outbox import OutboxEntry, Topic, given_up
from chalicelib.domain.people import Role
from chalicelib.portal.outbox_words import topic_word
from tests.unit.portal.conftest import Browser, Page, colleague, without_spaces

STUDENT = "0000000000000001"
PATH = "/staff/outbox/entry-1/retry"


@pytest.fixture
def administrator(browser: Browser) -> Browser:
    browser.log_in("administrator@demo.test")
    return browser


def fails(browser: Browser, person_id: str = STUDENT, **asked: str) -> OutboxEntry:
    entry = OutboxEntry("entry-1", Topic.PASSWORD_SET, person_id, "", browser.ports.at, tries=8, **asked)  # type: ignore[arg-type]  # its fields
    browser.ports.outbox.add(given_up(entry, "ClientError", browser.ports.at))
    return entry


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_french_words(topic: Topic) -> None:
    assert topic_word(topic) != topic.value


def test_empty_desk_says_so(administrator: Browser) -> None:
    page = administrator.get("/staff/outbox")
    assert "Rien n'est en échec" in without_spaces(page.text).replace("’", "'")
    assert [form.action for form in Page(page).forms] == ["/logout"]


def test_desk_says_what_failed_for_whom_and_how_often_and_lets_it_be_tried_again(
    administrator: Browser,
) -> None:
    fails(administrator)
    page = administrator.get("/staff/outbox")
    for words in ("Mot de passe choisi", "TESTCD Chris", "ClientError", ">8<", "Réessayer"):
        assert words in page.text
    told = administrator.send(page, PATH)
    assert "il part dans la minute" in without_spaces(told.text)
    assert administrator.ports.outbox.given_up() == ()
    assert len(administrator.ports.outbox.pending(administrator.ports.at)) == 1


def test_button_pressed_twice_says_that_it_is_on_its_way(administrator: Browser) -> None:
    fails(administrator)
    page = administrator.get("/staff/outbox")
    administrator.send(page, PATH)
    assert "déjà relancé" in administrator.send(page, PATH).text
    assert len(administrator.ports.memory.audit_waiting) == 1


def test_own_failure_waits_for_a_colleague(administrator: Browser) -> None:
    fails(administrator, colleague(administrator.ports, Role.ADMINISTRATOR).id)
    page = administrator.get("/staff/outbox")
    assert "Un collègue doit le relancer." in page.text
    assert PATH not in page.text


def test_asked_link_shows_no_address(administrator: Browser) -> None:
    fails(administrator, "", email="somebody@demo.test")
    assert "somebody" not in administrator.get("/staff/outbox").text
