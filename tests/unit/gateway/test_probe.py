from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.errors import GatewayUnavailable
from chalicelib.gateway.paybox import Paybox, Timeouts
from chalicelib.gateway.probe import KEPT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaign import School
    from chalicelib.domain.payments import Attempt, PaymentPage
    from chalicelib.domain.people import Person
    from chalicelib.gateway.paybox import PayboxAccount

UP = b'<html><body><div id="server_status" style="text-align:center;">OK</div></body></html>'


@pytest.fixture
def pages(account: PayboxAccount) -> Callable[..., Paybox]:
    return lambda *urls: Paybox(replace(account, page_urls=urls), Timeouts(probe_seconds=20))


@pytest.fixture
def show(attempt: Attempt, payer: Person, school: School) -> Callable[[Paybox], PaymentPage]:
    return lambda paybox: paybox.payment_page(attempt, payer, school, "fr")


def test_page_is_posted_to_the_first_host_that_is_up(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    make_reply: Any,
) -> None:
    scripted.replies = [lambda _: make_reply(UP)]
    page = show(pages(f"{scripted.url}/php/", "http://never.invalid/php/"))

    assert page.action == f"{scripted.url}/php/"
    assert page.fields[0] == ("PBX_SITE", "1999888")
    assert page.fields[-1][0] == "PBX_HMAC"
    assert scripted.paths == ["/load.html"]


@pytest.mark.parametrize(
    "status_page",
    [
        UP.replace(b"OK", b"KO"),
        UP.replace(b"OK", b" OK "),
        UP.replace(b"OK", b"NOT OK"),
        UP.replace(b"server_status", b"other_status"),
        b"OK",
        b"",
        b'<div data-x="server_status">OK</div>',
        b'<div id="server_status">OK',
    ],
)
def test_host_that_does_not_say_ok_is_passed_over(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    make_reply: Any,
    status_page: bytes,
) -> None:
    scripted.replies = [lambda _: make_reply(status_page), lambda _: make_reply(UP)]
    page = show(pages(f"{scripted.url}/first/", f"{scripted.url}/second/"))

    assert page.action == f"{scripted.url}/second/"


@pytest.mark.parametrize("status", [302, 404, 500, 503, None])
def test_host_that_answers_with_an_error_is_passed_over(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    make_reply: Any,
    status: int | None,
) -> None:
    scripted.replies = [lambda _: make_reply(UP, status=status), lambda _: make_reply(UP)]
    page = show(pages(f"{scripted.url}/first/", f"{scripted.url}/second/"))

    assert page.action == f"{scripted.url}/second/"


def test_no_host_up_makes_the_gateway_unavailable(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    closed_url: str,
    make_reply: Any,
) -> None:
    scripted.replies = [lambda _: make_reply(UP, status=503)]
    with pytest.raises(GatewayUnavailable):
        show(pages(f"{scripted.url}/down/", closed_url))


def test_host_that_is_up_is_asked_once_in_some_seconds_and_no_outage_is_hidden_for_longer(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    make_reply: Any,
) -> None:
    now = iter([0.0, *[KEPT_SECONDS - 0.1] * 4, KEPT_SECONDS, KEPT_SECONDS])
    scripted.replies = [lambda _: make_reply(UP), lambda _: make_reply(UP, status=503)]
    paybox = replace(pages(f"{scripted.url}/php/"), ticks=lambda: next(now))

    assert {show(paybox).action for _ in range(5)} == {f"{scripted.url}/php/"}
    assert scripted.paths == ["/load.html"]
    with pytest.raises(GatewayUnavailable):
        show(paybox)
    assert scripted.paths == ["/load.html"] * 2


def test_only_a_host_that_said_ok_is_not_asked_again(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    silence: Any,
    make_reply: Any,
) -> None:
    scripted.replies = [lambda _: make_reply(UP, status=503), lambda _: silence, lambda _: make_reply(UP)]
    paybox = replace(pages(f"{scripted.url}/php/"), patience=Timeouts(probe_seconds=1))

    with pytest.raises(GatewayUnavailable):
        show(paybox)
    assert show(paybox).action == show(paybox).action
    assert len(scripted.paths) == 3


def test_slow_status_page_refuses_no_payment(
    pages: Callable[..., Paybox],
    show: Callable[[Paybox], PaymentPage],
    scripted: Any,
    silence: Any,
    closed_url: str,
    make_reply: Any,
) -> None:
    scripted.replies = [lambda _: silence, lambda _: make_reply(UP, length=5000)]
    hosts = pages(closed_url, f"{scripted.url}/hangs/", f"{scripted.url}/half/")
    page = show(replace(hosts, patience=Timeouts(probe_seconds=1)))

    assert page.action == f"{scripted.url}/hangs/"
