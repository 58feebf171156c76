"""Files of the back office against the books, where the contract answers no inquiry."""

from collections.abc import Iterator
from datetime import date

import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.reconciliation.exports import Why
from chalicelib.domain.reconciliation.policies import DifferenceState, FindingKind, Policy
from chalicelib.domain.reconciliation.refusals import ExportNotReadable
from chalicelib.usecases.reconciliation.compare_export import ComparedExport, compare_export
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.proof.treasury import check_treasury
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.refund_steps import approves, asked, pays_once, pays_twice, prepares
from tests.usecases.test_reconciliations import ends_the_day, found, runs

TITLES = (
    "Num. transaction;Numéro remise banque;Date & Heure;Référence commande;Montant;Devise;"
    "Type de transaction;Statut;Num. appel;Num. Contrat;Rang"
)
REMITTED = "Numéro remise banque;Date & Heure;Num. contrat;Rang;Nb transactions;Montant total"


@pytest.fixture
def series(chris: Student) -> str:
    return chris.ports.campaigns.get(chris.registration.campaign_id).numbering.series


@pytest.fixture(autouse=True)
def judged(chris: Student) -> Iterator[None]:
    """Each story ends with a treasury that its own rows explain."""
    yield
    check_treasury(chris.ports.memory)


def line(  # noqa: PLR0913, PLR0917 - a column each
    student: Student,
    transaction: str = "7001",
    amount: str = "601.00",
    kind: str = "Débit",
    remittance: str = "220624001",
    reference: str | None = None,
    day: str = "2022-06-24",
    status: str = "Acceptée",
    call: str = "97001",
) -> str:
    own = next((each.reference for each in student.account.attempts if each.transaction == transaction), "")
    told = own if reference is None else reference
    return f"{transaction};{remittance};{day} 10:00:00;{told};{amount};EUR;{kind};{status};{call};5888032;32"


def compares(
    student: Student, series: str, *lines: str, titles: str = TITLES, month: str = ""
) -> ComparedExport:
    raw = "\r\n".join([titles, *lines, ""]).encode("iso-8859-1")
    return compare_export(student.ports, series, raw, month, ACCOUNTANT)


def open_days(student: Student) -> None:
    """A contract without inquiries: the gateway answers nothing."""
    student.ports.gateway.is_clear = False


def test_line_of_ours_is_matched_and_its_remittance_kept(chris: Student, series: str) -> None:
    pays_once(chris)
    open_days(chris)
    ends_the_day(chris)
    done = compares(chris, series, line(chris))
    assert (done.run.checked, done.run.found, done.run.closes) == (1, 0, True)
    (remittance,) = chris.ports.reconciliations.open_remittances(series)
    assert (remittance.number, remittance.count, remittance.cents) == ("220624001", 1, 60100)
    again = compares(chris, series, line(chris))
    assert (again.run.source, again.run.found) == (done.run.source, 0)
    assert chris.ports.reconciliations.open_remittances(series) == (remittance,)


