import unicodedata

import pytest

from chalicelib.domain.errors import PasswordTooWeak
from chalicelib.domain.passwords import check_password, normalised
from chalicelib.identity.frequent_passwords import is_common
from chalicelib.identity.passwords import Argon2Passwords
from chalicelib.portal.sentences import sentence

OWN_WORDS = ("chris.testcd", "Chris", "Testcd-Éléa", "Quittance", "Clermont Auvergne INP", "", "!")


def refusal_of(password: str) -> str:
    with pytest.raises(PasswordTooWeak) as refused:
        check_password(password, is_common, OWN_WORDS)
    assert refused.value.code == "password_too_weak"
    return sentence(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "cheval agrafe pile",
        " a  b  c ",
        "éàüçñøåþ",
        "🐎🔋📎🧷🗻🌋🥖🧀",
        "zq7!vKp2",
        "minuscules seules",
        "!!!!!!!!%",
        "chris mange des pommes",
        "le chris 2022",
        "xy" * 64,
        "éà" * 64,
        "tab\tand\nline\0zero",
    ],
)
def test_any_character_and_any_composition_is_accepted(password: str) -> None:
    check_password(password, is_common, OWN_WORDS)


@pytest.mark.parametrize("password", ["", "zq7!vKp", "🐎🔋📎🧷🗻🌋🥖", "e\u0301" * 7])
def test_seven_characters_are_too_few(password: str) -> None:
    assert "8 caractères au moins" in refusal_of(password)


@pytest.mark.parametrize("password", ["x" * 129, "é" * 129, "x" * 100_000])
def test_129_characters_are_too_many(password: str) -> None:
    assert "128 caractères au plus" in refusal_of(password)


def test_letters_are_counted_as_they_are_kept() -> None:
    check_password("e\u0301a" * 64, is_common, OWN_WORDS)


@pytest.mark.parametrize("password", ["00000000", "aaaaaaaa", "AbCdEfGh", "98765432", "        "])
def test_run_of_characters_is_refused(password: str) -> None:
    assert "plus répandus" in refusal_of(password)


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord", "12345678", "baseball1", "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44"],
)
def test_common_password_is_refused_in_any_case_and_width(password: str) -> None:
    assert "plus répandus" in refusal_of(password)


@pytest.mark.parametrize(
    "password",
    [
        "chris.testcd",
        "Chris-Testcd",
        "chris123!",
        "CHRIS 2022",
        "testcd elea",
        "testcd-éléa 01",
        "quittance",
        "Quittance!2031",
        "clermont auvergne inp",
        "ClermontAuvergneINP#1",
        "\uff31uittance 1",
    ],
)
def test_own_words_with_digits_behind_are_refused(password: str) -> None:
    assert "se devine d'après votre nom" in refusal_of(password)


def test_one_letter_has_one_form_before_it_is_hashed() -> None:
    typed = unicodedata.normalize("NFD", "clé éternelle")
    kept = Argon2Passwords().hash(normalised("clé éternelle"))

    assert normalised(typed) == "clé éternelle"
    assert Argon2Passwords().matches(normalised(typed), kept)


def test_nothing_is_cut_off_before_it_is_hashed() -> None:
    passwords = Argon2Passwords()

    assert not passwords.matches("x" * 127 + "z", passwords.hash("x" * 127 + "y"))
    assert not passwords.matches(" two words", passwords.hash("two words"))
