"""The comparison of an identity that a source tells with that of an account."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.evidence.identity import Compared, ToldIdentity, differences
from chalicelib.domain.people import Person, Role

BORN = date(2000, 1, 1)
SOMEBODY = Person("1", "a@demo.test", "Zoé Anne", "Le Fèvre-D'Été", frozenset({Role.STUDENT}), BORN)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzàâäéèêëîïôöùûüçñÀÂÄÉÈÊËÎÏÔÖÙÛÜÇÑABCXYZ", min_size=1, max_size=12)


def told(last: tuple[str, ...], first: tuple[str, ...], born: date | None = BORN) -> ToldIdentity:
    return ToldIdentity(last, first, born)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (("LE FEVRE D’ETE",), ("ZOE", "ANNE")),
        (("Autre", "Le Fèvre D'Été"), ("Anne-Zoé",)),
        (("d'ete le fevre",), ("Marie", "Zoé", "Anne")),
    ],
)
def test_same_person_as_administrations_write_them(last: tuple[str, ...], first: tuple[str, ...]) -> None:
    assert differences(SOMEBODY, told(last, first)) == ()


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (told(("Fèvre",), ("Zoé", "Anne")), (Compared.LAST_NAME,)),
        (told((), ("Zoé", "Anne")), (Compared.LAST_NAME,)),
        (told(("",), ("Zoé", "Anne")), (Compared.LAST_NAME,)),
        (told(("Le Fèvre d'Été",), ("Zoé",)), (Compared.FIRST_NAME,)),
        (told(("Le Fèvre d'Été",), ()), (Compared.FIRST_NAME,)),
        (told(("Le Fèvre d'Été",), ("Zoé", "Anne"), date(2000, 1, 2)), (Compared.BIRTH_DATE,)),
        (told(("Le Fèvre d'Été",), ("Zoé", "Anne"), None), (Compared.BIRTH_DATE,)),
        (told(("X",), ("Y",), None), (Compared.LAST_NAME, Compared.FIRST_NAME, Compared.BIRTH_DATE)),
    ],
)
def test_what_differs_is_named(other: ToldIdentity, differs: tuple[Compared, ...]) -> None:
    assert differences(SOMEBODY, other) == differs


def test_account_without_birth_date_is_never_verified() -> None:
    nobody = replace(SOMEBODY, birth_on=None)
    assert differences(nobody, told(("Le Fèvre d'Été",), ("Zoé", "Anne"), None)) == (Compared.BIRTH_DATE,)


@given(last=NAMES, first=NAMES, others=st.lists(NAMES, max_size=3))
def test_case_accents_and_further_names_never_count(last: str, first: str, others: list[str]) -> None:
    person = replace(SOMEBODY, last_name=last, first_name=first)
    plain = unicodedata.normalize("NFD", last).upper()
    assert differences(person, told((plain,), (*others, first.lower()))) == ()


@given(last=NAMES, other=NAMES)
def test_another_name_always_differs(last: str, other: str) -> None:
    person = replace(SOMEBODY, last_name=last)
    found = differences(person, told((last + other,), ("Zoé", "Anne")))
    assert found == (Compared.LAST_NAME,)
