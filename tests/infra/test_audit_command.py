"""Rows are tampered with behind the product's back, in the table itself: the command names the first one."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.audit_heads import S3AuditHeads
from chalicelib.domain.exports.batches import BatchKind, packed
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.trail.audit import Act, AuditEntry, hash_of
from chalicelib.settings import PREFIX, Settings, settings
from chalicelib.storage.audit import DynamoAuditTrail
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Table, dump
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.exports.make_batch import BatchAsked, make_batch, show_ready
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from infra import audit
from infra.local import resources
from tests.fakes.ports import MANUAL_DAY, RecordedAlarms
from tests.integration.real_engine import engine_ports, enrolled
from tests.usecases.conftest import ACCOUNTANT

CHRIS, DOMINIQUE = "00000000000000c1", "00000000000000d1"
END = {"pk": "AUDIT#HEAD", "sk": "HEAD"}
REQUIRED = [name for name, each in Settings.model_fields.items() if each.is_required()]
COUNT, YESTERDAYS = 9, 6
"""Records of the trail, and how many of them the head of the first day stands for."""


class Trail:
    """A sealed trail in a table of its own, and a way around the product's conditions."""

    def __init__(self, names: resources.Names) -> None:
        self.table = Table(names.table, "eu-west-3")
        self.bucket = boto3.resource("s3").Bucket(names.bucket)
        self.rows = boto3.resource("dynamodb").Table(names.table)
        self.audit = DynamoAuditTrail(self.table)
        self.audit_heads = S3AuditHeads(boto3.client("s3"), names.bucket)
        self.alarms = RecordedAlarms()
        self.at = MANUAL_DAY
        self._write(1, YESTERDAYS)
        self.at += timedelta(days=1)
        self._write(YESTERDAYS + 1, COUNT)

    def now(self) -> Any:
        return self.at

    def new_token(self) -> str:
        return "salt"

    def write(self, number: int, act: Act = Act.REGISTRATION_BLOCKED) -> None:
        subject = CHRIS if number % 2 else DOMINIQUE
        told = AuditEntry(
            f"{number:016x}", self.at, "00000000000000a1", act, subject, f"{subject}-1", "Chèque impayé"
        )
        self.table.put(row_of(self.table, told), self.table.absent)

    def _write(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self.at += timedelta(seconds=1)
            self.write(number)
        assert seal_audit(self).sealed == last - first + 1

    def row(self, number: int) -> dict[str, Any]:
        found = self.rows.get_item(Key=self.key(number), ConsistentRead=True)
        return dict(found["Item"])

    def key(self, number: int) -> dict[str, str]:
        return {"pk": "AUDIT#000000000", "sk": f"{number:012}"}

    def put(self, row: dict[str, Any], **changes: Any) -> None:
        self.rows.put_item(Item=row | changes)

    def tell(self, place: int, /, **changes: Any) -> None:
        """Change the facts of a record."""
        row = self.row(place)
        self.put(row, facts=json.dumps(json.loads(row["facts"]) | changes))

    def delete(self, *numbers: int) -> None:
        for number in numbers:
            self.rows.delete_item(Key=self.key(number))

    def move_end(self, number: int) -> None:
        told = json.loads(self.row(number)["facts"])
        end = {"number": number, "hash": told["hash"], "day": "2022-06-25"}
        self.put(END, version=number, facts=json.dumps(end))

    def rewrite(self, first: int) -> None:
        """Forge all from record `first` on so that it fits together, the chain's end too."""
        records = {each.number: each for each in self.audit.records(1)}
        for number in range(first, COUNT + 1):
            forged = records[number]
            if number == first:
                forged = replace(forged, target="forged")
            if number > 1:
                forged = replace(forged, previous=records[number - 1].hash)
            records[number] = replace(forged, hash=hash_of(forged))
            self.put(self.row(number), facts=dump(records[number]))
        self.move_end(COUNT)


UNUSED = "https://unused.test"


@pytest.fixture
def table(names: resources.Names, monkeypatch: pytest.MonkeyPatch) -> Iterator[resources.Names]:
    """The application's environment names the test's table and bucket; nothing else of it is used."""
    told = {"table": names.table, "bucket": names.bucket}
    for name in REQUIRED:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", told.get(name, UNUSED))
    settings.cache_clear()
    yield names
    settings.cache_clear()


@pytest.fixture
def trail(table: resources.Names) -> Trail:
    return Trail(table)


Say = Callable[[], tuple[int, str]]


@pytest.fixture
def verified(table: resources.Names, capsys: pytest.CaptureFixture[str]) -> Say:
    def verify() -> tuple[int, str]:
        return audit.main(["verify"]), capsys.readouterr().out

    return verify


def test_an_intact_trail_is_told_in_a_sentence(trail: Trail, verified: Say) -> None:
    code, said = verified()
    assert code == 0
    assert said.startswith("9 records, intact since 24/06/2022 10:00 in Paris.\n")
    assert trail.audit.head().hash in said  # type: ignore[union-attr]  # it has an end
    trail.write(10)
    assert verified()[1].endswith("1 entry waits to be sealed.\n")


def test_an_erasure_is_no_tampering(trail: Trail, verified: Say) -> None:
    trail.write(11, Act.PERSON_ERASED)
    trail.audit.forget_reasons(CHRIS)
    assert verified()[0] == 0
    seal_audit(trail)
    assert verified() == (0, verified()[1])
    assert "impayé" not in trail.row(1)["facts"]
    assert "impayé" in trail.row(2)["facts"]


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 5},
        {"number": 900},
        {"previous": "0" * 64},
        {"id": "forged"},
        {"at": "2022-06-24T08:00:05Z"},
        {"by": "gateway"},
        {"act": "registration_unblocked"},
        {"subject_id": CHRIS},
        {"target": "forged"},
        {"reason": "Chèque encaissé"},
        {"reason": "", "salt": ""},
        {"details": {"cents": "1"}},
        {"salt": "forged"},
        {"reason_digest": "0" * 64},
        {"hash": "0" * 64},
        {"act": "invented"},
        {"at": None},
    ],
    ids="+".join,
)
def test_a_flipped_field_is_named(trail: Trail, verified: Say, changes: dict[str, Any]) -> None:
    trail.tell(4, **changes)
    code, said = verified()
    assert code == 1
    assert "ecord 4 " in said


