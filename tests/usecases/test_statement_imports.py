"""A statement is imported whole, once, in the order of its account, or refused with what is wrong."""

from datetime import date, timedelta
from typing import ClassVar

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden
from chalicelib.domain.refunds.surplus import SYSTEM
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.csv_mapping import CsvFrame, CsvMapping
from chalicelib.domain.treasury.lines import LineState
from chalicelib.domain.treasury.refusals import (
    StatementContradicts,
    StatementDaysMissing,
    StatementGapInFile,
    StatementInFuture,
    StatementOfOtherAccount,
    StatementTooLong,
    StatementUnbalanced,
    StatementUnfinished,
)
from chalicelib.usecases.statements import import_statement as imports
from chalicelib.usecases.statements.frame_csv import frame_csv
from chalicelib.usecases.statements.import_statement import import_statement
from tests.fakes.bank_files import IBAN, Movement, Period, camt, cfonb, csv
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR
from tests.usecases.statement_steps import DAY, arrives, comes_first, lines, moved


def days(first: date, *cents: int) -> list[Movement]:
    return [Movement(first + timedelta(days=rank), each, f"VIR {rank}") for rank, each in enumerate(cents)]


def test_statement_of_each_format_is_kept_with_its_lines_and_told(ports: FakePorts) -> None:
    (done,) = arrives(ports, moved(60100, "VIR", "TESTCD", "REF 1"), moved(-1250, "FRAIS"))
    statement, chain = done.statement, ports.statements.chain(IBAN)
    assert (done.is_known, statement.lines, statement.new_lines, statement.is_complete) == (False, 2, 2, True)
    assert (chain.closing_cents, chain.closing_on, chain.open_statement) == (58850, DAY, "")
    assert {line.cents for line in lines(ports)} == {60100, -1250}
    (entry,) = (e for e in ports.memory.audit_waiting.values() if e.act is Act.STATEMENT_IMPORTED)
    assert (entry.by, entry.details["lines"]) == (ACCOUNTANT.id, "2")
    follows = Period(DAY + timedelta(days=1), 58850, days(DAY + timedelta(days=1), 100))
    import_statement(ports, cfonb(follows), ACCOUNTANT)
    assert ports.statements.chain(IBAN).closing_cents == 58950


def test_same_file_twice_changes_nothing(ports: FakePorts) -> None:
    data = camt(Period(DAY, 0, (moved(100), moved(100))))
    import_statement(ports, data, ACCOUNTANT)
    kept, told = dict(ports.memory.statement_lines), dict(ports.memory.audit_waiting)
    (again,) = import_statement(ports, data, ACCOUNTANT)
    assert again.is_known
    assert (ports.memory.statement_lines, ports.memory.audit_waiting) == (kept, told)
    assert len(kept) == 2


def test_line_of_nothing_is_kept_and_waits_for_nobody(ports: FakePorts) -> None:
    arrives(ports, moved(0, "INFORMATION"), moved(100))
    arrives(ports, moved(0, "INFORMATION"), moved(100), moved(5, "VIR 2"))
    kept = {line.cents: line for line in lines(ports)}
    assert len(kept) == 3
    assert (kept[0].state, kept[0].is_open, kept[0].explanations) == (LineState.DISCARDED, False, ())
    assert (kept[0].decided_by, kept[0].decided_at) == (SYSTEM.id, ports.now())
    assert kept[100].state is LineState.NEW
    assert {line.kept_until.isoformat() for line in kept.values()} == {"2033-01-01T00:00:00+01:00"}


def test_same_days_in_another_file_are_known_too(ports: FakePorts) -> None:
    first = Period(DAY - timedelta(days=3), 0, days(DAY - timedelta(days=2), 100, 200))
    import_statement(ports, camt(first), ACCOUNTANT)
    part = Period(DAY - timedelta(days=2), 0, first.movements[:1])
    (known,) = import_statement(ports, camt(part), ACCOUNTANT)
    assert known.is_known
    whole = Period(DAY - timedelta(days=3), 0, (*first.movements, Movement(DAY, 7, "VIR")))
    (new,) = import_statement(ports, camt(whole), ACCOUNTANT)
    assert (new.is_known, new.statement.lines, new.statement.new_lines) == (False, 3, 1)
    assert ports.statements.chain(IBAN).closing_cents == 307


