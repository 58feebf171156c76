"""What leaves a season's books, read again: batches, FEC and balances tell what the journal holds."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry
from infra.local.ministack import ROOT
from tests.infra.season_books import SECOND, Books, got, listed, posted
from tests.unit.invoicing.fec_rules import findings, records


def every_day_is_closed(books: Books) -> None:
    """P31: days on which money moved are compared, all differences have an end, nothing is left.

    `make test` compares one such day in four: each asks the gateway anew.
    """
    desk, yesterday = books.desk(), books.today - timedelta(days=1)
    days = sorted({each.dated_on for each in entries_of(books)} | {yesterday})
    days = [each for each in days if each <= yesterday][:: -1 if os.environ.get("PROVE") else -4]
    runs = [run for day in days for run in books.compares(desk, day)]
    open_runs = [run for run in runs if not run["closes"] or run["unexplained"]]
    assert not open_runs, open_runs
    told = got(desk, "/staff/differences")
    assert (told["unexplained"], told["unexplained_cents"], told["oldest_on"]) == (0, 0, None)
    held = balances_of(entries_of(books))
    assert {book: held[book] for book in (Book.SUSPENSE, Book.CARDS, Book.CHEQUES)} == dict.fromkeys(
        (Book.SUSPENSE, Book.CARDS, Book.CHEQUES), 0
    )
    books.season.says(f"{len(days)} days are compared and closed, 471, 5112 and 5115 are empty")


def the_bank_agrees(books: Books) -> None:
    """P21, P31: the état de rapprochement is equal, and a second accountant checks it."""
    made = posted(books.desk(), "/staff/rapprochements", None)
    assert made["difference_cents"] == 0
    assert (made["unshown"], {each["label"] for each in made["unbooked"]}) == ([], {"discarded"})
    seen = {"digest": made["digest"]}
    path = f"/staff/rapprochements/{made['id']}/check"
    assert books.desk().post(path, json=seen).status_code == 403
    assert posted(books.desk(SECOND), path, seen)["checked_by"]


def files_tell_the_journal(books: Books) -> None:
    """P19, P20: batches and FEC, read again, have the journal's totals of each account and year."""
    by_year: dict[int, list[JournalEntry]] = {}
    for entry in entries_of(books):
        by_year.setdefault(entry.dated_on.year, []).append(entry)
    told, numbers = _batches(books), Counter[int]()
    for year, entries in by_year.items():
        journal = _totals((each.account, each.cents) for entry in entries for each in entry.postings)
        assert sorted(each.number for each in entries) == list(range(1, len(entries) + 1)), "P31: a gap"
        assert _totals(told[year]) == journal, f"the batches of {year}"
        assert _fec(books, year) == journal, f"the FEC of {year}"
        numbers[year] = len(entries)
    assert told.keys() == by_year.keys()
    books.season.says(f"batches and FEC have the journal's totals: {dict(numbers)} entries")


def debtors_owe_what_the_journal_says(books: Books, *days: date) -> None:
    """P31: the balance by debtor is account 411 at any day, to the cent."""
    desk, entries = books.desk(), entries_of(books)
    for day in days:
        path = f"/staff/balances?as_of={day}"
        owed = balances_of(each for each in entries if each.dated_on <= day)[Book.RECEIVABLE]
        assert got(desk, path)["journal_cents"] == owed
        assert sum(each["total_cents"] for each in listed(desk, path)) == owed
        books.season.says(f"the debtors owe {owed} cents on {day}, as 411 says")


def the_trail_is_whole(books: Books) -> None:
    """P19: the verifier reads trail, journal and batches of the running stack."""
    books.season.operator.runs("seal_audit")
    port = str(urlsplit(books.season.stack.portal).port)
    command = [sys.executable, "-m", "infra.audit", "verify", "--local", port]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert ended.returncode == 0, ended.stdout


def entries_of(books: Books) -> list[JournalEntry]:
    """Return the numbered entries of every year, those of the treasury too."""
    journal, series = books.season.ports.journal, books.season.ports.campaigns.current().numbering.series
    years = [each.year for each in journal.sequences() if each.series == series]
    return [entry for year in years for entry in journal.numbered(series, year)]


def balances_of(entries: Iterable[JournalEntry]) -> Counter[Book]:
    held: Counter[Book] = Counter()
    for entry in entries:
        assert sum(each.cents for each in entry.postings) == 0
        for each in entry.postings:
            held[each.book] += each.cents
    return held


def _batches(books: Books) -> dict[int, list[tuple[str, int]]]:
    """Take all batches that are ready; return account and cents of each line of their files, by year."""
    desk, told = books.desk(), dict[int, list[tuple[str, int]]]()
    while ready := got(desk, "/staff/batches")["ready"]:
        made = posted(desk, "/staff/batches", {"seen": ready["seen"]})
        text = _taken(desk, f"/staff/batches/{made['id']}/file").decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert len(lines) == made["control"]["lines"]
        moved = [(each["Compte"], _cents(each["Débit"]) - _cents(each["Crédit"])) for each in lines]
        told.setdefault(made["year"], []).extend(moved)
    return told


def _fec(books: Books, year: int) -> dict[str, int]:
    """Return the totals of a year's FEC without its opening balances."""
    with zipfile.ZipFile(io.BytesIO(_taken(books.desk(), f"/staff/exports/fec.zip?year={year}"))) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".txt") and "-" not in each)
        data = archive.read(name)
    assert findings(name, data) == []
    rows = [each for each in records(data) if each["JournalCode"] != "AN"]
    return _totals((each["CompteNum"], _cents(each["Debit"]) - _cents(each["Credit"])) for each in rows)


def _taken(desk: httpx.Client, path: str) -> bytes:
    answer = desk.get(path)
    assert answer.status_code == 303, (path, answer.text)
    return httpx.get(answer.headers["location"]).raise_for_status().content


def _cents(told: str) -> int:
    return int(told.replace(",", "").replace(" ", "") or "0")


def _totals(moved: Iterable[tuple[str, Any]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for account, cents in moved:
        totals[account] += cents
    return dict(sorted(totals.items()))
