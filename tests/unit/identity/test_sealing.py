import secrets

import pytest

from chalicelib.identity.sealing import KEY_BYTES, Sealer

CONTEXT = "second factor of 0001"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(secrets.token_bytes(KEY_BYTES))


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP", "clé 🔑", "x" * 10_000])
def test_sealed_text_is_opened_again(sealer: Sealer, text: str) -> None:
    assert sealer.open(sealer.seal(text, CONTEXT), CONTEXT) == text


def test_sealed_text_shows_nothing_and_never_looks_the_same(sealer: Sealer) -> None:
    sealed = {sealer.seal("JBSWY3DPEHPK3PXP", CONTEXT) for _ in range(100)}

    assert len(sealed) == 100
    assert not any("JBSWY3" in each for each in sealed)


def test_every_changed_character_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal("JBSWY3DPEHPK3PXP", CONTEXT)

    for place, character in enumerate(sealed):
        for other in {"A", "B", "_", "=", "!", "é"} - {character}:
            with pytest.raises(ValueError, match="sealed"):
                sealer.open(sealed[:place] + other + sealed[place + 1 :], CONTEXT)


@pytest.mark.parametrize("cut", [0, 1, 15, 16, 17, 30, 59])
def test_cut_text_is_noticed(sealer: Sealer, cut: int) -> None:
    with pytest.raises(ValueError, match="sealed"):
        sealer.open(sealer.seal("JBSWY3DPEHPK3PXP", CONTEXT)[:cut], CONTEXT)


def test_secret_of_one_person_does_not_open_for_another(sealer: Sealer) -> None:
    sealed = sealer.seal("JBSWY3DPEHPK3PXP", CONTEXT)

    with pytest.raises(ValueError, match=r"not what was sealed for second factor of 0002"):
        sealer.open(sealed, "second factor of 0002")


def test_another_key_does_not_open(sealer: Sealer) -> None:
    with pytest.raises(ValueError, match="sealed"):
        Sealer(secrets.token_bytes(KEY_BYTES)).open(sealer.seal("secret", CONTEXT), CONTEXT)


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33, 64])
def test_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"32 bytes, this one has {size}"):
        Sealer(bytes(size))
