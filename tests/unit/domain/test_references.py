"""The reference for life: right by the standard, read back however it is typed, never taken for another."""

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iso11649

from chalicelib.domain.treasury.references import DIGITS, people_named, reference_of

PEOPLE = st.integers(0, 2**64 - 1).map(lambda bits: f"{bits:016x}")


def test_reference_of_the_demo_student_stays_what_was_printed() -> None:
    assert reference_of("00000000000000c1") == "RF060000000000061"


@settings(deadline=None)
@given(PEOPLE)
def test_reference_is_of_the_standard_and_reads_back(person_id: str) -> None:
    reference = reference_of(person_id)
    assert (iso11649.validate(reference), len(reference)) == (reference, 17)
    typed = f"scolarite/{iso11649.format(reference).lower().replace(' ', '-')}.2022"
    assert person_id in people_named(typed)


UNSEEN = ({"1", "B"}, {"2", "M"}, {"3", "X"})
"""Pairs whose exchange ISO 11649 cannot see: a letter counts as two digits, so B1 and 1B are both 111."""


@settings(deadline=None)
@given(PEOPLE, st.integers(2, 16), st.sampled_from(DIGITS))
def test_wrong_digit_or_letter_names_nobody(person_id: str, place: int, character: str) -> None:
    reference = reference_of(person_id)
    known = reference[place]
    if known != character and known.isdigit() == character.isdigit():
        assert people_named(reference[:place] + character + reference[place + 1 :]) == ()


@settings(deadline=None)
@given(PEOPLE, st.integers(4, 15))
def test_two_characters_exchanged_name_nobody(person_id: str, place: int) -> None:
    typed = list(reference_of(person_id))
    typed[place], typed[place + 1] = typed[place + 1], typed[place]
    if typed[place] != typed[place + 1] and set(typed[place : place + 2]) not in UNSEEN:
        assert people_named("".join(typed)) == ()


@settings(deadline=None)
@given(PEOPLE, st.text(DIGITS, min_size=13, max_size=13))
def test_whatever_is_typed_never_names_the_student_of_another_reference(person_id: str, body: str) -> None:
    """What the check digits let through is the id of somebody else: nearly always of nobody."""
    reference = reference_of(person_id)
    if body != reference[4:]:
        assert person_id not in people_named(reference[:4] + body)


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    assert people_named("rfO6 OOOO OOOO OOO6 l") == ("00000000000000c1",)


def test_reference_beyond_the_ids_names_nobody() -> None:
    body = "Z" * 13
    check = 98 - int("".join(str(int(each, 36)) for each in f"{body}RF00")) % 97
    assert iso11649.is_valid(f"RF{check:02}{body}")
    assert people_named(f"RF{check:02}{body}") == ()
    assert people_named("RF06000000000006U") == ()


def test_two_references_are_two_people_and_one_twice_is_one() -> None:
    first, second = reference_of("00000000000000c1"), reference_of("00000000000000c2")
    assert people_named(f"{first} {second} {first}") == ("00000000000000c1", "00000000000000c2")
