"""What a process remembers of stored campaigns: the register for seconds, a text for good."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.campaigns.reader import (
    CampaignFileError,
    load_shipped,
    read_campaign,
    read_stored,
    shipped_text,
)
from chalicelib.campaigns.stored import REGISTER_SECONDS, StoredCampaigns
from chalicelib.domain.campaign import Exemption
from chalicelib.domain.campaigns.versions import (
    CampaignRegister,
    CampaignText,
    CampaignVersion,
    VersionState,
    digest_of,
    opening,
)
from chalicelib.domain.causes import CampaignUnknown
from chalicelib.domain.changes import Changes
from tests.fakes.ports import MANUAL_DAY, FakePorts

YEAR = "clermont-auvergne-inp-2022"
EXAMPLE = shipped_text(YEAR)


def version(number: int, text: str = EXAMPLE, **more: object) -> CampaignVersion:
    facts: dict[str, object] = {
        "label": "Inscriptions",
        "begins_at": MANUAL_DAY - timedelta(days=30),
        "holds_from": MANUAL_DAY,
        "loaded_by": "b1",
        "loaded_at": MANUAL_DAY,
        "state": VersionState.APPLIED,
    }
    return CampaignVersion(YEAR, number, digest_of(text), **(facts | more))  # type: ignore[arg-type]  # its fields


class Process:
    """One process that serves requests while others write."""

    def __init__(self) -> None:
        self.ports = FakePorts(load_shipped(YEAR))
        self.seconds = 0.0
        self.versions = self.ports.campaign_versions
        self.campaigns = StoredCampaigns(self.versions, self.ports.now, lambda: self.seconds)

    def stores(self, register: CampaignRegister, *texts: CampaignText) -> None:
        self.ports.store.commit(Changes((register, *texts)))


@pytest.fixture
def process() -> Process:
    made = Process()
    first = version(1)
    made.stores(CampaignRegister((first,), 1), CampaignText(YEAR, 1, EXAMPLE, first.digest))
    return made


DEARER = EXAMPLE.replace('"601.00"', '"650.00"')


def cents(process: Process) -> int:
    return process.campaigns.current().programme("I2223_Y1_1A").fee_lines("01")[0].total_cents


def test_register_is_read_once_in_some_seconds(process: Process) -> None:
    for _ in range(100):
        assert cents(process) == 60100
    assert process.versions.reads == 1
    process.seconds += REGISTER_SECONDS
    assert process.campaigns.get(YEAR).version == version(1)
    assert process.versions.reads == 2


def test_version_applied_elsewhere_holds_within_seconds(process: Process) -> None:
    assert cents(process) == 60100
    second = version(2, DEARER)
    process.stores(CampaignRegister((version(1), second), 2), CampaignText(YEAR, 2, DEARER, second.digest))
    assert cents(process) == 60100
    process.seconds += REGISTER_SECONDS
    assert cents(process) == 65000


def test_campaign_applied_elsewhere_is_known_with_its_first_registration(process: Process) -> None:
    """An import may write the registrations within the seconds for which the register is trusted."""
    assert cents(process) == 60100
    with pytest.raises(CampaignUnknown):
        process.campaigns.get("next")
    first = replace(version(1), campaign_id="next")
    process.stores(CampaignRegister((version(1), first), 2), CampaignText("next", 1, EXAMPLE, first.digest))
    assert process.campaigns.get("next").version == first


def test_version_applied_here_holds_at_once(process: Process) -> None:
    assert cents(process) == 60100
    second = version(2, DEARER)
    process.stores(CampaignRegister((version(1), second), 2), CampaignText(YEAR, 2, DEARER, second.digest))
    process.campaigns.refresh()
    assert cents(process) == 65000


def test_day_begins_without_a_read(process: Process) -> None:
    second = version(2, DEARER, holds_from=MANUAL_DAY + timedelta(days=1))
    process.stores(CampaignRegister((version(1), second), 2), CampaignText(YEAR, 2, DEARER, second.digest))
    assert cents(process) == 60100
    process.ports.move(days=1)
    assert cents(process) == 65000
    assert process.versions.reads == 1


def test_first_version_serves_before_its_day() -> None:
    to_come = version(1, holds_from=MANUAL_DAY + timedelta(days=9))
    assert CampaignRegister((to_come,), 1).holding(YEAR, MANUAL_DAY) == to_come


def test_before_any_year_has_begun_the_first_to_begin_is_current() -> None:
    def to_begin(name: str, begins_at: datetime) -> CampaignVersion:
        facts = version(1, begins_at=begins_at)
        return CampaignVersion(**{**vars(facts), "campaign_id": name})

    later = to_begin("later", MANUAL_DAY + timedelta(days=400))
    sooner = to_begin("sooner", MANUAL_DAY + timedelta(days=40))
    register = CampaignRegister((later, sooner), 1)
    assert [each.campaign_id for each in register.side_by_side(MANUAL_DAY)] == ["sooner", "later"]


def test_stored_file_outlives_the_texts_of_its_release() -> None:
    lacking = EXAMPLE.replace("  menu.guide:\n", "  menu.of_before:\n")
    assert lacking != EXAMPLE
    read = read_stored(lacking, "stored")
    assert read.text("menu.guide") == "–"
    assert read.text("menu.account") == "5. Ma position de compte"


def test_stored_file_is_read_with_a_character_that_is_refused_today() -> None:
    hidden = EXAMPLE.replace('product: "', 'product: "\u202e', 1)
    assert hidden != EXAMPLE
    with pytest.raises(CampaignFileError):
        read_campaign(hidden, "ecole.yaml")
    assert read_stored(hidden, "stored").id == read_campaign(EXAMPLE, "ecole.yaml").id


class TestMarksOfAFile:
    def test_source_and_exemption_are_read(self) -> None:
        campaign = read_campaign(EXAMPLE, "ecole.yaml")
        assert campaign.exemption("02") is Exemption.BY_RIGHT
        assert campaign.exemption("01") is None
        assert campaign.exemption("unknown") is None
        found = campaign.source("gone", "02")
        assert found
        assert found.en == "article R.719-49 of the French education code"
        assert campaign.source("gone", "gone") is None


def test_books_open_where_the_register_says(process: Process) -> None:
    """Known with the versions: whoever writes money reads nothing more for it."""
    process.stores(opening(process.versions.register(), "INP", date(2022, 7, 1)))
    assert process.campaigns.get(YEAR).books_open_from == date(2022, 7, 1)
    assert process.campaigns.current().books_open_from == date(2022, 7, 1)
    reads = process.versions.reads
    process.campaigns.get(YEAR)
    assert process.versions.reads == reads
