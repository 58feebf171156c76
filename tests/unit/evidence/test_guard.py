"""How often a service is asked: the circuit, the budget of a day, and what reaches a log."""

import json
import logging
from datetime import timedelta

import pytest

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown
from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from chalicelib.evidence.guard import FAILURES_WITHIN, LONGEST_OPEN, MOST_FAILURES, OPEN_FOR
from chalicelib.observability import AllowListed, told
from tests.fakes.identity import MemoryLimits
from tests.fakes.storage import Memory
from tests.unit.evidence.conftest import Asking, Liar

NUMBER, INE, NAME = "PREPA0000071", "220000071PR", "Canaryname"


def fails(asking: Asking, times: int = 1) -> SourceUnavailable:
    for _ in range(times):
        with pytest.raises(SourceUnavailable) as raised:
            asking.cvec().attestation(NUMBER, "TESTPREPA", 2022)
    return raised.value


def answers(asking: Asking) -> bool:
    return isinstance(asking.cvec().attestation(NUMBER, "TESTPREPA", 2022), CvecAttestation)


def test_repeated_failures_open_the_circuit_and_time_closes_it(asking: Asking) -> None:
    asking.order({"match": {}, "effect": "http_500"})
    fails(asking, MOST_FAILURES)
    asking.order()

    waits = fails(asking).retry_in

    assert waits == OPEN_FOR.total_seconds()
    assert asking.asked() == MOST_FAILURES
    asking.clock.pass_(seconds=waits)
    assert answers(asking)


def test_first_failure_after_a_pause_opens_the_circuit_again(asking: Asking) -> None:
    asking.order({"match": {}, "effect": "http_500"})
    fails(asking, MOST_FAILURES)
    asking.clock.now += OPEN_FOR
    fails(asking, 2)

    assert asking.asked() == MOST_FAILURES + 1


def test_few_failures_leave_it_closed(asking: Asking) -> None:
    asking.order({"match": {}, "effect": "http_500", "times": MOST_FAILURES - 1})
    fails(asking, MOST_FAILURES - 1)

    assert answers(asking)
    asking.clock.now += FAILURES_WITHIN
    asking.order({"match": {}, "effect": "http_500", "times": 1})
    fails(asking)
    assert answers(asking)


def test_unknown_number_is_no_failure(asking: Asking) -> None:
    for _ in range(MOST_FAILURES + 1):
        assert asking.cvec().attestation("ABC1HIJKLM23", "TESTPREPA", 2022) == CvecUnknown()

    assert answers(asking)


def test_service_is_left_alone_for_as_long_as_it_asks(asking: Asking) -> None:
    asking.order({"match": {}, "effect": "limited", "retry_in": 120, "times": 1})
    fails(asking)

    asking.clock.pass_(seconds=119)
    assert fails(asking).retry_in == 1
    asking.clock.pass_(seconds=1)
    assert answers(asking)
    assert asking.asked() == 2


def test_service_cannot_send_us_away_for_ever(liar: Liar) -> None:
    liar.tell(503, b"", Retry_After="86400")
    asking = Asking(liar.address)
    fails(asking)

    assert fails(asking).retry_in == LONGEST_OPEN.total_seconds()


def test_refusal_of_the_token_opens_the_circuit_too(asking: Asking) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(SourceRefused):
            asking.grants(token="wrong").grant(INE)

    with pytest.raises(SourceUnavailable):
        asking.grants().grant(INE)
    assert answers(asking), "each service has a circuit of its own"


def test_budget_of_a_day_ends_and_begins_again_the_next_day(asking: Asking) -> None:
    few = asking.cvec(most_a_day=2)
    for _ in range(2):
        few.attestation(NUMBER, "TESTPREPA", 2022)
    with pytest.raises(SourceUnavailable) as over:
        few.attestation(NUMBER, "TESTPREPA", 2022)

    assert asking.asked() == 2
    assert over.value.retry_in == 16 * 3600, "from 08:00 until midnight, UTC"
    asking.clock.now += timedelta(seconds=over.value.retry_in)
    assert isinstance(few.attestation(NUMBER, "TESTPREPA", 2022), CvecAttestation)


def test_nothing_of_a_question_or_an_answer_reaches_a_log(
    liar: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = Asking(liar.address)
    canary = {"nom": NAME, "errors": [{"code": NAME}], "data": {"identite": NAME, "est_boursier": NAME}}
    lines = []
    for status in (200, 302, 400, 404, 500):
        liar.tell(status, json.dumps(canary).encode(), Location=f"http://127.0.0.1:9/{NAME}", Odd=NAME)
        for ask in (
            lambda: asking.cvec().attestation(NUMBER, NAME, 2022),
            lambda: asking.grants(token="canary-token").grant(INE),
        ):
            asking.limits = MemoryLimits(Memory())  # every circuit closed
            with pytest.raises(SourceUnavailable) as raised:
                ask()
            lines.append(json.dumps(told(raised.value)))
            assert NAME not in str(raised.value)
    lines += [AllowListed().format(record) for record in caplog.records]

    assert len(lines) > 10
    assert not any(each in line for line in lines for each in (NUMBER, INE, NAME, "canary-token", "CANAR"))
