"""What a later file of the back office denies is found, whatever an earlier one or an answer showed."""

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import NotFound
from chalicelib.domain.reconciliation.exports import Why
from chalicelib.domain.reconciliation.policies import DifferenceState, FindingKind, Policy
from chalicelib.usecases.payments.inquire_attempt import inquire_attempt
from chalicelib.usecases.reconciliation import compare_export
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.refund_steps import approves, asked, pays_once, pays_twice, prepares, takes
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_compared_exports import REMITTED, compares, judged, line, remittance_line, series
from tests.usecases.test_reconciliations import ends_the_day, found, runs

__all__ = ["judged", "series"]

NOT_IN_FILE = [(FindingKind.NOT_IN_FILE, 60100)]


def pays_on_three_days(student: Student) -> list[str]:
    """One payment on each of 24, 25 and 26 June, numbered; return the whole file."""
    student.declares("01")
    pages = [student.keeps_a_page() for _ in range(3)]
    lines = []
    for day, page in enumerate(pages, 24):
        transaction = f"70{day}"
        takes(student, page, transaction)
        ends_the_day(student)
        lines.append(line(student, transaction, day=f"2022-06-{day}", remittance=f"2206{day}001"))
    return lines


def shown_before(student: Student, series: str, lines: list[str], how: str) -> None:
    if how == "file":
        assert compares(student, series, *lines).run.found == 0
    if how == "answers":
        assert runs(student, series).found == 0


def state_of_differences(student: Student, series: str) -> list[DifferenceState]:
    kept = student.ports.reconciliations
    return [each.state for state in DifferenceState for each in kept.differences(series, state)[0]]


EARLIER = pytest.mark.parametrize("earlier", ["nothing", "file", "answers"])


@EARLIER
def test_movement_that_a_later_file_lacks_is_found(chris: Student, series: str, earlier: str) -> None:
    first, middle, last = pays_on_three_days(chris)
    shown_before(chris, series, [first, middle, last], earlier)
    done = compares(chris, series, first, last)
    assert found(done.run) == NOT_IN_FILE
    assert not done.run.closes
    runs(chris, series)  # asks the gateway: it settles nothing that a file found
    assert state_of_differences(chris, series) == [DifferenceState.UNEXPLAINED]
    assert compares(chris, series, first, middle, last).run.closes
    assert state_of_differences(chris, series) == [DifferenceState.SETTLED]
    assert found(compares(chris, series, first, last).run) == NOT_IN_FILE
    assert chris.ports.reconciliations.run(done.run.id) == done.run


@EARLIER
@pytest.mark.parametrize("word", ["Refusée", "Annulé"])
@pytest.mark.parametrize("alone", [False, True])
def test_movement_that_a_later_file_tells_as_not_taken_is_found(
    chris: Student, series: str, earlier: str, word: str, *, alone: bool
) -> None:
    first, middle, last = pays_on_three_days(chris)
    shown_before(chris, series, [first, middle, last], earlier)
    denied = middle.replace("Acceptée", word)
    lines = [denied] if alone else [first, denied, last]
    assert found(compares(chris, series, *lines).run) == NOT_IN_FILE
    assert compares(chris, series, *lines).run.unexplained == 1
    assert compares(chris, series, middle).run.unexplained == 0


@EARLIER
def test_line_in_another_currency_is_named_and_its_movement_found(
    chris: Student, series: str, earlier: str
) -> None:
    first, middle, last = pays_on_three_days(chris)
    shown_before(chris, series, [first, middle, last], earlier)
    for lines in ([first, middle.replace("EUR", "USD"), last], [middle.replace("EUR", "USD")]):
        done = compares(chris, series, *lines)
        assert [each.why for each in done.export.left] == [Why.OTHER_CURRENCY]
        assert found(done.run) == NOT_IN_FILE


@pytest.mark.parametrize("euros", ["EUR", "978", "euro", ""])
def test_euros_are_read_however_they_are_named(chris: Student, series: str, euros: str) -> None:
    first, middle, last = (each.replace("EUR", euros) for each in pays_on_three_days(chris))
    done = compares(chris, series, first, middle, last)
    assert (done.run.checked, done.run.found, done.export.left) == (3, 0, ())


