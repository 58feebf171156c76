"""Searching, filtering and ordering lines of registrations."""

from dataclasses import fields, replace
from datetime import date
from itertools import product
from typing import Any, ClassVar

import pytest

from chalicelib.domain.evidence.checks import Source, Verdict
from chalicelib.domain.lists.filters import (
    DECISIVE,
    Anomaly,
    Entry,
    Filter,
    Paid,
    Sort,
    Tariffs,
    after,
    alike,
    entry_of,
    ordered,
    place_of,
)
from chalicelib.domain.lists.folding import amount_of, folded, joined
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.lists.names import NamedPerson, people_named
from chalicelib.domain.lists.search import Hit, Why, find, near_misses, only_file
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import RegistrationStatus

LEA = RegistrationLine(
    id="00000000000000a1-1",
    person_id="00000000000000a1",
    campaign_id="c",
    holder="LE FÈVRE-D'ORS Léa",
    programme_code="B",
    status=RegistrationStatus.PRE_REGISTERED,
    fee_situation_code="01",
    email="lea.lefevre@etu.test",
    ordered_cents=60100,
    paid_cents=20031,
    numbers=(
        ("student_number", "22001234"),
        ("ine", "0AB12345678"),  # pragma: allowlist secret
        ("invoice", "70001"),
        ("transaction", "601"),
        ("card", "44"),
        ("call", ""),
    ),
    amounts=(20031, 60100, 100000),
)
THEO = replace(
    LEA,
    id="00000000000000a2-1",
    holder="ŒUVRARD Théo",
    programme_code="A",
    email="",
    numbers=(),
    amounts=(),
    ordered_cents=None,
    paid_cents=0,
)
LINES = (LEA, THEO)
FIELDS = frozenset(each.name for each in fields(RegistrationLine))


@pytest.mark.parametrize(
    "typed",
    ["lea", "Léa LEFEVRE", "le fevre lea", "fèvre", "d’ors", "DORS", "lea ors", "fevre-dors", "  LÉA  "],
)
def test_name_is_found_in_any_part_order_accent_case_and_hyphen(typed: str) -> None:
    assert [hit.line.id for hit in find(LINES, typed)] == [LEA.id]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("22001234", Why.STUDENT_NUMBER),
        ("0ab 12345678", Why.INE),
        ("70001", Why.INVOICE),
        ("lea.lefevre@", Why.EMAIL),
        ("1 000,00 €", Why.AMOUNT),
        ("200,31", Why.AMOUNT),
        ("44", Why.CARD),
        ("1144", Why.CARD),
    ],
)
def test_row_says_why_it_matched(typed: str, why: Why) -> None:
    (hit,) = find(LINES, typed)
    assert (hit.line.id, hit.why) == (LEA.id, why)


@pytest.mark.parametrize("typed", ["zzz", "45", "99144", "@", "€", "oe x"])
def test_what_is_nowhere_finds_nothing(typed: str) -> None:
    assert find(LINES, typed) == ()


def test_nothing_typed_finds_all() -> None:
    assert [hit.line for hit in find(LINES, " ")] == list(LINES)


def test_exact_number_hides_what_only_has_it_as_an_amount() -> None:
    other = replace(THEO, amounts=(60100,))
    assert [hit.line.id for hit in find((LEA, other), "601")] == [LEA.id]
    assert only_file(find((LEA, other), "601")) is LEA
    assert only_file(find((LEA, other), "601,00")) is None
    assert only_file(find(LINES, "lea")) is None


def test_near_miss_names_the_word_and_its_files() -> None:
    assert [(each.word, each.files) for each in near_misses(LINES, "ouvrard")] == [("oeuvrard", 1)]
    assert near_misses(LINES, "xxxxxxx") == ()


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("601", 60100),
        ("601,00", 60100),
        ("601.5 €", 60150),
        ("1 000,00 €", 100000),
        ("1\N{NARROW NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}€", 100000),
        ("3770 euros", 377000),
        ("601,000", None),
        ("abc", None),
        ("1" * 13, None),
    ],
)
def test_amount_is_read_as_people_write_it(typed: str, cents: int | None) -> None:
    assert amount_of(typed) == cents


