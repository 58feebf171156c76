"""Endpoints in the browser: added with a test, changed, rotated, switched, removed; events sent again."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.events.event import EventType
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply
from chalicelib.domain.webhooks.delivery import DeliveryState
from chalicelib.domain.webhooks.endpoint import OffReason
from chalicelib.portal.programs import event_words
from chalicelib.usecases.events.number_events import number_events
from chalicelib.usecases.webhooks.deliver_event import deliver_event
from chalicelib.usecases.webhooks.fan_out import fan_out
from tests.fakes.webhooks import OK
from tests.unit.portal.conftest import Browser
from tests.unit.portal.sign_in_steps import read

LIST = "/staff/webhook-endpoints"
URL = "https://si.example.test/quittance"
ORDER = {"name": "SI", "url": URL}


@pytest.fixture
def desk(browser: Browser) -> Browser:
    browser.log_in("administrator@demo.test")
    return browser


def adds(desk: Browser, **form: str) -> str:
    """Add an endpoint; return the page that shows its secret."""
    return read(desk.send(desk.get(LIST), LIST, **(ORDER | form)))


def the_only(desk: Browser) -> str:
    (endpoint,) = desk.ports.memory.endpoints.values()
    return f"{LIST}/{endpoint.id}"


def test_secret_is_shown_once_with_the_end_of_the_test(desk: Browser) -> None:
    shown = adds(desk)
    secret = re.search(r"whsec_[\w+/=-]+", shown)
    assert secret
    assert "Essai envoyé : Reçu (204)" in re.sub(r"<[^>]*>", "", shown).replace("  ", " ")
    for path in (LIST, the_only(desk)):
        page = read(desk.get(path))
        assert secret[0] not in page
        assert URL in page


def test_address_that_takes_nothing_is_saved_and_said(desk: Browser) -> None:
    desk.ports.receivers.answer = lambda _: Reply(AttemptResult.ADDRESS_NOT_PUBLIC)
    assert "Adresse non publique : rien n'a été envoyé" in adds(desk)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": ""}, "Donnez un nom"),
        ({"url": ""}, "Donnez un nom"),
        ({"url": "http://si.example.test"}, "adresse https d'un nom de domaine"),
        ({"url": "https://192.0.2.1/"}, "adresse https d'un nom de domaine"),
        ({"url": '"><script>'}, "adresse https d'un nom de domaine"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept_in_the_form(
    desk: Browser, form: dict[str, str], told: str
) -> None:
    answer = desk.send(desk.get(LIST), LIST, **(ORDER | form), types="payment.booked")
    assert answer.status_code == 422
    assert told in read(answer)
    assert "<script>" not in answer.text
    assert re.search(r'value="payment.booked" checked', answer.text)
    assert desk.ports.memory.endpoints == {}


def test_changed_rotated_switched_and_removed(desk: Browser) -> None:
    adds(desk)
    path = the_only(desk)
    renamed = read(desk.send(desk.get(path), f"{path}/change", **ORDER | {"name": "Autre"}))
    assert "Autre" in renamed
    assert "est modifié" in renamed
    moved = desk.send(desk.get(path), f"{path}/change", **ORDER | {"url": f"{URL}/2"})
    assert "Essai envoyé" in read(moved)
    rolled = read(desk.send(desk.get(path), f"{path}/secret"))
    assert "whsec_" in rolled
    assert "L'ancien signe aussi jusqu'au" in rolled
    off = read(desk.send(desk.get(path), f"{path}/off"))
    assert "Arrêté à la main" in off
    on = read(desk.send(desk.get(path), f"{path}/on"))
    assert "Les envois reprennent" in on
    gone = read(desk.send(desk.get(path), f"{path}/removal"))
    assert "est supprimé" in gone
    assert desk.get(path).status_code == 404


def test_wrong_change_keeps_the_endpoint(desk: Browser) -> None:
    adds(desk)
    path = the_only(desk)
    for form, told in (({"name": ""}, "Donnez un nom"), ({"url": "http://x"}, "adresse https")):
        answer = desk.send(desk.get(path), f"{path}/change", **(ORDER | form))
        assert answer.status_code == 422
        assert told in read(answer)
    assert next(iter(desk.ports.memory.endpoints.values())).url == URL


def test_test_event_can_be_sent_again(desk: Browser) -> None:
    adds(desk)
    path = the_only(desk)
    desk.ports.receivers.answer = lambda _: Reply(AttemptResult.TIMED_OUT)
    assert "Pas de réponse à temps" in read(desk.send(desk.get(path), f"{path}/test"))


def test_each_attempt_is_seen_and_an_event_is_sent_again(desk: Browser) -> None:
    adds(desk)
    path, ports = the_only(desk), desk.ports
    desk.acts_as("student")
    desk.declares("01")
    ports.receivers.answer = lambda _: Reply(AttemptResult.REFUSED, 500)
    ports.at += timedelta(minutes=1)
    number_events(ports)
    fan_out(ports)
    (delivery,) = ports.memory.deliveries.values()
    deliver_event(ports, delivery.endpoint_id, delivery.number)
    desk.acts_as("administrator")
    page = read(desk.get(path))
    assert "Situation déclarée ou corrigée" in page
    assert "Refusé par le serveur (500)" in re.sub(r"<[^>]*>", "", page)
    assert "essai suivant le" in page
    ports.receivers.answer = lambda _: OK
    ports.at += timedelta(minutes=6)
    deliver_event(ports, delivery.endpoint_id, delivery.number)
    again = f"{path}/deliveries/{delivery.event_id}/replay"
    assert "refait dans la minute" in read(desk.send(desk.get(path), again))
    (delivery,) = ports.memory.deliveries.values()
    assert delivery.state is DeliveryState.WAITING
    since = desk.send(desk.get(path), f"{path}/replay", since=f"{ports.at:%Y-%m-%d}")
    assert "refait dans la minute" in read(since)
    for day, told in (("2999-01-01", "à venir"), ("demain", "Indiquez un jour")):
        answer = desk.send(desk.get(path), f"{path}/replay", since=day)
        assert (answer.status_code, told in read(answer)) == (422, True)


def test_auditor_reads_and_keeps_nothing(desk: Browser) -> None:
    adds(desk)
    path = the_only(desk)
    desk.acts_as("auditor")
    assert URL in read(desk.get(LIST))
    assert f'action="{path}' not in desk.get(path).text
    assert f'action="{LIST}"' not in desk.get(LIST).text


def test_every_state_has_its_words() -> None:
    assert set(event_words.TYPES) == set(EventType)
    assert set(event_words.RESULTS) == set(AttemptResult)
    assert set(event_words.STATES) == set(event_words.STATE_COLOURS) == set(DeliveryState)
    assert set(event_words.OFF) == set(OffReason)
