"""Files of the books: the FEC of a year, the journal of some days, the receipts of one."""

import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden
from chalicelib.domain.exports.files import LedgerKind
from chalicelib.domain.exports.refusals import NothingToExport
from chalicelib.domain.people import Role
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.usecases.exports import take_fec as taking
from chalicelib.usecases.exports.take_fec import take_fec
from chalicelib.usecases.exports.take_ledger import take_ledger
from chalicelib.usecases.journal.number_journal import number_journal
from tests.unit.invoicing.fec_rules import findings, records
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.payer_steps import gives_up, invoices, is_paid_by, names

AUDITOR = replace(ACCOUNTANT, id="00000000000000e1", roles=frozenset({Role.AUDITOR}))
NAME = "000000000FEC2022"


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fec(student: Student, year: int = 2022) -> dict[str, bytes]:
    return opened(take_fec(student.ports, student.ports.campaigns.current(), year, AUDITOR)[1])


def ledger(student: Student, kind: LedgerKind, since: str, until: str) -> dict[str, bytes]:
    days = date.fromisoformat(since), date.fromisoformat(until)
    return opened(take_ledger(student.ports, student.ports.campaigns.current(), kind, *days, ACCOUNTANT)[1])


def table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def remits(student: Student, cents: int) -> None:
    """Card payments reach the bank, less a fee."""
    ports, today = student.ports, paris_day(student.ports.at)
    moved = {Book.BANK: cents - 250, Book.BANK_FEES: 250, Book.CARDS: -cents}
    made = treasury_entry(
        MoneyEvent.REMITTANCE, f"R{today}", today, moved, Ledger("INP", DEFAULT_CHART, ports.at)
    )
    ports.store.commit(recorded(Changes(audit=student.trace), (made,)))


@pytest.fixture
def season(chris: Student) -> Student:
    """A first instalment on the 24th of June, debits in July and August, a remittance."""
    chris.starts_the_plan()
    chris.debits_run("2022-07-10T09:00")
    remits(chris, 40062)
    chris.debits_run("2022-08-10T09:00")
    chris.is_at("2022-08-11 09:00")
    number_journal(chris.ports)
    return chris


