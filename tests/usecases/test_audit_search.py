"""Searches in the audit trail: nothing that fits is behind a cut page."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.trail.audit import SCHEDULE, Act, AuditEntry, AuditRecord, RecordUnreadable
from chalicelib.domain.trail.search import AuditSearch, AuditTooLong
from chalicelib.usecases.audit import read_audit as reading
from chalicelib.usecases.audit.read_audit import PAGE, AuditFound, audit_for_file, read_audit
from chalicelib.usecases.audit.seal_audit import seal_audit
from tests.fakes.ports import MANUAL_DAY, FakePorts

CHRIS, DOMINIQUE, SACHA = (f"00000000000000{each}" for each in ("c1", "d1", "a1"))
RARE, COMMON = Act.ROLES_CHANGED, Act.REGISTRATION_BLOCKED


@pytest.fixture
def ports() -> FakePorts:
    """400 records, ten a day from 24/06/2022: the last of each day is rare, and about Dominique."""
    found = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    for number in range(1, 401):
        is_rare = number % 10 == 0
        found.at = MANUAL_DAY + timedelta(days=(number - 1) // 10, minutes=number % 10)
        writes(found, RARE if is_rare else COMMON, DOMINIQUE if is_rare else CHRIS)
        if is_rare:
            seal_audit(found)
    return found


def writes(ports: FakePorts, act: Act, subject_id: str, at: timedelta = timedelta()) -> None:
    by = SACHA if act is RARE else SCHEDULE
    entry = AuditEntry(ports.new_id(), ports.now() - at, by, act, subject_id, "x")
    ports.memory.audit_waiting[entry.id] = entry


def every_page(ports: FakePorts, search: AuditSearch) -> list[AuditFound]:
    pages = [read_audit(ports, search, None)]
    while pages[-1].following:
        pages.append(read_audit(ports, search, pages[-1].following))
    return pages


def numbers(pages: Iterable[AuditFound]) -> list[int]:
    return [each.number for page in pages for each in page.records]


@pytest.mark.parametrize(
    "search",
    [
        AuditSearch(),
        AuditSearch(act=RARE),
        AuditSearch(act=COMMON),
        AuditSearch(by=SACHA),
        AuditSearch(by="nobody"),
        AuditSearch(first=date(2022, 7, 10)),
        AuditSearch(last=date(2022, 7, 10)),
        AuditSearch(first=date(2022, 7, 10), last=date(2022, 7, 10), act=RARE),
        AuditSearch(first=date(2022, 7, 11), last=date(2022, 7, 10)),
        AuditSearch(first=date(2030, 1, 1)),
        AuditSearch(last=date(2020, 1, 1)),
    ],
)
@pytest.mark.parametrize("most", [10_000, 30, 400])
def test_pages_hold_all_that_fits_newest_first(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch, search: AuditSearch, most: int
) -> None:
    monkeypatch.setattr(reading, "MOST_READ", most)
    fitting = [each.number for each in ports.audit.chain if search.fits(each)]
    assert numbers(every_page(ports, search)) == fitting[::-1]
    assert [each.number for each in audit_for_file(ports, search)] == fitting


def test_page_says_how_far_it_has_come(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 150)
    pages = every_page(ports, AuditSearch(by="nobody"))
    assert [(page.read_to, page.following) for page in pages] == [
        (251, "000000000251"),
        (101, "000000000101"),
        (None, None),
    ]


def test_records_about_a_person_are_searched_oldest_first(ports: FakePorts) -> None:
    fitting = [each.number for each in ports.audit.chain if each.subject_id == CHRIS]
    pages = every_page(ports, AuditSearch(CHRIS))
    assert numbers(pages) == fitting
    assert {len(page.records) for page in pages[:-1]} == {PAGE}
    assert numbers(every_page(ports, AuditSearch(CHRIS, act=RARE))) == []
    late = AuditSearch(CHRIS, first=date(2022, 8, 2))
    assert numbers(every_page(ports, late)) == fitting[-9:]
    assert [each.number for each in audit_for_file(ports, late)] == fitting[-9:]


def test_only_what_is_near_a_period_is_read(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    records = ports.audit.records

    def counted(first: int, last: int | None = None) -> Sequence[AuditRecord]:
        found = tuple(records(first, last))
        read.append(len(found))
        return found

    monkeypatch.setattr(ports.audit, "records", counted)
    audit_for_file(ports, AuditSearch(first=date(2022, 7, 10), last=date(2022, 7, 10)))
    assert read[-1] == 150, "seven days on either side"


def test_entry_that_was_sealed_days_late_is_found_on_its_day(ports: FakePorts) -> None:
    ports.at += timedelta(days=1)
    writes(ports, Act.PLAN_STOPPED, CHRIS, timedelta(days=5))
    for _ in range(3):
        seal_audit(ports)
        ports.at += timedelta(days=1)
        writes(ports, COMMON, CHRIS)
    day = (ports.now() - timedelta(days=8)).date()
    (found,) = read_audit(ports, AuditSearch(act=Act.PLAN_STOPPED, first=day, last=day), None).records
    assert found.number == 401


def spoils(ports: FakePorts, monkeypatch: pytest.MonkeyPatch, *spoilt: int) -> None:
    records = ports.audit.records

    def some(first: int, last: int | None = None) -> Iterable[AuditRecord]:
        for each in records(first, last):
            if each.number in spoilt:
                raise RecordUnreadable
            yield each

    monkeypatch.setattr(ports.audit, "records", some)


def test_unreadable_record_hides_no_other(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    spoils(ports, monkeypatch, 400, 200, 1)
    pages = every_page(ports, AuditSearch())
    assert len(numbers(pages)) == 397
    assert [number for page in pages for number in page.unreadable] == [400, 200, 1]
    found = numbers(every_page(ports, AuditSearch(first=date(2022, 7, 13), last=date(2022, 7, 13))))
    assert found == [*range(199, 190, -1)]


def test_trail_that_is_mostly_unreadable_is_none(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    spoils(ports, monkeypatch, *range(370, 395))
    with pytest.raises(RecordUnreadable):
        read_audit(ports, AuditSearch(), None)


def test_gap_in_the_trail_ends_no_search(ports: FakePorts) -> None:
    ports.audit.chain = [each for each in ports.audit.chain if not 190 <= each.number < 260]
    day = date(2022, 7, 2)
    assert len(numbers(every_page(ports, AuditSearch(first=day, last=day)))) == 10


@pytest.mark.parametrize("limit", ["MOST_IN_FILE", "MOST_READ_FOR_FILE"])
def test_file_that_would_be_too_long_is_refused(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(reading, limit, 399)
    with pytest.raises(AuditTooLong) as refused:
        audit_for_file(ports, AuditSearch())
    assert refused.value.most == 399
    assert len(audit_for_file(ports, AuditSearch(first=date(2022, 7, 10)))) == 240