@pytest.mark.parametrize(
    "changes", [{"facts": "{"}, {"facts": ""}, {"queue_pk": "AUDIT#elsewhere"}, {"queue_sk": "000000000009"}]
)
def test_a_spoilt_row_is_named(trail: Trail, verified: Say, changes: dict[str, Any]) -> None:
    trail.put(trail.row(4), **changes)
    code, said = verified()
    assert (code, "ecord 4 " in said) == (1, True)


def test_a_row_without_its_facts_or_its_place_in_the_index_is_named(trail: Trail, verified: Say) -> None:
    whole = trail.row(4)
    for lost in ("facts", "queue_pk", "version"):
        trail.put({name: value for name, value in whole.items() if name != lost})
        code, said = verified()
        assert lost == "version" or (code, "ecord 4 " in said) == (1, True)
        trail.put(whole)


def test_the_accusation_tells_when_and_what(trail: Trail, verified: Say) -> None:
    trail.tell(4, target="forged")
    code, said = verified()
    assert code == 1
    assert said == (
        "Tampered: Record 4 is not as it was sealed: what it says does not fit its hash.\n"
        "What stands there: registration_blocked, 24/06/2022 10:00 in Paris, by 00000000000000a1, "
        f"about {DOMINIQUE}.\n"
    )


def test_a_deleted_row_is_named(trail: Trail, verified: Say) -> None:
    trail.delete(4)
    code, said = verified()
    assert (code, "Record 4 is not in its place" in said) == (1, True)


