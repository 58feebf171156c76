"""Values stored beside a campaign's text make the very campaign of it; those that do not fit are not used."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib.campaigns import copies
from chalicelib.campaigns.building import campaign_of
from chalicelib.campaigns.copies import MOST_BYTES, SHAPE, campaign_of_copy, copy_of
from chalicelib.campaigns.reader import read_campaign, read_stored, shipped_text, values_of
from chalicelib.campaigns.schema import CampaignEntry
from chalicelib.campaigns.stored import FileReader, StoredCampaigns
from chalicelib.campaigns.yaml_tree import read_tree
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.look import OWN_LOOK
from chalicelib.domain.campaigns.versions import (
    CampaignRegister,
    CampaignText,
    CampaignValues,
    CampaignVersion,
    VersionState,
    digest_of,
)
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.exports.layouts import NEUTRAL, NO_MAPPING
from chalicelib.domain.publication import NOTHING_SAID
from chalicelib.storage.campaigns import DynamoCampaignVersions
from chalicelib.storage.table import Table
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.unit.campaigns.complete import COMPLETE, COMPLETE_TEXT, text_of

SHIPPED = "clermont-auvergne-inp-2022"
PINNED = Path(__file__).parents[2] / "golden" / "campaign_values.json"
HOUSE = Path(copies.__file__).parent
NOT_READING = (
    "__init__.py",
    "building.py",
    "copies.py",
    "rehearsal.py",
    "stored.py",
    "unloaded.py",
    "texts.py",
)
"""What makes no values of a text."""


def version_of(text: str, number: int = 1) -> CampaignVersion:
    facts = ("Rentrée", MANUAL_DAY, MANUAL_DAY, "b1", MANUAL_DAY, VersionState.APPLIED)
    return CampaignVersion(SHIPPED, number, digest_of(text), *facts)


def stored(text: str) -> CampaignValues:
    found = FileReader().values(text, version_of(text))
    assert found
    return found


def from_values(text: str) -> Campaign | None:
    return campaign_of_copy(stored(text), version_of(text))


def without(*keys: str) -> str:
    """Return the complete file without some blocks."""
    lines = iter(COMPLETE_TEXT.splitlines(keepends=True))
    return "".join(_kept(lines, keys))


def _kept(lines: Iterator[str], keys: tuple[str, ...]) -> Iterator[str]:
    is_kept = True
    for line in lines:
        if line[0].isalpha():
            is_kept = line.partition(":")[0] not in keys
        if is_kept:
            yield line


class TestValuesAreThoseOfTheText:
    def test_complete_file_writes_every_key_that_there_is(self) -> None:
        found = CampaignEntry.model_validate(read_tree(COMPLETE_TEXT).values)
        unset = {
            f"{kind.__name__}.{name}"
            for kind in {type(each) for each in models(found)}
            for name in kind.model_fields
            if not any(name in each.model_fields_set for each in models(found) if type(each) is kind)
        }
        assert unset == {"LookEntry.logo_png"}  # a file has one logo

    def test_complete_file_is_read_whole_from_its_text_and_from_its_values(self) -> None:
        assert read_campaign(COMPLETE_TEXT, "ecole.yaml") == COMPLETE
        assert from_values(COMPLETE_TEXT) == COMPLETE

    @pytest.mark.parametrize("text", [shipped_text(SHIPPED), text_of("ecole-imaginaire-2031")])
    def test_other_files_are_the_same_from_both(self, text: str) -> None:
        assert from_values(text) == read_stored(text, SHIPPED) == read_campaign(text, SHIPPED)

    @pytest.mark.parametrize(
        ("keys", "defaults"),
        [
            (("look", "publication"), {"look": OWN_LOOK, "publication": NOTHING_SAID}),
            (("accounting", "bank_account"), {"accounting": NO_MAPPING, "bank_account": None}),
            (("reminders", "import_headings"), {"reminders": (), "import_headings": {}}),
            (
                ("withdrawal_fee", "year_starts_on"),
                {"withdrawal_fee_cents": Campaign.withdrawal_fee_cents, "year_starts_on": None},
            ),
        ],
    )
    def test_block_that_a_file_leaves_out_has_its_default(
        self, keys: tuple[str, ...], defaults: dict[str, Any]
    ) -> None:
        text = without(*keys)
        assert from_values(text) == read_campaign(text, "ecole.yaml") == replace(COMPLETE, **defaults)

    @pytest.mark.parametrize(
        ("was", "null", "left_out"),
        [
            ('link: "https://ecole-complete.example/entretien"', "link: null", ""),
            ("exemption: by_right", "exemption: null", ""),
            ('source: {fr: "arrêté imaginaire", en: "imaginary order"}', "source: null", ""),
            ('first_amount: "150.00"', "first_amount: null", ""),
            ('year_starts_on: "2032-09-01"', "year_starts_on: null", ""),
            ("audit_percent: 80", "audit_percent: null", ""),
            ("fact: debit,", "fact: debit, target: null, text: null,", "fact: debit,"),
        ],
    )
    def test_null_says_as_much_as_a_key_left_out(self, was: str, null: str, left_out: str) -> None:
        assert was in COMPLETE_TEXT
        said, unsaid = (COMPLETE_TEXT.replace(was, becomes) for becomes in (null, left_out))
        assert from_values(said) == read_campaign(said, "ecole.yaml") == read_campaign(unsaid, "ecole.yaml")

    def test_layout_that_is_null_is_the_neutral_one(self) -> None:
        text = without("accounting") + "accounting:\n  layout: null\n"
        found = from_values(text)
        assert found
        assert found.accounting.layout == NEUTRAL

    def test_texts_are_those_of_todays_pages(self) -> None:
        text = COMPLETE_TEXT
        version = version_of(text)
        values = json.loads(stored(text).values)
        values["texts"]["menu.of_before"] = values["texts"].pop("menu.guide")
        older = copy_of(json.dumps(values), version)
        assert older
        read = campaign_of_copy(older, version)
        assert read == read_stored(text.replace("  menu.guide:", "  menu.of_before:"), SHIPPED)
        assert read
        assert (read.text("menu.guide"), read.text("menu.account")) == ("–", "Mon compte")


def models(entry: Any) -> Iterator[BaseModel]:
    if isinstance(entry, BaseModel):
        yield entry
        for _, value in entry:
            yield from models(value)
    elif isinstance(entry, dict | list):
        for value in entry.values() if isinstance(entry, dict) else entry:
            yield from models(value)


TEXT = shipped_text(SHIPPED)
CHEAPER = TEXT.replace('"601.00"', '"1.00"')


class Process:
    """A process that has read nothing yet."""

    def __init__(self, *rows: CampaignText | CampaignValues) -> None:
        ports = FakePorts(COMPLETE)
        ports.store.commit(Changes((CampaignRegister((version_of(TEXT),), 1), *rows)))
        self.campaigns = StoredCampaigns(ports.campaign_versions, ports.now, lambda: 0.0)

    @property
    def cents(self) -> int:
        programme = self.campaigns.current().programme("I2223_Y1_1A")
        return programme.fee_lines("01")[0].total_cents


KEPT = CampaignText(SHIPPED, 1, TEXT, digest_of(TEXT))


class TestTextIsTheTruth:
    def test_values_serve_without_the_text(self) -> None:
        assert Process(stored(TEXT)).cents == 60100

    def test_version_of_an_earlier_release_has_no_values_and_loads_for_ever(self) -> None:
        assert Process(KEPT).cents == 60100

    @pytest.mark.parametrize(
        "damaged",
        [
            replace(stored(TEXT), values=stored(TEXT).values.replace("60100", "100")),
            replace(stored(TEXT), values=stored(TEXT).values[:-1]),
            replace(stored(TEXT), values=""),
            replace(stored(TEXT), seal=""),
            stored(CHEAPER),
            replace(stored(CHEAPER), digest=digest_of(TEXT)),
        ],
        ids=["price", "cut short", "empty", "no seal", "of another text", "of another text, renamed"],
    )
    def test_values_that_are_damaged_or_of_another_text_are_not_used(self, damaged: CampaignValues) -> None:
        assert Process(KEPT, damaged).cents == 60100

    @pytest.mark.parametrize("values", ["{}", "[]", "null", '"x"', '{"texts": {}}', "no JSON"])
    def test_values_of_a_form_that_nobody_knows_are_not_used(self, values: str) -> None:
        sealed = copy_of(values, version_of(TEXT))
        assert sealed
        assert Process(KEPT, sealed).cents == 60100

    def test_values_of_another_shape_are_not_looked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of an earlier release or, while one is taken back, of a later one."""
        monkeypatch.setattr(copies, "SHAPE", SHAPE + 1)
        other = copies.copy_of(values_of(CHEAPER, SHIPPED), version_of(TEXT))
        monkeypatch.undo()
        assert other
        assert other.shape == SHAPE + 1
        assert Process(KEPT, other).cents == 60100
        assert Process(KEPT, replace(other, shape=SHAPE)).cents == 60100

    def test_row_that_cannot_be_loaded_is_reported_and_not_used(self) -> None:
        told: list[str] = []
        row = Table("t", "eu-west-3").row("CAMPAIGN#1", "VALUES#000001#1", facts='{"later": 1}')

        class OneRow(Table):
            def get(self, pk: str, sk: str) -> Any:
                return row

        versions = DynamoCampaignVersions(
            OneRow("t", "eu-west-3", lambda what, error: told.append(str(error)))
        )
        assert versions.values("1", 1, 1) is None
        assert told == ["CampaignValues at CAMPAIGN#1 VALUES#000001#1, shape None"]

    def test_values_too_long_for_a_row_are_not_stored(self) -> None:
        assert copy_of("é" * (MOST_BYTES // 2), version_of(TEXT)) is None
        assert copy_of('"' * (MOST_BYTES // 2), version_of(TEXT)) is None
        longest = copy_of("é" * (MOST_BYTES // 2 - 1), version_of(TEXT))
        assert longest
        row = Table("t", "eu-west-3").new("CAMPAIGN#1", "VALUES#000001#1", longest)
        assert len(row.facts.encode()) < 400_000 - 1_000  # of a row of DynamoDB, keys and names included
        assert Process(KEPT, *existing(None)).cents == 60100


def test_whoever_changes_what_a_text_says_raises_the_shape() -> None:
    """Values are read by every release of their shape: they must be what each of these makes of the text.

    Where this fails: raise `SHAPE` in `copies.py`, unless the values of every accepted file are as before;
    then write what is shown here into the pinned file.
    """
    readers = {path.name: path for path in sorted(HOUSE.glob("*.py")) if path.name not in NOT_READING}
    found = {
        "shape": SHAPE,
        "values": json.loads(values_of(COMPLETE_TEXT, "ecole.yaml")),
        "readers": {name: zlib.crc32(path.read_bytes()) for name, path in readers.items()},
    }
    assert found == json.loads(PINNED.read_text(encoding="utf-8"))
    assert campaign_of(found["values"]) == COMPLETE
