"""A school's students in a campaign: P25 – P31 hold in the end, by the gateway's own ledger.

`make prove` plays three hundred students in two campaigns, `make test` some forty in the same groups in one:
a second year of a school is that of `test_deployed_school.py` then.
"""

import os
from collections import Counter
from datetime import date, timedelta
from itertools import count, islice

import httpx
import pytest

from chalicelib.campaigns.reader import read_campaign, shipped_text
from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import balances
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.payments import PaymentMethod
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.registrations.show_account import show_file
from tests.conftest import Stack
from tests.infra.school_steps import FIRST, a_year_later
from tests.infra.season import KEPT_CENTS, Season
from tests.infra.season_books import Books
from tests.infra.season_files import (
    debtors_owe_what_the_journal_says,
    every_day_is_closed,
    files_tell_the_journal,
    the_bank_agrees,
    the_trail_is_whole,
)
from tests.journeys.conftest import ACCEPTED, REFUSED, log_in
from tests.journeys.conftest import _closed_clients as closed_clients  # noqa: F401 - a fixture
from tests.journeys.test_imports_over_http import PROGRAMMES, counts, file_of, row, send, told_of
from tests.journeys.test_refused_debits_over_http import HARD, SOFT
from tests.usecases.payer_steps import COMPANY

STUDENTS, YEARS = (300, 2) if os.environ.get("PROVE") else (56, 1)
FIRST_YEAR, SECOND_YEAR = range(STUDENTS * 3 // 4), range(STUDENTS // 2, STUDENTS)
"""A quarter of all come in both."""
GROUPS = {
    "grant": 3, "six": 20, "company": 3, "late": 3, "early": 3, "soft": 4, "hard": 4, "chargeback": 2,
    "kept": 4, "bounce": 2, "cheque": 12, "three": 22, "transfer": 4, "nameless": 2, "pair": 2, "partner": 2,
}  # fmt: skip
"""How many of 220 files do what, one at least; all others pay once by card."""
LEAST_CENTS = {"grant": 100_000, "six": 100_000, "company": COMPANY.share_cents + 10_000}
SURPLUS_CENTS = 1000
FIRST_DAY = date(2022, 6, 20)
DAYS = (date(2022, 9, 30), date(2022, 12, 31), date(2023, 9, 30), date(2023, 12, 31))
"""On which the balance by debtor is compared with account 411."""
OUTAGE = ("2022-08-14", "2022-08-15", "2022-08-18")
"""No run came on the 10th of August."""
REDUCED = '      "14": [{product: "Droits de scolarité", unit_price: "401.00"}]\n'
OTHERS = {"08": "901.00", "20": "2200.00", "25": "5200.00", "42": "8300.00", "43": "7300.00"}
"""The situations that the shipped campaign gives no tariff, with invented ones."""


def with_ten_situations(text: str) -> str:
    others = (REDUCED.replace("14", code).replace("401.00", price) for code, price in OTHERS.items())
    return text.replace(REDUCED, REDUCED + "".join(others))


TEXT = with_ten_situations(shipped_text(FIRST))
PROGRAMMES_OF = read_campaign(TEXT, FIRST).programmes


@pytest.fixture
def season(stack: Stack) -> Season:
    return Season.of(stack)


def test_season_ends_with_books_that_are_the_gateways(season: Season) -> None:
    books, end = Books(season, FIRST_DAY), date(2022 + YEARS, 1, 10)
    loads(season, FIRST, TEXT)
    a_year(books, FIRST, FIRST_YEAR, "2022", PROGRAMMES)
    if YEARS > 1:
        a_second_year(books)
    the_books_hold(season)
    season.days_pass(end.isoformat())
    books.works_off_the_statement()
    season.days_pass((end + timedelta(days=1)).isoformat())
    season.operator.runs("number_journal")
    every_day_is_closed(books)
    the_bank_agrees(books)
    files_tell_the_journal(books)
    debtors_owe_what_the_journal_says(books, *(day for day in DAYS if day < end))
    the_trail_is_whole(books)


def a_second_year(books: Books) -> None:
    second, text = a_year_later(TEXT)
    books.season.operator.moves_the_clock_to("2023-06-24T10:00:00+02:00")
    loads(books.season, second, text)
    programmes = tuple(a_year_later(each)[1] for each in PROGRAMMES)
    a_year(books, second, SECOND_YEAR, "2023", programmes)


def a_year(books: Books, campaign_id: str, ranks: range, year: str, programmes: tuple[str, ...]) -> None:
    season = books.season
    imported(season, ranks, programmes)
    season.opens_campaign(campaign_id)
    prices = declared(season)
    groups = dealt(prices)
    paid_in_june(season, groups, prices)
    books.takes_cheques_to_the_bank()
    books.receives_transfers(groups, prices)
    season.days_pass(*(f"{year}-{day}" for day in ("07-10", "07-13", "07-16", "07-19")))
    books.explains_a_difference()
    books.works_off_the_statement()
    books.closes_months(f"{year}-06")
    before_the_year_starts(season, groups)
    books.takes_back([*groups["bounce"], *groups["chargeback"]])
    season.days_pass(*OUTAGE if year == "2022" else (f"{year}-08-10",))
    season.says(f"August of {year}" + (": no run came on the 10th" if year == "2022" else ""))
    season.days_pass(*(f"{year}-{day}" for day in ("09-10", "09-14", "10-05")))
    in_october(season, groups)
    season.days_pass(*(f"{year}-{day}" for day in ("10-10", "10-14", "11-10", "11-14", "12-10", "12-14")))
    season.each(season.pays_what_is_late, groups["soft"])
    the_year_ends(books, groups, int(year))


def the_year_ends(books: Books, groups: dict[str, list[int]], year: int) -> None:
    """Credits are given back, one transfer comes back; in January the last debts are paid, months close."""
    season = books.season
    season.days_pass(f"{year}-12-16")
    given = season.gives_back_all_credits()
    first, *_ = books.sends_transfers()
    season.days_pass(f"{year}-12-19")
    books.works_off_the_statement()
    books.returns_a_transfer(first)
    season.days_pass(f"{year}-12-22")
    books.works_off_the_statement()
    given += season.gives_back_all_credits()
    books.sends_transfers()
    season.days_pass(f"{year + 1}-01-05")
    season.each(season.pays_what_is_late, groups["hard"])
    books.works_off_the_statement()
    books.finds_the_owners()
    books.closes_months(f"{year}-12")
    season.days_pass(f"{year + 1}-01-08")
    season.says(f"{year} is over: {given} refunds emptied the list")


def loads(season: Season, campaign_id: str, text: str) -> None:
    path, kind = f"/staff/campaigns/{campaign_id}", {"Content-Type": "application/yaml"}
    proposed = log_in(season.stack, "admin@demo.test").put(path, content=text.encode(), headers=kind)
    assert proposed.status_code == 201, proposed.text
    decision = f"{path}/versions/{proposed.json()['number']}/decision"
    log_in(season.stack, "auditor@demo.test").post(decision, json={"decision": "apply"}).raise_for_status()


def imported(season: Season, ranks: range, programmes: tuple[str, ...]) -> None:
    staff = log_in(season.stack, "admin@demo.test")
    rows = (row(rank, programme=programmes[rank % 3], situation=situation(rank)) for rank in ranks)
    begun = send(staff, "students", file_of(*rows))
    counts(begun)
    told = told_of(season.stack, staff, begun.json()["id"])
    assert (told["done"], told["failed"]) == (len(ranks), 0)
    season.says(f"{len(ranks)} students are imported")


def situation(rank: int) -> str:
    """Each situation that the programme of this rank allows has its turn, in half as many students of two."""
    tariffs = list(PROGRAMMES_OF[PROGRAMMES[rank % 3]].tariffs)
    return tariffs[(rank // 3 + rank % 3 * 5) % len(tariffs)]


def declared(season: Season) -> dict[int, int]:
    """Return what each owes, in cents."""
    season.each(lambda rank: season.declares(rank, situation(rank)), season.files)
    prices = {}
    for rank in sorted(season.files):
        lines = PROGRAMMES_OF[PROGRAMMES[rank % 3]].tariffs[situation(rank)]
        prices[rank] = sum(line.total_cents for line in lines)
        season.owes(rank, prices[rank])
    found = Counter(situation(rank) for rank in season.files)
    assert len(found) == 10
    season.says(f"all have declared: {dict(sorted(found.items()))}")
    return prices


def dealt(prices: dict[int, int]) -> dict[str, list[int]]:
    """Deal those who owe something to the ways of paying."""
    left = [rank for rank, cents in prices.items() if cents]
    groups = {}
    for name, many in GROUPS.items():
        fit = (rank for rank in left if prices[rank] >= LEAST_CENTS.get(name, 1))
        groups[name] = list(islice(fit, max(1, many * len(prices) // 220)))
        left = [rank for rank in left if rank not in groups[name]]
    groups["once"] = left
    assert all(groups.values()), groups
    return groups


def paid_in_june(season: Season, groups: dict[str, list[int]], prices: dict[int, int]) -> None:
    """The first card of some is refused; every second cheque is too much."""
    for name, plan, card in (
        ("grant", "paybox-6", ACCEPTED),
        ("six", "paybox-6", ACCEPTED),
        ("three", "paybox-3", ACCEPTED),
        ("soft", "paybox-3", SOFT),
        ("hard", "paybox-3", HARD),
    ):
        season.each(lambda rank, how=(plan, card): season.begins_a_plan(rank, *how), groups[name])  # type: ignore[misc]
    at_once = [*groups["once"], *groups["late"], *groups["early"], *groups["chargeback"]]
    season.each(lambda rank: season.pays(rank, *((REFUSED, ACCEPTED) if rank % 5 == 0 else ())), at_once)
    season.each(season.pays_two_kept_pages, groups["kept"])
    for place, rank in enumerate([*groups["cheque"], *groups["bounce"]]):  # as a person enters them
        season.receives(rank, PaymentMethod.CHEQUE, prices[rank] + (place + 1) % 2 * SURPLUS_CENTS)
    for rank in groups["company"]:
        season.company_pays_a_part(rank)
        season.pays(rank)
    season.each(season.is_validated, season.files)
    season.operator.runs("reconcile_payments")
    season.says("paid in June: " + ", ".join(f"{len(ranks)} {name}" for name, ranks in groups.items()))


def before_the_year_starts(season: Season, groups: dict[str, list[int]]) -> None:
    season.each(season.withdraws, groups["early"])
    season.each(season.bounces, groups["bounce"])
    season.each(season.is_disputed_and_lost, groups["chargeback"])
    season.each(season.pays, [*groups["bounce"], *groups["chargeback"]])
    season.says(f"July: {season.approves_what_is_prepared()} refunds after withdrawals and kept pages")


def in_october(season: Season, groups: dict[str, list[int]]) -> None:
    """A grant comes in when four of six parts are paid, and somebody leaves."""
    season.each(season.sets_a_grant, groups["grant"])
    season.each(lambda rank: season.withdraws(rank, KEPT_CENTS), groups["late"])
    season.says(f"October: {season.approves_what_is_prepared()} refunds after grants and withdrawals")


def the_books_hold(season: Season) -> None:
    """P25, P31: accounts, journal and ledger agree; every number is there once; nobody is owed a cent."""
    season.operator.runs("number_journal")
    people = {person_id for person_id, _ in season.owed.values()}
    accounts = [season.ports.accounts.account(person_id) for person_id in people]
    books: Counter[Book] = Counter()
    for account in accounts:
        of_one = balances(account.journal, account.invoices, account.payments)
        assert sum(of_one.values()) == 0
        books.update(of_one)
        the_account_holds(season, account)
    each_paid_what_is_owed(season)
    operations = httpx.get(f"{season.stack.paybox}/_ledger").json()["operations"]
    moved: Counter[str] = Counter()
    for each in operations:
        if each["code"] == "00000":
            moved[each["type"]] += each["amount_cents"]
    captured = [
        each["reference"] for each in operations if (each["type"], each["code"]) == ("capture", "00000")
    ]
    assert len(captured) == len(set(captured)), "P1: captured twice"
    assert books[Book.CARDS] == moved["capture"] - moved["refund"] - moved["cancel"]
    assert list_credits(season.ports, None).total_cents == 0
    invoices, notes = numbers_have_no_gap(accounts)
    season.says(f"{len(people)} people, {len(season.owed)} files, {invoices} invoices, {notes} credit notes")
    season.says(f"the books hold: {dict(moved)} cents at the gateway, {len(captured)} captures")


def each_paid_what_is_owed(season: Season) -> None:
    """P25: the tariff, the fee kept or the rest beside a payer. P26: who has a grant or left paid no more."""
    for registration_id, (person_id, cents) in season.owed.items():
        file = show_file(season.ports, person_id, registration_id)
        assert file.charged_cents == sum(each.kept_cents for each in file.payments) == cents
        assert season.ended.get(registration_id, len(file.payments)) == len(file.payments)


def the_account_holds(season: Season, account: Account) -> None:
    invoiced = sum(each.totals.total_cents for each in account.invoices)
    credited = sum(each.totals.total_cents for each in account.credit_notes)
    kept = sum(each.kept_cents for each in account.payments)
    position = account.position(paris_day(season.ports.now()))
    assert position.balance_cents == invoiced - credited - kept == 0
    assert account.of_payers.owed_cents == 0
    assert not any(each.is_live for each in account.refunds)
    assert all(0 <= each.allocated_cents <= each.kept_cents for each in account.payments)
    for payment in account.payments:
        given = [each for each in account.refunds if each.payment_id == payment.id and not each.came_back]
        done = sum(each.amount_cents for each in given)
        assert payment.refunded_cents == done <= payment.amount_cents


def numbers_have_no_gap(accounts: list[Account]) -> tuple[int, int]:
    """P20, P31. Return how many invoices and credit notes there are."""
    invoices = [
        each.number for account in accounts for each in (*account.invoices, *account.of_payers.invoices)
    ]
    notes = [each.number for account in accounts for each in account.every_credit_note]
    for found in (invoices, notes):
        assert sorted(found) == list(islice(count(min(found)), len(found))), "P20: a gap, or one twice"
    return len(invoices), len(notes)
