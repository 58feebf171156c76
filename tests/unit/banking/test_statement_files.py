"""Files of French banks: what is read of each format, and what refuses a file, with the place."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from chalicelib.banking.statement_file import LARGEST_BYTES, read_statements
from chalicelib.domain.treasury.csv_mapping import CsvFrame, CsvMapping
from chalicelib.domain.treasury.lines import LineDetail
from chalicelib.domain.treasury.reading import ReadStatement, require_balanced
from chalicelib.domain.treasury.refusals import (
    StatementColumnMissing,
    StatementCut,
    StatementNotRecognised,
    StatementNotText,
    StatementOtherCurrency,
    StatementRowWrong,
    StatementTooLarge,
    StatementUnbalanced,
    StatementUnreadable,
    StatementVersionUnknown,
    StatementXmlRefused,
)
from tests.fakes.bank_files import IBAN, Movement, Period, camt, cfonb, csv, overpunched

TESTS = Path(__file__).parents[2]
SAMPLES = TESTS / "samples"
DAY = date(2022, 6, 24)
PERIOD = Period(
    date(2022, 6, 23),
    1250000,
    (
        Movement(DAY, 60100, "INSCRIPTION TESTCD", "TESTCD Chris", "RF060000000000061"),
        Movement(DAY, -1250, "FRAIS TENUE DE COMPTE"),
        Movement(date(2022, 6, 27), -15000, "REMBOURSEMENT", "TESTPO Camille", "INP-000001-001"),
    ),
)


def frame(period: Period = PERIOD, **columns: str) -> CsvFrame:
    return CsvFrame(CsvMapping(period.iban, columns), period.opening_cents, period.closing_cents)


def told(read: ReadStatement) -> list[tuple[date, int, str, str, str]]:
    return [(e.booked_on, e.cents, e.label, e.counterparty, e.reference) for e in read.lines]


def movements(period: Period) -> list[tuple[date, int, str, str, str]]:
    return [(e.day, e.cents, e.label, e.party, e.reference) for e in period.movements]


class TestEachFormat:
    @pytest.mark.parametrize("version", ["02", "08"])
    def test_generated_camt_is_valid_and_read_whole(self, version: str) -> None:
        data = camt(PERIOD, version=version)
        validate(data, version)
        (read,) = read_statements(data)
        assert told(read) == movements(PERIOD)
        assert (read.account, read.opening_cents, read.closing_cents) == (IBAN, 1250000, 1293850)
        assert (read.opening_on, read.closing_on) == (date(2022, 6, 23), date(2022, 6, 27))

    @pytest.mark.parametrize("version", ["09", "10", "11", "12", "13"])
    def test_versions_after_08_are_read_like_it(self, version: str) -> None:
        assert read_statements(camt(PERIOD, version=version)) == read_statements(camt(PERIOD, version="08"))

    @pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-16"?>'])
    @pytest.mark.parametrize("order", ["le", "be"])
    def test_camt_in_utf_16_is_read_as_in_utf_8(self, head: str, order: str) -> None:
        text = head + camt(PERIOD).decode().partition("?>")[2].lstrip()
        assert read_statements(f"\ufeff{text}".encode(f"utf-16-{order}")) == read_statements(camt(PERIOD))

    @pytest.mark.parametrize("ends", ["\r\n", "\n", ""])
    def test_generated_cfonb_is_read_with_any_end_of_line(self, ends: str) -> None:
        (read,) = read_statements(cfonb(PERIOD, ends=ends))
        assert told(read) == movements(PERIOD)
        assert (read.account, read.closing_cents) == (IBAN[4:-2], 1293850)

    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_csv_is_read_by_the_headings_that_banks_use(self, separator: str) -> None:
        whole = Period(PERIOD.opening_on, 0, [Movement(DAY, 100000, "Référence é"), Movement(DAY, -200, "x")])
        data = csv(whole, separator).replace(b"1000,00", b"1000.00").replace(b"2,00", b"2.00")
        (read,) = read_statements(data, frame(whole))
        assert told(read) == movements(whole)

    def test_csv_of_the_newest_first_is_turned(self) -> None:
        turned = Period(PERIOD.opening_on, PERIOD.opening_cents, PERIOD.movements[::-1])
        (read,) = read_statements(csv(turned), frame())
        assert told(read) == movements(PERIOD)

    def test_csv_of_headings_of_its_own_is_read_by_its_mapping(self) -> None:
        data = "Jour op.;Quoi;Somme;Valeur\n2022-06-24;VIR;+1 234,56 €;25/06/22\n".encode()
        columns = {"booked_on": "Jour op.", "label": "Quoi", "amount": "Somme", "value_on": "Valeur"}
        (read,) = read_statements(data, frame(**columns))
        assert [(e.booked_on, e.value_on, e.cents) for e in read.lines] == [(DAY, date(2022, 6, 25), 123456)]

    def test_csv_begins_below_what_the_bank_writes_above_it(self) -> None:
        above = "Compte courant 12345\nSolde au 27/06/2022;12 938,50\n\n".encode("cp1252")
        (read,) = read_statements(above + csv(PERIOD), frame())
        assert told(read) == movements(PERIOD)


def validate(data: bytes, version: str) -> None:
    schema = etree.XMLSchema(etree.parse(TESTS / "schemas" / f"camt.053.001.{version}.xsd"))
    schema.assertValid(etree.fromstring(data))


class TestSamples:
    @pytest.mark.parametrize("version", ["02", "08"])
    def test_camt_samples_are_what_the_standard_says(self, version: str) -> None:
        validate((SAMPLES / f"releve-camt.053.001.{version}.xml").read_bytes(), version)

    def test_batch_is_one_line_with_its_transactions_and_the_fee_that_was_kept(self) -> None:
        (read,) = read_statements((SAMPLES / "releve-camt.053.001.02.xml").read_bytes())
        require_balanced(read)
        batch, fee, reversal = read.lines
        assert (batch.cents, [each.cents for each in batch.details]) == (160000, [60100, 60100, 40100, -300])
        assert batch.details[0] == LineDetail(60100, "", "TESTCD Chris", "RF060000000000061")
        assert batch.details[1].counterparty == "TESTPO Dominique / TESTPO Camille"
        assert batch.details[1].label == "inscription septembre"
        assert batch.details[3].is_fee
        assert (fee.cents, fee.label, fee.code) == (-1250, "FRAIS TENUE DE COMPTE JUIN", "ACMT-MDOP-CHRG")
        assert (reversal.cents, reversal.booked_on) == (500, DAY)
        assert read.number == "118"

    def test_later_version_names_its_parties_below(self) -> None:
        (read,) = read_statements((SAMPLES / "releve-camt.053.001.08.xml").read_bytes())
        require_balanced(read)
        returned, energy, rest = read.lines
        assert (returned.cents, returned.reference) == (15000, "INP-000001-001")
        assert returned.label == "REMBOURSEMENT 00000000000000c1-1 AC04 COMPTE CLOS"
        assert (energy.counterparty, energy.value_on) == ("ENERGIE DEMONSTRATION", date(2022, 6, 28))
        assert (rest.counterparty, rest.reference) == ("TESTCD Chris", "3")

    def test_cfonb_of_two_days_has_what_is_said_beside_each_movement(self) -> None:
        first, second = read_statements((SAMPLES / "releve-cfonb120.txt").read_bytes())
        for each in (first, second):
            require_balanced(each)
        transfer, _, fee = first.lines
        assert transfer.counterparty == "M OU MME TESTCD CHRIS"
        assert "RF 06 0000-0000 00061" in transfer.label
        assert (fee.cents, fee.code) == (-1250, "62")
        assert second.opening_cents == first.closing_cents
        assert second.lines[0].counterparty == "ENERGIE DEMONSTRATION"


RECORD = cfonb(PERIOD).splitlines()


class TestRefused:
    def test_large_file(self) -> None:
        with pytest.raises(StatementTooLarge):
            read_statements(b" " * (LARGEST_BYTES + 1))

    @pytest.mark.parametrize(
        "data",
        [
            "é".encode("utf-16"),
            b"\0" * 120,
            "libellé é\n".encode() + "débit\n".encode("latin-1"),
            b"\x81 caf\xe9",
        ],
    )
    def test_what_is_no_text(self, data: bytes) -> None:
        with pytest.raises(StatementNotText):
            read_statements(data, frame())

    @pytest.mark.parametrize(
        ("data", "key"),
        [
            (b"", "statement_unreadable.empty"),
            (b" \r\n", "statement_unreadable.empty"),
            (b"PK\x03\x04", "statement_unreadable.archive"),
        ],
    )
    def test_empty_file_and_archive_are_told_apart(self, data: bytes, key: str) -> None:
        with pytest.raises(StatementUnreadable) as refused:
            read_statements(data, frame())
        assert refused.value.key == key

    def test_what_is_of_no_format(self) -> None:
        with pytest.raises(StatementNotRecognised):
            read_statements(b"bonjour\n")

    BOMB = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>'
    )
    OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'

    @pytest.mark.parametrize(
        "data",
        [
            BOMB,
            OUTSIDE,
            b"<Document>",
            b"<?xml version='1.0' encoding='no'?><a/>",
            BOMB.decode().encode("utf-16"),
            OUTSIDE.decode().encode("utf-16"),
            "<?xml version='1.0' encoding='UTF-8'?><a/>".encode("utf-16"),
            "<a/>".encode("utf-16")[:-1],
            b"\xff\xfe<\0a\0\0\xd8/\0>\0",
        ],
    )
    def test_xml_with_entities_or_broken(self, data: bytes) -> None:
        with pytest.raises(StatementXmlRefused):
            read_statements(data)

    @pytest.mark.parametrize("name", [b"camt.053.001.01", b"camt.053.001.14", b"camt.054.001.02"])
    def test_message_of_another_version_is_named(self, name: bytes) -> None:
        with pytest.raises(StatementVersionUnknown) as refused:
            read_statements(camt(PERIOD).replace(b"camt.053.001.02", name))
        assert refused.value.version == name.decode()

    @pytest.mark.parametrize(
        ("old", "new", "part"),
        [
            (b"2022-06-24</Dt></BookgDt>", b"2022-06-31</Dt></BookgDt>", "BookgDt"),
            (b">601.00<", b">601,00<", "Amt"),
            (b">601.00<", b">601.001<", "Amt"),
            (b"</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"</Amt><CdtDbtInd>X</CdtDbtInd><Sts>", "CdtDbtInd"),
            (
                b'<Amt Ccy="EUR">601.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>',
                b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>",
                "Amt",
            ),
        ],
    )
    def test_movement_of_camt_that_cannot_be_read_is_named(self, old: bytes, new: bytes, part: str) -> None:
        data = camt(PERIOD)
        assert old in data
        with pytest.raises(StatementRowWrong) as refused:
            read_statements(data.replace(old, new, 1))
        assert (refused.value.row, refused.value.part) == (1, part)

    @pytest.mark.parametrize("gone", [b"OPBD", b"CLBD"])
    def test_camt_without_a_balance(self, gone: bytes) -> None:
        with pytest.raises(StatementCut):
            read_statements(camt(PERIOD).replace(gone, b"XXXX"))

    def test_camt_without_a_statement(self) -> None:
        with pytest.raises(StatementCut):
            read_statements(camt())

    def test_other_currency(self) -> None:
        with pytest.raises(StatementOtherCurrency):
            read_statements(camt(PERIOD).replace(b'"EUR"', b'"CHF"'))
        with pytest.raises(StatementOtherCurrency):
            read_statements(cfonb(PERIOD).replace(b"EUR2", b"CHF2"))

    @pytest.mark.parametrize(
        ("row", "old", "new", "part"),
        [
            (2, b"240622  ", b"310622  ", "date"),
            (2, b"  240622", b"  999999", "date de valeur"),
            (2, b"0000006010{", b"000000601x{", "montant"),
            (2, b"0000006010{", b"00000060100", "montant"),
            (2, b"EUR2", b"EUR3", "décimales"),
            (4, b"05", b"08", "code"),
            (3, b"05", b"99", "code"),
            (2, b"VIR", b"VIR" * 40, "longueur"),
        ],
    )
    def test_record_that_cannot_be_read_is_named(self, row: int, old: bytes, new: bytes, part: str) -> None:
        rows = list(RECORD)
        changed = rows[row - 1].replace(b"INSCRIPTION", b"VIR        ").replace(old, new, 1)
        assert changed != rows[row - 1]
        rows[row - 1] = changed
        with pytest.raises(StatementRowWrong) as refused:
            read_statements(b"\n".join(rows))
        assert (refused.value.row, refused.value.part) == (row, part)

    @pytest.mark.parametrize(
        "rows",
        [
            RECORD[:-1],
            [*RECORD[:2], *RECORD],
            [RECORD[0], RECORD[-1], RECORD[1]],
            [RECORD[0].replace(b"00794", b"00795"), *RECORD[1:]],
        ],
    )
    def test_cut_cfonb(self, rows: list[bytes]) -> None:
        with pytest.raises(StatementCut):
            read_statements(b"\n".join(rows))

    def test_what_is_said_beside_no_movement(self) -> None:
        with pytest.raises(StatementRowWrong):
            read_statements(b"\n".join([RECORD[0], RECORD[2], RECORD[-1]]))

    @pytest.mark.parametrize(
        ("data", "refusal"),
        [
            (b"Date;Montant\n24/06/2022;1,00\n", StatementColumnMissing),
            (b"Date;Libelle\n24/06/2022;x\n", StatementColumnMissing),
            (b"Date;Libelle;Debit\n24/06/2022;x;1\n", StatementColumnMissing),
            (b"Date;Date;Libelle\n", StatementRowWrong),
            (b"Date;Libelle;Montant\n32/06/2022;x;1\n", StatementRowWrong),
            (b"Date;Libelle;Montant\n24 juin;x;1\n", StatementRowWrong),
            (b"Date;Libelle;Montant\n24/06/2022;x;un\n", StatementRowWrong),
            (b"Date;Libelle;Montant\n24/06/2022;x\n", StatementRowWrong),
            (b"Date;Libelle;Debit;Credit\n24/06/2022;x;1;1\n", StatementRowWrong),
            (b"Date;Libelle;Debit;Credit\n24/06/2022;x;;\n", StatementRowWrong),
            (b'Date;Libelle;Montant\n24/06/2022;"x;1\n', StatementRowWrong),
            (b"Date;Libelle;Montant\n", StatementRowWrong),
        ],
    )
    def test_csv_names_its_row_or_its_column(self, data: bytes, refusal: type[StatementUnreadable]) -> None:
        with pytest.raises(refusal):
            read_statements(data, frame())

    def test_csv_is_refused_that_does_not_lead_to_its_balance(self) -> None:
        (read,) = read_statements(csv(PERIOD), CsvFrame(CsvMapping(IBAN), 0, 1))
        with pytest.raises(StatementUnbalanced):
            require_balanced(read)


TEXTS = st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=1, max_size=60)
MOVEMENTS = st.lists(
    st.builds(
        Movement,
        st.dates(date(2022, 1, 1), date(2022, 12, 31)),
        st.integers(-(10**9), 10**9).filter(bool),
        TEXTS,
        TEXTS | st.just(""),
    ),
    max_size=12,
)
PERIODS = st.builds(Period, st.just(date(2021, 12, 31)), st.integers(-(10**11), 10**11), MOVEMENTS)


@settings(deadline=None)
@given(PERIODS)
def test_whatever_a_bank_writes_is_read_to_the_cent(period: Period) -> None:
    for data in (cfonb(period), camt(period), camt(period, version="08")):
        (read,) = read_statements(data)
        require_balanced(read)
        assert (read.opening_cents, read.closing_cents) == (period.opening_cents, period.closing_cents)
        assert [line.cents for line in read.lines] == [each.cents for each in period.movements]
        assert [line.counterparty for line in read.lines] == [each.party for each in period.movements]


@settings(deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: RECORD[0] + b"\n" + tail))
def test_no_bytes_do_worse_than_being_refused(data: bytes) -> None:
    with suppress(StatementUnreadable):
        read_statements(data, frame())


@settings(deadline=None)
@given(st.integers(-(10**13) + 1, 10**13 - 1))
def test_overpunched_amount_is_read_back(cents: int) -> None:
    rows = [RECORD[0], RECORD[-1]]
    rows = [row[:90] + overpunched(cents).encode() + row[104:] for row in rows]
    (read,) = read_statements(b"\n".join(rows))
    assert (read.opening_cents, read.closing_cents) == (cents, cents)
