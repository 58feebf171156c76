"""What a deployment may not choose."""

import io
import json
import logging
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped, shipped_text
from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignVersion, VersionState
from chalicelib.domain.changes import Changes
from chalicelib.identity.cas import CasServer
from chalicelib.observability import logger
from chalicelib.settings import Settings, Stage
from chalicelib.wiring import CLIENTS, Services
from chalicelib.wiring.commit_log import note_commit
from tests.fakes.campaigns import MemoryCampaignVersions
from tests.fakes.ports import FakePorts, enrol_student
from tests.fakes.storage import Memory
from tests.usecases.conftest import CHRIS, Student
from tests.usecases.refund_steps import pays_once

SIREN = "732829320"


def services(**chosen: Any) -> Services:
    named = {
        "table": "table",
        "bucket": "bucket",
        "outbox_queue_url": "https://queue.test/outbox",
        "debit_queue_url": "https://queue.test/debits",
        "delivery_queue_url": "https://queue.test/deliveries",
        "base_url": "https://inscription.ecole.fr",
        "mail_from": "inscription@ecole.fr",
        "school_siren": SIREN,
        "paybox_site": "7654321",
        "paybox_rang": "32",
        "paybox_identifiant": "107904482",
        "paybox_page_urls": "https://tpeweb.paybox.com/php/",
        "paybox_direct_urls": "https://ppps.paybox.com/PPPS.php",
        "paybox_hmac_key_parameter": "/key",
    }
    return Services(Settings.model_validate(named | chosen))


def test_school_without_a_cas_server_has_none() -> None:
    assert services().identity_provider is None


def test_production_believes_no_cas_server_in_clear() -> None:
    with pytest.raises(ValueError, match="CasUrl is not https: production refuses to start"):
        _ = services(cas_url="http://sso.test/cas").identity_provider


@pytest.mark.parametrize(
    ("url", "stage"), [("https://sso.test/cas", Stage.PRODUCTION), ("http://127.0.0.1:1/cas", Stage.LOCAL)]
)
def test_cas_server_is_told_of_our_configured_address(url: str, stage: Stage) -> None:
    server = services(cas_url=url, stage=stage).identity_provider
    assert isinstance(server, CasServer)
    address = server.login_address("word", renew=False)
    assert address.startswith(f"{url}/login?")
    assert "https%3A%2F%2Finscription.ecole.fr%2Fapi%2Fv1%2Fauth%2Fcas%2Fcallback%3Fjourney%3Dword" in address


def test_production_asks_staff_for_a_second_factor_whatever_it_is_told() -> None:
    assert services(second_factor=False).requires_second_factor
    assert not services(second_factor=False, stage=Stage.LOCAL).requires_second_factor


def test_person_who_waits_for_kms_is_answered_before_api_gateway_gives_up() -> None:
    chosen = CLIENTS["kms"]

    tries = chosen["retries"]["total_max_attempts"]
    assert tries * (chosen["connect_timeout"] + chosen["read_timeout"]) < 29 / 2


def test_version_of_a_campaign_holds_by_the_clock_that_is_set_last() -> None:
    made, memory = services(), Memory()
    made.campaign_versions = MemoryCampaignVersions(memory)  # type: ignore[misc]  # built when first used
    day = datetime(2031, 9, 1, tzinfo=UTC)
    text = shipped_text("clermont-auvergne-inp-2022")
    versions = [
        CampaignVersion(
            "isima", number, f"{number}", "", day, day.replace(year=year), "", day, VersionState.APPLIED
        )
        for number, year in ((1, 2031), (2, 2032))
    ]
    memory.campaign_registers["register"] = CampaignRegister(tuple(versions), 1)
    memory.campaign_texts |= {("isima", each): CampaignText("isima", each, text, "") for each in (1, 2)}
    for year in (2031, 2032):
        made.now = lambda year=year: day.replace(year=year)  # type: ignore[misc]  # a clock
        assert made.campaigns.get("isima").version == versions[year - 2031]


def test_events_reach_this_machine_only_where_the_local_stack_is_told_so() -> None:
    assert not services().receivers.allows_loopback
    assert services(stage=Stage.LOCAL, loopback_receivers=True).receivers.allows_loopback


def test_school_without_a_bus_has_none() -> None:
    assert services().event_bus is None


@pytest.mark.parametrize(("told", "ends"), [("", None), ("2027-06-30", date(2027, 6, 30))])
def test_end_of_the_gateways_key_is_a_day_or_not_known(told: str, ends: date | None) -> None:
    assert services(paybox_hmac_key_ends=told).gateway_key_ends == ends


def test_money_that_a_commit_moves_is_logged_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    (handler,) = (each for each in logger().handlers if isinstance(each, logging.StreamHandler))
    monkeypatch.setattr(handler, "stream", stream)
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, CHRIS, registration.id)
    pays_once(student)
    (attempt,) = student.account.attempts
    note_commit(Changes((registration, attempt)))

    committed, moved = (json.loads(each) for each in stream.getvalue().splitlines())
    assert committed["message"] == "committed"
    assert (moved["message"], moved["attempt"], moved["outcome"]) == ("money moved", attempt.id, "paid")
    assert services().store._note is note_commit  # type: ignore[attr-defined]  # noqa: SLF001 - what is built