def test_file_of_several_days_is_taken_in_its_order(ports: FakePorts) -> None:
    first = Period(DAY - timedelta(days=2), 0, days(DAY - timedelta(days=1), 100))
    second = Period(DAY - timedelta(days=1), 100, days(DAY, 50))
    done = import_statement(ports, camt(first, second), ACCOUNTANT)
    assert [each.is_known for each in done] == [False, False]
    assert ports.statements.chain(IBAN).statements == 2


class TestRefused:
    def refuses(
        self, ports: FakePorts, data: bytes, refusal: type[Exception], by: object = ACCOUNTANT
    ) -> None:
        before = dict(ports.memory.statement_lines), dict(ports.memory.statements)
        with pytest.raises(refusal):
            import_statement(ports, data, by)
        assert (ports.memory.statement_lines, ports.memory.statements) == before

    def test_gap_in_balances(self, ports: FakePorts) -> None:
        arrives(ports, moved(100))
        self.refuses(
            ports, camt(Period(DAY, 101, [Movement(date(2022, 6, 24), 5, "VIR")])), StatementDaysMissing
        )

    def test_gap_within_a_file_leaves_all_of_it(self, ports: FakePorts) -> None:
        first = Period(DAY - timedelta(days=2), 0, days(DAY - timedelta(days=1), 100))
        self.refuses(ports, camt(first, Period(DAY, 99, [moved(5)])), StatementGapInFile)

    def test_gap_within_a_file_before_a_movement_equal_to_the_last(self, ports: FakePorts) -> None:
        data = camt(Period(DAY, 0, [moved(100)]), Period(DAY, 150, [moved(100)]))
        self.refuses(ports, data, StatementGapInFile)

    def test_known_movement_between_other_balances(self, ports: FakePorts) -> None:
        later = DAY + timedelta(days=1)
        arrives(ports, moved(100), moved(1689000))
        import_statement(ports, camt(Period(DAY, 1689100, days(later, 7))), ACCOUNTANT)
        for strange in (Period(DAY, 7, [moved(100)]), Period(DAY, 777), Period(later, 777)):
            self.refuses(ports, camt(strange), StatementContradicts)

    def test_movements_that_do_not_lead_to_the_balance(self, ports: FakePorts) -> None:
        data = camt(Period(DAY, 0, (moved(100), moved(200))))
        entry = data[data.index(b"<Ntry>") : data.index(b"</Ntry>") + len(b"</Ntry>")]
        self.refuses(ports, data.replace(entry, b"", 1), StatementUnbalanced)

    def test_other_account(self, ports: FakePorts) -> None:
        other = "FR7630006000011234567890189"
        for data in (
            camt(Period(DAY, 0, [moved(1)], iban=other)),
            cfonb(Period(DAY, 0, [moved(1)], iban=other)),
        ):
            self.refuses(ports, data, StatementOfOtherAccount)

    def test_next_year(self, ports: FakePorts) -> None:
        movements = [Movement(date(2023, 6, 23), 5, "VIR")]
        self.refuses(ports, camt(Period(date(2023, 6, 22), 0, movements)), StatementInFuture)

    @pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_DETAILS"])
    def test_too_many_lines(self, ports: FakePorts, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
        monkeypatch.setattr(imports, limit, 0)
        self.refuses(ports, camt(Period(DAY, 0, (moved(1), moved(2)))), StatementTooLong)

    def test_who_keeps_no_books(self, ports: FakePorts) -> None:
        self.refuses(ports, camt(Period(DAY, 0, [moved(1)])), Forbidden, REGISTRAR)


class TestLongStatements:
    """More lines than one commit takes: an interruption is completed by the same file, and by no other."""

    DATA = camt(Period(DAY, 0, tuple(moved(rank, f"VIR {rank}") for rank in range(1, 200))))

    def test_is_written_in_several_commits(self, ports: FakePorts) -> None:
        (done,) = import_statement(ports, self.DATA, ACCOUNTANT)
        assert (done.statement.written, done.statement.version, len(lines(ports))) == (199, 3, 199)
        assert ports.statements.chain(IBAN).closing_cents == 199 * 100

    def test_interrupted_is_completed_by_the_same_file(
        self, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._interrupt(ports, monkeypatch)
        assert 0 < len(lines(ports)) < 199
        (statement,) = ports.memory.statements.values()
        assert not statement.is_complete
        other = camt(Period(DAY, 19900, [Movement(date(2022, 6, 24), 5, "VIR")]))
        with pytest.raises(StatementUnfinished) as refused:
            import_statement(ports, other, ACCOUNTANT)
        assert refused.value.closing_on == DAY
        (done,) = import_statement(ports, self.DATA, ACCOUNTANT)
        assert (done.is_known, done.statement.is_complete) == (False, True)
        assert sum(line.cents for line in lines(ports)) == 19900
        assert len(lines(ports)) == 199
        assert import_statement(ports, self.DATA, ACCOUNTANT)[0].is_known
        import_statement(ports, other, ACCOUNTANT)

    def _interrupt(self, ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
        commit, commits = ports.store.commit, 0

        def dying(changes: Changes) -> None:
            nonlocal commits
            commits += 1
            if commits > 2:
                raise RuntimeError
            commit(changes)

        with monkeypatch.context() as dies:
            dies.setattr(ports.store, "commit", dying)
            with pytest.raises(RuntimeError):
                import_statement(ports, self.DATA, ACCOUNTANT)

    def test_batches_weigh_as_much_as_their_transactions(self, ports: FakePorts) -> None:
        entry = b"<NtryDtls><TxDtls>"
        part = b'<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">1.00</Amt></TxAmt></AmtDtls></TxDtls>'
        many = b"<NtryDtls>" + part * 200
        data = camt(Period(DAY, 0, (moved(100, "A"), moved(100, "B"), moved(100, "C"))))
        (done,) = import_statement(ports, data.replace(entry, many + b"<TxDtls>"), ACCOUNTANT)
        assert done.statement.version == 3

    def test_one_of_two_who_import_at_once_finds_it_known(
        self, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = camt(Period(DAY, 0, [moved(1)]))
        comes_first(monkeypatch, ports, lambda: import_statement(ports, data, ACCOUNTANT))
        (done,) = import_statement(ports, data, ACCOUNTANT)
        assert (done.is_known, len(lines(ports))) == (True, 1)


class TestCsv:
    PERIOD = Period(DAY, 1000, [moved(60100, "VIR TESTCD"), moved(-100, "FRAIS")])
    COLUMNS: ClassVar = {"booked_on": "Date", "label": "Libellé", "debit": "Débit", "credit": "Crédit"}

    def frame(self, **columns: str) -> CsvFrame:
        return CsvFrame(CsvMapping(IBAN, columns), self.PERIOD.opening_cents, self.PERIOD.closing_cents)

    def test_is_imported_with_the_balances_that_were_typed(self, ports: FakePorts) -> None:
        import_statement(ports, csv(self.PERIOD), ACCOUNTANT, self.frame())
        assert ports.statements.chain(IBAN).closing_cents == 61000
        assert ports.statements.mapping(IBAN).version == 0

    def test_frame_is_of_an_account_of_the_school_and_remembers(self, ports: FakePorts) -> None:
        import_statement(ports, csv(self.PERIOD), ACCOUNTANT, frame_csv(ports, "", 1000, 61000, self.COLUMNS))
        assert frame_csv(ports, "fr76 3000 1007 9412 3456 7890 185", 0, 0, {}).mapping.columns == self.COLUMNS
        with pytest.raises(StatementOfOtherAccount):
            frame_csv(ports, "FR7630006000011234567890189", 0, 0, {})

    def test_headings_that_read_a_file_are_remembered(self, ports: FakePorts) -> None:
        for _ in range(2):
            import_statement(ports, csv(self.PERIOD), ACCOUNTANT, self.frame(**self.COLUMNS))
        kept = ports.statements.mapping(IBAN)
        assert (kept.columns, kept.version) == (self.COLUMNS, 1)

    def test_race_that_is_lost_again_and_again_is_told(
        self, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost(_changes: Changes) -> None:
            raise ConcurrentUpdate

        monkeypatch.setattr(ports.store, "commit", lost)
        with pytest.raises(ConcurrentUpdate):
            import_statement(ports, csv(self.PERIOD), ACCOUNTANT, self.frame())