def test_a_cut_tail_is_named(trail: Trail, verified: Say) -> None:
    trail.delete(8, 9)
    assert verified() == (
        1,
        "Tampered: Record 8 is missing: by the chain's end, the chain goes on to record 9.\n",
    )


def test_a_tail_cut_with_the_chains_end_is_named_by_the_head_kept_apart(trail: Trail, verified: Say) -> None:
    trail.delete(5, 6, 7, 8, 9)
    trail.move_end(4)
    code, said = verified()
    assert code == 1
    assert "Record 5 is missing: by the head kept for 2022-06-24" in said


def test_the_whole_trail_wiped_is_named_by_the_head_kept_apart(trail: Trail, verified: Say) -> None:
    trail.delete(*range(1, COUNT + 1))
    trail.rows.delete_item(Key=END)
    code, said = verified()
    assert (code, "Record 1 is missing" in said) == (1, True)


def test_an_inserted_row_is_named(trail: Trail, verified: Say) -> None:
    trail.put(trail.row(4), sk="000000000004+")
    assert "ecord 5 " in verified()[1]
    trail.put(trail.row(4), sk="000000000004+", queue_sk="000000000004+")
    code, said = verified()
    assert (code, "There are two records 4." in said) == (1, True)


def test_a_row_beyond_the_end_is_named(trail: Trail, verified: Say) -> None:
    last = next(iter(trail.audit.records(COUNT)))
    forged = replace(last, number=COUNT + 1, previous=last.hash)
    place = trail.key(COUNT + 1)
    row = trail.row(COUNT) | place | {"queue_sk": place["sk"]}
    trail.put(row, facts=dump(replace(forged, hash=hash_of(forged))))
    code, said = verified()
    assert (code, "Record 10 stands beyond the chain's end" in said) == (1, True)


@pytest.mark.parametrize("second", [5, 6])
def test_two_swapped_rows_name_the_first(trail: Trail, verified: Say, second: int) -> None:
    one, other = trail.row(4), trail.row(second)
    trail.put(one, facts=other["facts"])
    trail.put(other, facts=one["facts"])
    code, said = verified()
    assert (code, "ecord 4 " in said) == (1, True)


def test_a_row_rewritten_with_its_hash_is_named(trail: Trail, verified: Say) -> None:
    record = next(iter(trail.audit.records(4)))
    forged = replace(record, target="forged")
    trail.put(trail.row(4), facts=dump(replace(forged, hash=hash_of(forged))))
    code, said = verified()
    assert (code, "Record 4 is not the one that record 5 was sealed upon." in said) == (1, True)


@pytest.mark.parametrize("first", [1, 3])
def test_a_chain_rewritten_throughout_is_named_by_the_head_kept_apart(
    trail: Trail, verified: Say, first: int
) -> None:
    trail.rewrite(first)
    code, said = verified()
    assert code == 1
    assert "Records 1 to 6 are not what was sealed: the head kept for 2022-06-24 knew another" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": 12}, "Record 10 is missing: by the chain's end, the chain goes on to record 12."),
        (
            {"hash": "0" * 64},
            "Records 7 to 9 are not what was sealed: the chain's end knew another record 9.",
        ),
        ({"hash": None}, "the chain's end, a head or an entry that waits is not what was written"),
    ],
)
def test_a_forged_end_of_the_chain_is_named(
    trail: Trail, verified: Say, changes: dict[str, Any], sentence: str
) -> None:
    row = trail.rows.get_item(Key=END)["Item"]
    trail.put(row, facts=json.dumps(json.loads(row["facts"]) | changes))
    code, said = verified()
    assert code == 1
    assert sentence in said