class TestFec:
    def test_passes_the_published_rules_and_tells_the_journal(self, season: Student) -> None:
        files = fec(season)
        assert sorted(files) == [
            f"{NAME}1231{ending}" for ending in ("-controle.csv", "-description.txt", ".json", ".txt")
        ]
        assert findings(f"{NAME}1231.txt", files[f"{NAME}1231.txt"]) == []
        found = records(files[f"{NAME}1231.txt"])
        journal = sorted(season.ports.memory.journal.values(), key=lambda each: each.number)
        assert [(row["EcritureNum"], row["CompteNum"], cents(row)) for row in found] == [
            (str(entry.number), each.account, each.cents) for entry in journal for each in entry.postings
        ]
        parties = {(row["CompteNum"], row["CompAuxNum"], row["CompAuxLib"]) for row in found}
        assert parties == {
            ("411", CHRIS.id, "TESTCD Chris"),
            *((account, "", "") for account in ("512", "5115", "627", "706")),
        }
        letters = {
            (row["CompteNum"], row["EcritureLet"], row["DateLet"]) for row in found if row["EcritureLet"]
        }
        assert letters == {("411", "AAA", "20220810")}
        assert found[0]["EcritureLib"] == "Facture 9196"

    def test_partial_letter_is_in_lower_case_and_one_without_time_is_none(
        self, season: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        season.is_at("2022-07-15 09:00")
        found = records(fec(season)[f"{NAME}1231.txt"])
        assert {row["EcritureLet"] for row in found} == {"", "aaa"}
        monkeypatch.setattr(taking, "LONGEST_LETTERING", taking.LONGEST_LETTERING * 0)
        files = fec(season)
        assert {row["EcritureLet"] for row in records(files[f"{NAME}1231.txt"])} == {""}
        assert "lecture : 1." in files[f"{NAME}1231-description.txt"].decode("iso-8859-15")

    def test_account_that_cannot_be_read_goes_without_its_letters(
        self, season: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        season.ports.alarms.expects_failures = True
        monkeypatch.setattr(taking, "debtors_of", lambda *_: 1 / 0)
        files = fec(season)
        assert {row["EcritureLet"] for row in records(files[f"{NAME}1231.txt"])} == {""}
        assert "lecture : 1." in files[f"{NAME}1231-description.txt"].decode("iso-8859-15")
        assert season.ports.alarms.raised == ["failure account not lettered ZeroDivisionError"]

    def test_unpaid_invoice_of_a_payer_has_no_letter(self, chris: Student) -> None:
        chris.declares("01")
        names(chris)
        invoices(chris)
        chris.is_at("2022-06-25 09:00")
        number_journal(chris.ports)
        found = records(fec(chris)[f"{NAME}1231.txt"])
        assert {row["EcritureLet"] for row in found} == {""}

    def test_payer_has_an_auxiliary_account_of_its_own(self, chris: Student) -> None:
        chris.declares("01")
        payer = names(chris)
        invoices(chris)
        is_paid_by(chris, 15000)
        chris.pays(chris.opens_the_page())
        gives_up(chris, 10000)
        chris.is_at("2022-06-25 09:00")
        number_journal(chris.ports)
        found = [row for row in records(fec(chris)[f"{NAME}1231.txt"]) if row["CompteNum"] == "411"]
        balances: Counter[tuple[str, str]] = Counter()
        for row in found:
            balances[row["CompAuxNum"], row["CompAuxLib"]] += cents(row)
        assert balances == {
            (payer.id, "Société de démonstration"): 15000,
            (CHRIS.id, "TESTCD Chris"): 10000,
        }

    def test_is_described_and_controlled(self, season: Student) -> None:
        files = fec(season)
        told = files[f"{NAME}1231-description.txt"].decode("iso-8859-15")
        for words in ("SIREN 000000000", "18. Idevise", "411 : Étudiants et tiers payeurs", "+02:00"):
            assert words in told
        sheet = table(files[f"{NAME}1231-controle.csv"])
        assert ["Total débit", "1602,62"] in sheet
        assert sheet[-1][1::3] == ["0,00", "0,00"]
        twin = json.loads(files[f"{NAME}1231.json"])
        assert twin["records"] == records(files[f"{NAME}1231.txt"])

    def test_second_year_opens_with_the_balances_of_the_first(self, season: Student) -> None:
        season.is_at("2023-01-05 10:00")
        remits(season, 20038)
        season.is_at("2023-01-06 10:00")
        number_journal(season.ports)
        name = "000000000FEC20231231.txt"
        files = fec(season, 2023)
        assert findings(name, files[name]) == []
        found = records(files[name])
        opening = {row["CompteNum"]: cents(row) for row in found if row["JournalCode"] == "AN"}
        assert opening == {"512": 39812, "5115": 20038, "110": -59850}
        assert [row["EcritureNum"] for row in found] == ["1"] * 6
        sheet = table(files["000000000FEC20231231-controle.csv"])
        assert ["512", "398,12", "197,88", "0,00", "596,00"] in sheet

    def test_names_that_the_charset_lacks_and_separators_break_nothing(self, season: Student) -> None:
        person = season.ports.memory.people[CHRIS.id]
        season.ports.memory.people[CHRIS.id] = replace(person, last_name="Hồng|\tŻak\n", first_name="Œdipe €")
        files = fec(season)
        assert findings(f"{NAME}1231.txt", files[f"{NAME}1231.txt"]) == []
        names = {row["CompAuxLib"] for row in records(files[f"{NAME}1231.txt"])}
        assert names == {"", "Hong Zak Œdipe €"}

    def test_erased_student_stays_a_party_without_a_name(self, season: Student) -> None:
        person = season.ports.memory.people[CHRIS.id]
        season.ports.memory.people[CHRIS.id] = replace(person, erased_on=date(2022, 8, 10))
        files = fec(season)
        assert findings(f"{NAME}1231.txt", files[f"{NAME}1231.txt"]) == []
        assert {row["CompAuxLib"] for row in records(files[f"{NAME}1231.txt"])} == {"", CHRIS.id}

    def test_who_takes_it_is_told(self, season: Student) -> None:
        fec(season)
        told = [each for each in season.ports.memory.audit_waiting.values() if each.act is Act.BOOKS_TAKEN]
        assert [(each.by, each.target) for each in told] == [(AUDITOR.id, f"{NAME}1231.zip")]

    def test_year_without_entries_and_a_late_index_are_refused(
        self, season: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(NothingToExport):
            fec(season, 2021)
        monkeypatch.setattr(season.ports.journal, "numbered", lambda *_: ())
        with pytest.raises(ConcurrentUpdate):
            fec(season)

    def test_students_take_nothing(self, season: Student) -> None:
        with pytest.raises(Forbidden):
            take_fec(season.ports, season.ports.campaigns.current(), 2022, CHRIS)


def cents(row: dict[str, str]) -> int:
    return int(row["Debit"].replace(",", "")) - int(row["Credit"].replace(",", ""))


class TestDays:
    def test_journal_of_days_has_opening_movements_and_closing(self, season: Student) -> None:
        remits(season, 20038)  # of today: not numbered yet
        files = ledger(season, LedgerKind.JOURNAL, "2022-08-01", "2022-08-11")
        rows = table(files["journal-2022-08-01-2022-08-11.csv"])
        assert [(row[0], row[3], row[10], row[11]) for row in rows[1:]] == [
            ("5", "5115", "200,38", "0,00"),
            ("5", "411", "0,00", "200,38"),
            ("", "512", "197,88", "0,00"),
            ("", "627", "2,50", "0,00"),
            ("", "5115", "0,00", "200,38"),
        ]
        assert rows[1][2] == "2022-08-10T09:00:00+02:00"
        sheet = table(files["journal-2022-08-01-2022-08-11-controle.csv"])
        assert ["5115", "0,00", "200,38", "200,38", "0,00"] in sheet
        twin: dict[str, Any] = json.loads(files["journal-2022-08-01-2022-08-11.json"])
        assert (twin["control"]["entries"], sum(each["cents"] for each in twin["lines"])) == (2, 0)

    def test_receipts_of_a_day_are_money_of_people_alone(self, season: Student) -> None:
        files = ledger(season, LedgerKind.RECEIPTS, "2022-07-10", "2022-07-10")
        rows = table(files["encaissements-2022-07-10.csv"])
        assert [row[2:4] + row[5:6] + row[8:] for row in rows[1:]] == [
            ["Paiements par carte à recevoir", "Règlement", "TESTCD Chris", "200,31", "0,00"]
        ]
        sheet = table(files["encaissements-2022-07-10-controle.csv"])
        assert ["5115", "200,31", "200,31", "0,00", "400,62"] in sheet

    def test_no_cell_is_a_formula(self, season: Student) -> None:
        person = season.ports.memory.people[CHRIS.id]
        season.ports.memory.people[CHRIS.id] = replace(person, last_name="=cmd|'/c calc'!A1")
        files = ledger(season, LedgerKind.RECEIPTS, "2022-07-10", "2022-07-10")
        assert table(files["encaissements-2022-07-10.csv"])[1][5].startswith("'=cmd")
