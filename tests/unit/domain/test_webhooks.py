"""Addresses, signatures and bodies of events sent out."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import Posting
from chalicelib.domain.events.event import Event, EventType
from chalicelib.domain.webhooks.addresses import check_url, host_of, is_public
from chalicelib.domain.webhooks.attempt import AttemptResult, DeliveryAttempt, result_of
from chalicelib.domain.webhooks.body import body_of
from chalicelib.domain.webhooks.delivery import MOST_ATTEMPTS, Delivery, asked_again, ended
from chalicelib.domain.webhooks.endpoint import EndpointHealth, noted
from chalicelib.domain.webhooks.refusals import EndpointUrlNotValid
from chalicelib.domain.webhooks.signing import secret_of, signature, signed_headers
from chalicelib.web.schemas.programs.events import event_view

AT = datetime(2022, 6, 24, 8, 0, 0, 120000, tzinfo=UTC)
EVENT = Event(
    "evt-1",
    EventType.PAYMENT_BOOKED,
    AT,
    "p-1",
    "p",
    "p-t7001",
    60100,
    "p-t7001-payment",
    (Posting(Book.CARDS, "5115", 60100), Posting(Book.RECEIVABLE, "411", -60100)),
    number=3,
)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.54.50.1", "2001:660:1::1", "2a01:e0a::1"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.1", "240.0.0.1"),
        *("224.0.0.1", "255.255.255.255", "192.0.0.1"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8"),
        *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1"),
        *("fe80::1", "fe80::1%eth0", "2a01:e0a::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1"),
        *("2001:db8::1", "3fff::1", "4000::1", "100::1"),
        *("", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1 "),
    ],
)
def test_private_translated_and_unreadable_addresses_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://si.ecole.fr",
        "https://si.ecole.fr:8443/quittance/evenements?cle=1",
        "https://xn--cole-9oa.fr/",
        "https://SI.Ecole.FR/",
    ],
)
def test_address_that_events_may_be_sent_to(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "si.ecole.fr", "http://si.ecole.fr/", "ftp://si.ecole.fr/", "//si.ecole.fr/"),
        *("https://", "https:///x", "https://ecole/", "https://localhost/", "https://127.0.0.1/"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://0x7f.1/"),
        *(
            "https://127.0.0.1.",
            "https://user@si.ecole.fr/",
            "https://u:p@si.ecole.fr/",
            "https://@si.ecole.fr/",
        ),
        *(
            "https://si.ecole.fr/#x",
            "https://si.ecole.fr/#",
            "https://si.ecole.fr\\@intern/",
            "https://-a.fr/",
        ),
        *("https://si.ecole.fr:99999/", "https://si.ecole.fr:x/", "https://si.ecole.fr/ x", "https://é.fr/"),
        *(
            "https://si.ecole.fr/\r\nX: y",
            "https://[si.ecole.fr/",
            "https://si..fr/",
            f"https://si.fr/{'x' * 500}",
        ),
        "https://si.ecole.123/",
    ],
)
def test_address_that_they_may_not(url: str) -> None:
    with pytest.raises(EndpointUrlNotValid):
        check_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "https://localhost/x"])
def test_this_machine_is_one_where_it_is_asked_for(url: str) -> None:
    check_url(url, allows_loopback=True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2/", "ftp://localhost/", "http://si.ecole.fr/", "http://x@localhost/"]
)
def test_no_other_machine_is(url: str) -> None:
    with pytest.raises(EndpointUrlNotValid):
        check_url(url, allows_loopback=True)


def test_host_is_what_a_person_knows_it_by() -> None:
    assert (host_of("https://SI.ecole.fr:8443/x"), host_of("")) == ("si.ecole.fr", "")


def test_signature_is_that_of_the_specification() -> None:
    """HMAC-SHA256 over `id.timestamp.body`, keyed by the decoded secret."""
    secret = secret_of("token")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = base64.b64encode(hmac.new(key, b"evt-1.1674087231.{}", hashlib.sha256).digest()).decode()
    assert len(key) == 32
    assert signature(secret, "evt-1", 1674087231, b"{}") == f"v1,{told}"


@pytest.mark.parametrize("at", [AT, AT.replace(microsecond=0)])
def test_body_is_the_item_of_the_feed(at: datetime) -> None:
    event = replace(EVENT, at=at)
    assert json.loads(body_of(event)) == json.loads(event_view(event).model_dump_json())


def test_body_of_an_event_of_a_hundred_postings_is_thin() -> None:
    assert len(body_of(replace(EVENT, postings=EVENT.postings * 50))) < 20_000


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (204, AttemptResult.ACCEPTED),
        (302, AttemptResult.REDIRECTED),
        (199, AttemptResult.REFUSED),
        (410, AttemptResult.GONE),
        (600, AttemptResult.REFUSED),
    ],
)
def test_meaning_of_a_status(status: int, result: AttemptResult) -> None:
    assert result_of(status) is result


def test_headers_name_each_signature() -> None:
    headers = signed_headers((secret_of("a"), secret_of("b")), "evt-1", 1, b"{}")
    assert headers["webhook-signature"].count("v1,") == 2


def test_replays_keep_the_last_attempts() -> None:
    delivery = Delivery("e", 1, "evt-1", None, AT, AT)
    for _ in range(MOST_ATTEMPTS + 5):
        delivery = asked_again(ended(delivery, DeliveryAttempt(AT, AttemptResult.ACCEPTED), AT), AT)
    assert len(delivery.attempts) == MOST_ATTEMPTS
    assert delivery.last_attempt is not None


def test_delivery_never_tried_has_no_last_attempt() -> None:
    assert Delivery("e", 1, "evt-1", None, AT, AT).last_attempt is None


def test_health_is_written_when_it_tells_something_new() -> None:
    well = noted(EndpointHealth("e"), DeliveryAttempt(AT, AttemptResult.ACCEPTED), None)
    assert noted(well, DeliveryAttempt(AT + timedelta(seconds=59), AttemptResult.ACCEPTED), None) is well
    later = noted(well, DeliveryAttempt(AT + timedelta(minutes=1), AttemptResult.ACCEPTED), None)
    assert later.last_success_at == AT + timedelta(minutes=1)
    failing = noted(later, DeliveryAttempt(AT, AttemptResult.REFUSED), None)
    assert noted(failing, DeliveryAttempt(AT, AttemptResult.REFUSED), None) is failing
    quiet = noted(failing, DeliveryAttempt(AT, AttemptResult.REFUSED), AT + timedelta(hours=1))
    assert (quiet.failing_since, quiet.quiet_until) == (AT, AT + timedelta(hours=1))
    assert noted(quiet, DeliveryAttempt(AT, AttemptResult.REFUSED), AT + timedelta(minutes=5)) is quiet