def test_folding_keeps_other_scripts() -> None:
    assert folded("  D’Été—ŒUVRE Łódź ") == "dete oeuvre lodz"
    assert joined("Петров") == "петров"


def entry(line: RegistrationLine, owed: int | None = 60100) -> Entry:
    return Entry(Hit(line), owed, date(2022, 6, 24))


@pytest.mark.parametrize(
    ("changes", "owed", "paid"),
    [
        ({"paid_cents": 0}, 60100, Paid.NONE),
        ({}, 60100, Paid.PART),
        ({"paid_cents": 60100}, 60100, Paid.ALL),
        ({"paid_cents": 70100}, 60100, Paid.OVER),
        ({"paid_cents": 20031, "credit_cents": 20031}, 60100, Paid.PART),
        ({"status": RegistrationStatus.REFUSED, "ordered_cents": None}, 0, Paid.OVER),
        ({"paid_cents": 0}, 0, Paid.NOTHING_OWED),
        ({"paid_cents": 0}, None, Paid.NOTHING_OWED),
    ],
)
def test_paid_compares_what_came_with_what_is_owed(
    changes: dict[str, object], owed: int | None, paid: Paid
) -> None:
    assert entry(replace(LEA, **changes), owed).paid is paid  # type: ignore[arg-type]  # the names are its fields


VALIDATED = replace(LEA, status=RegistrationStatus.VALIDATED)
REFUSED = replace(LEA, status=RegistrationStatus.REFUSED)


@pytest.mark.parametrize(
    ("line", "anomalies"),
    [
        (LEA, {Anomaly.TO_DECIDE}),
        (replace(LEA, fee_situation_code=None), set()),
        (VALIDATED, {Anomaly.VALIDATED_UNPAID}),
        (replace(VALIDATED, plan="approved", is_settled=True), set()),
        (replace(VALIDATED, plan="approved", is_settled=True, paid_cents=0), {Anomaly.VALIDATED_UNPAID}),
        (replace(VALIDATED, plan="approved"), {Anomaly.VALIDATED_UNPAID}),
        (
            replace(VALIDATED, plan="approved", is_refused_debit=True, is_in_arrears=True),
            {Anomaly.VALIDATED_UNPAID, Anomaly.REFUSED_DEBIT, Anomaly.ARREARS},
        ),
        (replace(LEA, paid_cents=60100), {Anomaly.TO_DECIDE, Anomaly.PAID_NOT_VALIDATED}),
        (REFUSED, {Anomaly.CREDIT}),
        (replace(REFUSED, paid_cents=0, is_blocked=True), {Anomaly.BLOCKED}),
        (
            replace(VALIDATED, paid_cents=70100, credit_cents=10000, is_in_question=True),
            {Anomaly.OVERPAID, Anomaly.CREDIT, Anomaly.IN_QUESTION},
        ),
        (replace(LEA, plan="requested"), {Anomaly.TO_DECIDE, Anomaly.PLAN_REQUESTED}),
    ],
)
def test_anomalies_of_a_line(line: RegistrationLine, anomalies: set[Anomaly]) -> None:
    assert {each for each in Anomaly if entry(line).has(each)} == anomalies


def test_rest_is_what_may_still_come() -> None:
    assert entry(LEA).rest_cents == 40069
    assert entry(LEA, None).rest_cents == 0
    assert entry(REFUSED).rest_cents == 0


@pytest.mark.parametrize(
    ("wanted", "is_in"),
    [
        (Filter(), True),
        (Filter(status=RegistrationStatus.VALIDATED), False),
        (Filter(programme="A"), False),
        (Filter(situation="01", programme="B"), True),
        (Filter(situation="02"), False),
        (Filter(paid=Paid.PART), True),
        (Filter(paid=Paid.ALL), False),
        (Filter(anomaly=Anomaly.TO_DECIDE), True),
        (Filter(anomaly=Anomaly.CREDIT), False),
    ],
)
def test_filter_admits_what_passes_each_of_its_parts(wanted: Filter, is_in: bool) -> None:  # noqa: FBT001 - a case
    assert wanted.admits(entry(LEA)) is is_in


@pytest.mark.parametrize("sort", list(Sort))
def test_cursor_goes_on_behind_its_entry_in_each_order(sort: Sort) -> None:
    both = ordered((entry(LEA), entry(THEO, None)), sort)
    assert after(both, sort, place_of(both[0], sort)) == both[1:]
    assert after(both, sort, place_of(both[1], sort)) == ()