def test_an_end_of_the_chain_moved_back_or_deleted_is_named(trail: Trail, verified: Say) -> None:
    trail.move_end(7)
    code, said = verified()
    assert (code, "Record 8 stands beyond the chain's end, which is record 7." in said) == (1, True)
    trail.rows.delete_item(Key=END)
    code, said = verified()
    assert (code, "The row of the chain's end is missing" in said) == (1, True)


def test_a_head_that_is_there_is_not_replaced_by_the_product(trail: Trail) -> None:
    kept = trail.audit_heads.all()
    assert [(f"{day}", head.number) for day, head in kept.items()] == [("2022-06-24", YESTERDAYS)]
    trail.rewrite(1)
    seal_audit(trail)
    assert trail.audit_heads.all() == kept


def test_a_row_of_the_journal_changed_by_hand_is_named(table: resources.Names, verified: Say) -> None:
    ports = engine_ports(table, load_shipped("clermont-auvergne-inp-2022"))
    registration = enrolled(ports, 1)
    choice = AddressChoice(AddressMode.NONE)
    page = start_card_payment(ports, registration.person_id, registration.id, choice, None).attempt
    answer = Answer(page.reference, page.amount_cents, Outcome.PAID, "00000", "7001", "8001")
    record_notification(ports, ports.gateway.says(b"paid", answer))
    seal_audit(ports)
    assert verified()[0] == 0
    entry = ports.accounts.account(registration.person_id).journal[0]
    rows = boto3.resource("dynamodb").Table(table.table)
    kept = row_of(Table(table.table, "eu-west-3"), entry)
    key = {"pk": kept.pk, "sk": kept.sk}
    row = rows.get_item(Key=key, ConsistentRead=True)["Item"]
    rows.put_item(Item=row | {"facts": str(row["facts"]).replace("377000", "277000")})
    code, said = verified()
    assert code == 1
    assert f"Tampered: Journal entry {entry.id}" in said


def test_a_byte_of_a_frozen_batch_changed_by_hand_is_named(table: resources.Names, verified: Say) -> None:
    ports = engine_ports(table, load_shipped("clermont-auvergne-inp-2022"))
    registration = enrolled(ports, 1)
    choice = AddressChoice(AddressMode.NONE)
    page = start_card_payment(ports, registration.person_id, registration.id, choice, None).attempt
    answer = Answer(page.reference, page.amount_cents, Outcome.PAID, "00000", "7001", "8001")
    record_notification(ports, ports.gateway.says(b"paid", answer))
    ports.move(days=1)
    number_journal(ports)
    ready = show_ready(ports, ports.campaigns.current(), BatchKind.JOURNAL)
    assert ready
    made = make_batch(ports, BatchAsked(BatchKind.JOURNAL, ready.seen), ACCOUNTANT)
    seal_audit(ports)
    assert verified()[0] == 0
    text = ports.batches.text(made.id)
    changed = replace(text, packed=packed(text.data.replace(b"3770,00", b"3770,01", 1)))
    Table(table.table, "eu-west-3").put(row_of(Table(table.table, "eu-west-3"), changed))
    code, said = verified()
    assert (code, said.splitlines()[0]) == (
        1,
        f"Tampered: Batch {made.id}: its file is not as it was frozen.",
    )


def test_it_says_what_to_do_when_there_is_nothing_to_read(
    aws: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in REQUIRED:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    settings.cache_clear()
    assert audit.main(["verify"]) == 2
    assert "QUITTANCE_TABLE" in capsys.readouterr().err
    for name in REQUIRED:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", UNUSED)
    settings.cache_clear()
    assert audit.main(["verify"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    settings.cache_clear()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
        assert audit.main(["verify", "--local", str(free - 3)]) == 2
    assert "make run" in capsys.readouterr().err


def test_it_finds_the_running_stack_by_its_port(stack: Any, root: Path) -> None:
    port = urlsplit(stack.portal).port
    command = [sys.executable, "-m", "infra.audit", "verify", "--local", str(port)]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.match(r"No record yet|[\d ]+ records?, intact since", ended.stdout)
