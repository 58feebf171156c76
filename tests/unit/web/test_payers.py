"""The SIRET of a payer is fourteen digits that fit their key."""

import pytest

from chalicelib.domain.payers.refusals import SiretNotValid
from chalicelib.portal.sentences import sentence
from chalicelib.web.payers import read_siret


@pytest.mark.parametrize("typed", ["732 829 320 00074", "73282932000074", " 732829320 00074 "])
def test_siret_is_kept_as_its_digits(typed: str) -> None:
    assert read_siret(typed) == "73282932000074"


@pytest.mark.parametrize("typed", ["356 000 000 00048", "356 000 000 09075"])
def test_la_poste_has_a_key_of_its_own(typed: str) -> None:
    assert read_siret(typed) == typed.replace(" ", "")


@pytest.mark.parametrize("typed", ["732 829 320 00075", "732829320", "73282932000O74", "356 000 000 09076"])
def test_wrong_key_is_refused_with_a_sentence_that_names_it(typed: str) -> None:
    with pytest.raises(SiretNotValid) as refused:
        read_siret(typed)
    assert typed in sentence(refused.value)
