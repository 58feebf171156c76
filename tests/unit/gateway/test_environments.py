import pytest

from chalicelib.gateway.environments import (
    TEST_KEY,
    hmac_keys,
    is_test_address,
    is_test_site,
    key_fault,
    keys_fault,
)

REAL_KEY = "00ff" * 32


@pytest.mark.parametrize(
    ("url", "is_test"),
    [
        ("https://preprod-tpeweb.paybox.com/php/", True),
        ("https://recette-tpeweb.e-transactions.fr/php/", True),
        ("https://tpeweb.paybox.com/php/", False),
        ("https://tpeweb.paybox.com/preprod-", False),
        ("", False),
    ],
)
def test_preproduction_is_told_by_its_host(url: str, is_test: bool) -> None:  # noqa: FBT001 - the answer
    assert is_test_address(url) is is_test


def test_public_test_merchants_are_known() -> None:
    assert (is_test_site("1999888"), is_test_site("7654321")) == (True, False)


def test_key_of_the_back_office_can_be_used() -> None:
    assert key_fault(REAL_KEY, is_live=True) == key_fault(TEST_KEY, is_live=False) == ""


@pytest.mark.parametrize("key", ["", REAL_KEY[:-1], f" {REAL_KEY}", f"{REAL_KEY}\n", "zz" * 64])
def test_mistyped_key_is_told_without_being_shown(key: str) -> None:
    told = key_fault(key, is_live=False)

    assert "128 hexadecimal digits" in told
    assert not key.strip() or key.strip() not in told


def test_published_key_signs_no_real_payment() -> None:
    assert "published key" in key_fault(TEST_KEY.lower(), is_live=True)


@pytest.mark.parametrize("between", [",", " ", "\n", ", "])
def test_secret_holds_two_keys_while_it_is_renewed(between: str) -> None:
    text = f"{REAL_KEY}{between}{TEST_KEY}"
    assert hmac_keys(text) == (REAL_KEY, TEST_KEY)
    assert keys_fault(text, is_live=False) == keys_fault(REAL_KEY, is_live=True) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has 0 characters"),
        (f"{REAL_KEY},0123", "has 4 characters"),
        (f"{REAL_KEY},{TEST_KEY}", "published key"),
        (",".join([REAL_KEY] * 3), "holds 3 keys"),
    ],
)
def test_secret_with_a_bad_key_is_refused_without_showing_it(text: str, told: str) -> None:
    fault = keys_fault(text, is_live=True)
    assert told in fault
    assert REAL_KEY not in fault