def test_orders_turn_around() -> None:
    both = (entry(LEA), entry(THEO))
    assert ordered(both, Sort.PROGRAMME)[0].line is THEO
    assert ordered(both, Sort.PROGRAMME_LAST)[0].line is LEA
    assert ordered(both, Sort.PAID_LAST)[0].line is LEA
    assert ordered(both, Sort.SITUATION)[0].line is LEA


def test_people_are_found_by_name_students_and_staff_each_once() -> None:
    auditor = Person("00000000000000b1", "z@demo.test", "Théo", "ZÉLIE", frozenset({Role.AUDITOR}))
    staff = auditor, replace(auditor, id="00000000000000a2", last_name="ŒUVRARD")
    lines = (*LINES, replace(THEO, id="00000000000000a2-2"))
    assert [each.id for each in people_named(lines, staff, "théo")] == [
        "00000000000000a2",
        "00000000000000b1",
    ]
    assert people_named(LINES, staff, "Lefèvre") == (NamedPerson("00000000000000a1", LEA.holder, LEA.email),)
    assert people_named(LINES, staff, "lea.lefevre@etu.test") == ()
    assert people_named(LINES, staff, " ") == ()


@pytest.mark.parametrize(
    ("verdicts", "is_grant_declared", "found"),
    [
        ((), False, set()),
        (((Source.CVEC, Verdict.VERIFIED),), False, {Anomaly.EVIDENCE_VERIFIED}),
        (((Source.CVEC, Verdict.VERIFIED),), True, {Anomaly.EVIDENCE_HELD}),
        (((Source.CVEC, Verdict.GRANT_HOLDER),), True, {Anomaly.EVIDENCE_VERIFIED}),
        (
            ((Source.CVEC, Verdict.GRANT_HOLDER),),
            False,
            {Anomaly.EVIDENCE_VERIFIED, Anomaly.GRANT_APPEARED},
        ),
        (((Source.CVEC, Verdict.OTHER_PERSON),), False, {Anomaly.EVIDENCE_HELD}),
    ],
)
def test_answers_of_the_sources_are_anomalies_of_the_line(
    verdicts: tuple[tuple[Source, Verdict], ...], found: set[Anomaly], *, is_grant_declared: bool
) -> None:
    entry = Entry(Hit(replace(LEA, verdicts=verdicts)), 60100, date(2022, 6, 24), is_grant_declared)
    of_evidence = {Anomaly.EVIDENCE_VERIFIED, Anomaly.EVIDENCE_HELD, Anomaly.GRANT_APPEARED}
    assert {each for each in of_evidence if entry.has(each)} == found


class Watched(RegistrationLine):
    """A line that notes which of its fields are looked at."""

    looked_at: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in FIELDS:
            Watched.looked_at.add(name)
        return super().__getattribute__(name)


def test_lines_are_alike_by_all_that_an_anomaly_or_an_amount_looks_at() -> None:
    told = {name: getattr(LEA, name) for name in FIELDS}
    Watched.looked_at.clear()
    for status, situation, paid, verdicts in product(
        RegistrationStatus, (None, "01"), (0, 20031, 60100), ((), ((Source.CVEC, Verdict.GRANT_HOLDER),))
    ):
        given = {"status": status, "fee_situation_code": situation, "paid_cents": paid, "verdicts": verdicts}
        for changed in (given, given | {"plan": "approved"}, given | {"ordered_cents": None}):
            line = Watched(**(told | changed))
            entry = entry_of(Hit(line), Tariffs({("B", "01"): 60100}, frozenset({"02"})), date(2022, 6, 24))
            assert all(entry.has(each) in {True, False} for each in Anomaly)
            assert (entry.rest_cents, entry.give_back_cents, line.arrears_cents) >= (0, 0, 0)
    assert Watched.looked_at == set(DECISIVE)


def test_lines_are_alike_whoever_they_are_of() -> None:
    twin = replace(LEA, id="00000000000000a3-1", person_id="00000000000000a3", holder="TWIN", numbers=())
    assert alike((LEA, THEO, twin)) == [(LEA, 2), (THEO, 1)]