def test_reference_that_is_the_beginning_of_ours_is_none_of_ours(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    own = chris.account.attempts[0].reference
    for other in (own[:-1], f"{own}0", own.upper(), "1999888-32-", "AUTRE-7"):
        done = compares(chris, series, line(chris, reference=other))
        kinds = [kind for kind, _ in found(done.run)]
        assert kinds[0] in {FindingKind.LINE_NOT_BOOKED, FindingKind.NOT_OURS}
        assert FindingKind.NOT_IN_FILE in kinds


def test_accepted_line_that_nobody_booked_is_found_until_it_is(chris: Student, series: str) -> None:
    chris.declares("01")
    page = chris.keeps_a_page()
    ends_the_day(chris)
    lost = line(chris, "7009", reference=page.reference)
    foreign = line(chris, "7010", "12.00", reference="BOUTIQUE-1")
    done = compares(chris, series, lost, foreign)
    assert found(done.run) == [(FindingKind.LINE_NOT_BOOKED, -60100), (FindingKind.NOT_OURS, -1200)]
    runs(chris, series)  # asks the gateway: it settles nothing that a file found
    assert len(chris.ports.reconciliations.open_differences(series)) == 2
    compares(chris, series, foreign)
    assert len(chris.ports.reconciliations.open_differences(series)) == 2  # the line is not in that file


def test_difference_of_a_file_is_settled_by_a_later_one(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    assert found(compares(chris, series, line(chris, amount="600,00")).run) == [
        (FindingKind.AMOUNT_OF_LINE, 100)
    ]
    assert compares(chris, series, line(chris)).run.found == 0
    ((settled,), _) = chris.ports.reconciliations.differences(series, DifferenceState.SETTLED)
    assert settled.kind is FindingKind.AMOUNT_OF_LINE


def test_movement_that_is_not_in_the_file_of_its_day_is_found(chris: Student, series: str) -> None:
    pays_twice(chris)
    ends_the_day(chris)
    done = compares(chris, series, line(chris, call="97001"))
    assert found(done.run) == [(FindingKind.NOT_IN_FILE, 60100)]
    assert compares(chris, series).run.found == 0  # a file without a line says nothing of any day


def test_refund_is_matched_by_its_own_number(chris: Student, series: str) -> None:
    paid = pays_twice(chris)
    refund = approves(chris, prepares(chris, paid, asked(cents=5000)))
    ends_the_day(chris)
    own = chris.account.refund(refund.id)
    assert own
    both = [line(chris), line(chris, "7002", call="97002")]
    back = line(chris, own.transaction, "50.00", "Remboursement", reference=own.reference, call="97002")
    assert compares(chris, series, *both, back).run.found == 0
    (remittance,) = chris.ports.reconciliations.open_remittances(series)
    assert (remittance.count, remittance.cents) == (3, 115200)
    unknown = line(chris, "79", "50.00", "Remboursement", reference="1999888-32-00000000000000ff-1", call="1")
    assert found(compares(chris, series, *both, back, unknown).run) == [(FindingKind.LINE_NOT_BOOKED, 5000)]


def test_refunds_of_one_payment_are_told_apart_by_their_numbers(chris: Student, series: str) -> None:
    paid = pays_twice(chris)
    known = [approves(chris, prepares(chris, paid, asked(5000, seen))) for seen in (60100, 55100)]
    ends_the_day(chris)
    refunds = [each for each in (chris.account.refund(one.id) for one in known) if each]
    lines = [
        line(chris, each.transaction, "50.00", "Remboursement", reference=each.reference, call="97002")
        for each in reversed(refunds)
    ]
    both = [line(chris), line(chris, "7002", call="97002")]
    assert compares(chris, series, *lines, *both).run.found == 0


def test_money_that_another_hand_gave_back_finds_its_remittance(chris: Student, series: str) -> None:
    pays_once(chris)
    page = chris.account.attempts[0]
    chris.ports.gateway.gives_back(page.reference)
    chris.ports.move(days=1, hours=1)
    from chalicelib.usecases.payments.inquire_attempt import inquire_attempt  # noqa: PLC0415 - of this story

    inquire_attempt(chris.ports, page)
    reconcile_refunds(chris.ports)
    ends_the_day(chris)
    runs(chris, series)
    back = line(
        chris, "8001", "601.00", "Remboursement", "220625001", page.reference, "2022-06-25", call="97001"
    )
    assert compares(chris, series, back).run.found == 0
    assert [(each.number, each.cents) for each in chris.ports.reconciliations.open_remittances(series)] == [
        ("220624001", 60100),
        ("220625001", -60100),
    ]


def test_line_in_another_remittance_than_told_before_is_found(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    runs(chris, series)
    done = compares(chris, series, line(chris, remittance="220623001"))
    assert found(done.run) == [(FindingKind.OTHER_REMITTANCE, 0)]


def test_what_cannot_be_used_is_named_and_the_rest_counts(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    done = compares(
        chris,
        series,
        line(chris, "1", amount="six cents"),
        "2;trop court",
        line(chris, "3", day="24/06/2022"),
        line(chris, "x"),
        line(chris, "5", day="2022-05-31"),
        line(chris),
        line(chris),
        line(chris, "6", status="Refusée"),
        line(chris, "7", kind="Annulation"),
        line(chris, "8").replace(";32", ";43"),
        month="2022-06",
    )
    assert [(each.row, each.why) for each in done.export.left] == [
        (2, Why.AMOUNT),
        (3, Why.TOO_SHORT),
        (4, Why.DAY),
        (5, Why.NUMBER),
        (6, Why.OTHER_MONTH),
        (8, Why.DOUBLED),
        (11, Why.OTHER_RANK),
    ]
    assert (done.run.checked, done.run.found) == (1, 0)


def test_accepted_lines_without_a_remittance_are_told(chris: Student, series: str) -> None:
    pays_once(chris)
    open_days(chris)
    ends_the_day(chris)
    done = compares(chris, series, line(chris, remittance=""))
    assert [each.transaction for each in done.export.unremitted] == ["7001"]
    ends_the_day(chris, days=2)
    assert found(runs(chris, series, Policy.REMITTANCE)) == [(FindingKind.NOT_REMITTED, 60100)]


def test_line_of_today_waits_for_its_number(chris: Student, series: str) -> None:
    pays_once(chris)
    done = compares(chris, series, line(chris, remittance=""))
    assert (done.run.found, done.run.day) == (0, date(2022, 6, 23))


def remittance_line(number: str = "220624001", count: int = 1, total: str = "601.00") -> str:
    return f"{number};2022-06-25 03:00:00;5888032;32;{count};{total}"


def test_remittances_are_compared_by_count_and_amount(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    runs(chris, series)
    done = compares(chris, series, remittance_line(), titles=REMITTED)
    assert (done.run.policy, done.run.checked, done.run.closes) == (Policy.REMITTANCE, 1, True)
    assert chris.ports.reconciliations.open_remittances(series)[0].contract == "5888032"
    more = compares(chris, series, remittance_line(count=3, total="1'234.56"), titles=REMITTED)
    assert found(more.run) == [(FindingKind.REMITTANCE_AMOUNT, 60100 - 123456)]
    other = compares(chris, series, remittance_line(count=2), titles=REMITTED)
    assert found(other.run) == [(FindingKind.REMITTANCE_COUNT, 0)]
    for _ in range(2):
        assert compares(chris, series, remittance_line(), titles=REMITTED).run.closes


def test_remittance_that_is_in_the_file_alone_or_missing_there_is_found(chris: Student, series: str) -> None:
    pays_once(chris)
    ends_the_day(chris)
    runs(chris, series)
    done = compares(chris, series, remittance_line("220624777", 2, "40.00"), titles=REMITTED)
    assert found(done.run) == [(FindingKind.REMITTANCE_AMOUNT, -4000), (FindingKind.NOT_IN_FILE, 60100)]
    assert [kind for kind, _ in found(runs(chris, series, Policy.REMITTANCE))] == [
        FindingKind.REMITTANCE_AMOUNT
    ]
    assert len(chris.ports.reconciliations.open_differences(series)) == 2
    doubled = compares(
        chris, series, remittance_line(), remittance_line(), ";".join("a" * 6), titles=REMITTED
    )
    assert [each.why for each in doubled.export.left] == [Why.DOUBLED, Why.OTHER_RANK]
    nameless = compares(chris, series, remittance_line(""), titles=REMITTED)
    assert [each.why for each in nameless.export.left] == [Why.NUMBER]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"a;b;c\n1;2;3", b"\xff\xfe\x00", TITLES[:60].encode("latin-1")]
)
def test_another_file_is_refused_whole(chris: Student, series: str, raw: bytes) -> None:
    with pytest.raises(ExportNotReadable):
        compare_export(chris.ports, series, raw, "", ACCOUNTANT)


def test_accounting_alone_compares_files(chris: Student, series: str) -> None:
    with pytest.raises(Forbidden):
        compare_export(chris.ports, series, TITLES.encode("latin-1"), "", chris.person)