def test_remittance_in_another_currency_is_named_and_ours_found(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    runs(chris, series)
    titles = f"{REMITTED};Devise"
    done = compares(chris, series, f"{remittance_line()};USD", titles=titles)
    assert [each.why for each in done.export.left] == [Why.OTHER_CURRENCY]
    assert (found(done.run), done.run.checked) == (NOT_IN_FILE, 0)
    assert compares(chris, series, f"{remittance_line()};USD", titles=titles, month="2022-07").run.found == 0
    assert chris.ports.reconciliations.open_remittances(series)[0].told_cents is None
    assert compares(chris, series, f"{remittance_line()};EUR", titles=titles).run.closes


def test_denied_line_of_another_month_or_rank_says_nothing(chris: Student, series: str) -> None:
    first, middle, last = pays_on_three_days(chris)
    shown_before(chris, series, [first, middle, last], "file")
    denied = middle.replace("Acceptée", "Refusée")
    assert compares(chris, series, denied, month="2022-07").run.found == 0
    assert compares(chris, series, denied.replace(";32", ";43")).run.found == 0


def test_denied_line_beside_the_accepted_one_says_nothing(chris: Student, series: str) -> None:
    first, middle, last = pays_on_three_days(chris)
    denied = middle.replace("Acceptée", "Annulé")
    unread = line(chris, "", day="2022-06-25", status="Refusée", reference="AUTRE-1")
    foreign = line(chris, "7099", day="2022-06-25", status="Refusée", reference="AUTRE-2")
    done = compares(chris, series, first, middle, denied, unread, foreign, last)
    assert (done.run.found, done.export.left) == (0, ())


def test_file_of_other_days_misses_nothing(chris: Student, series: str) -> None:
    first, middle, last = pays_on_three_days(chris)
    shown_before(chris, series, [first, middle, last], "file")
    for lines in ([first], [middle], [last], [first, middle], [middle, last]):
        assert compares(chris, series, *lines).run.found == 0
    others = [each.replace(";32", ";43") for each in (first, last)]
    assert compares(chris, series, *others).run.found == 0


def test_last_day_without_a_remittance_was_not_over(chris: Student, series: str) -> None:
    paid = pays_twice(chris)
    ends_the_day(chris)
    begun = line(chris, remittance="")
    assert compares(chris, series, begun).run.found == 0
    later = line(chris, "7099", reference="AUTRE-1", day="2022-06-25", remittance="")
    both = compares(chris, series, begun, later)
    assert (FindingKind.NOT_IN_FILE, paid.amount_cents) in found(both.run)


def test_payment_of_a_page_begun_before_the_days_of_the_file_is_not_missed(
    chris: Student, series: str
) -> None:
    chris.declares("01")
    late = chris.keeps_a_page()
    chris.ports.move(days=1)
    timely = chris.keeps_a_page()
    takes(chris, late, "7001")
    takes(chris, timely, "7002")
    ends_the_day(chris)
    runs(chris, series)
    second = line(chris, "7002", day="2022-06-25", remittance="220625001")
    assert compares(chris, series, second).run.found == 0
    before = line(chris, "7099", reference="AUTRE-1")
    assert NOT_IN_FILE[0] in found(compares(chris, series, before, second).run)


def test_refund_that_a_later_file_lacks_is_found(chris: Student, series: str) -> None:
    paid = pays_twice(chris)
    both = [line(chris), line(chris, "7002")]
    ends_the_day(chris)
    chris.ports.move(days=1)
    refund = approves(chris, prepares(chris, paid, asked(cents=5000)))
    own = chris.account.refund(refund.id)
    assert own
    ends_the_day(chris)
    runs(chris, series)
    around = [line(chris, f"709{day}", reference="AUTRE-1", day=f"2022-06-{day}") for day in (25, 27)]
    for lines in (around, [*both, around[1]]):
        assert (FindingKind.NOT_IN_FILE, -5000) in found(compares(chris, series, *lines).run)
    back = line(chris, own.transaction, "50.00", "Remboursement", reference=own.reference, day="2022-06-26")
    assert FindingKind.NOT_IN_FILE not in dict(found(compares(chris, series, *around, back).run))
    denied = compares(chris, series, back.replace("Acceptée", "Refusée"))
    assert found(denied.run) == [(FindingKind.NOT_IN_FILE, -5000)]


def test_refused_line_is_not_the_money_that_another_hand_gave_back(chris: Student, series: str) -> None:
    pays_once(chris)
    page = chris.account.attempts[0]
    chris.ports.gateway.gives_back(page.reference)
    chris.ports.move(days=1, hours=1)
    inquire_attempt(chris.ports, page)
    ends_the_day(chris)
    runs(chris, series)
    back = line(chris, "8001", "601.00", "Remboursement", "220625001", page.reference, "2022-06-25")
    assert compares(chris, series, back).run.found == 0
    refused = back.replace("8001", "8000").replace("Acceptée", "Refusée")
    assert compares(chris, series, refused).run.found == 0


def test_payment_that_was_cancelled_here_and_there_is_missed_by_no_file(chris: Student, series: str) -> None:
    chris.ports.gateway.vault.is_remitted = False
    paid = pays_twice(chris)
    approves(chris, prepares(chris, paid))
    ends_the_day(chris)
    runs(chris, series)
    cancelled = line(chris, "7002", status="Annulé", remittance="")
    assert compares(chris, series, line(chris), cancelled).run.found == 0
    assert compares(chris, series, line(chris)).run.found == 0


def test_movement_of_a_remittance_that_the_bank_credited_is_found(chris: Student) -> None:
    bank = Bank(chris)
    bank.states()
    first, middle, last = pays_on_three_days(chris)
    runs(chris, "INP")
    for number in ("220624001", "220625001"):
        (credit,) = bank.states(60100)
        credit_remittances(chris.ports, credit.id, (number,), ACCOUNTANT)
        chris.ports.move(days=1)
    assert found(compares(chris, "INP", first, last).run) == NOT_IN_FILE
    assert compares(chris, "INP", first, middle, last).run.found == 0


def test_debit_that_a_later_file_lacks_is_found(chris: Student, series: str) -> None:
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    chris.debits_run("2022-07-10T00:30")
    chris.reconciles(days=1)  # booked on the day after
    ends_the_day(chris)
    assert runs(chris, series).closes
    around = [line(chris, f"709{day}", reference="AUTRE-1", day=f"2022-07-{day}") for day in (10, 11, 12)]
    assert (FindingKind.NOT_IN_FILE, 20031) not in found(compares(chris, series, *around[1:]).run)
    assert (FindingKind.NOT_IN_FILE, 20031) not in found(compares(chris, series, around[0]).run)
    assert (FindingKind.NOT_IN_FILE, 20031) in found(compares(chris, series, *around).run)


def test_money_taken_under_another_rank_is_found_by_each_file_and_by_the_bank(
    chris: Student, series: str
) -> None:
    """No answer tells the rank: a page signed under another one of the same site is booked as ours."""
    pays_once(chris)
    ends_the_day(chris)
    assert runs(chris, series).found == 0
    others = line(chris).removesuffix("32") + "43"
    ours = [line(chris, f"709{day}", reference="AUTRE-1", day=f"2022-06-{day}") for day in ("24", "25")]
    assert NOT_IN_FILE[0] in found(compares(chris, series, others, *ours).run)
    own_remittances = [f"2206{day}777;2022-06-{day} 03:00:00;5888032;32;1;10.00" for day in ("25", "26")]
    assert NOT_IN_FILE[0] in found(compares(chris, series, *own_remittances, titles=REMITTED).run)
    ends_the_day(chris, days=5)
    assert (FindingKind.NOT_CREDITED, 60100) in found(runs(chris, series, Policy.REMITTANCE))


def test_account_that_is_not_there_does_not_end_the_comparison(
    chris: Student, series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, last = pays_on_three_days(chris)
    gather = compare_export.gather_movements

    def gone(_: str) -> Account:
        raise NotFound

    def gathered(ports: ReconciliationPorts, of_series: str) -> object:
        told = gather(ports, of_series)
        monkeypatch.setattr(chris.ports.accounts, "account", gone)
        return told

    monkeypatch.setattr(compare_export, "gather_movements", gathered)
    assert found(compares(chris, series, first, last).run) == NOT_IN_FILE
