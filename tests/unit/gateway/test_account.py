from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from chalicelib.gateway.paybox import PayboxAccount


def test_key_does_not_show_when_the_account_is_printed(account: PayboxAccount) -> None:
    assert account.hmac_key not in repr(account)


@pytest.mark.parametrize(
    "mistake",
    [
        {"site": ""},
        {"site": "19998A8"},
        {"rang": "٣٢"},
        {"identifiant": "1 2"},
        {"hmac_key": ""},
        {"hmac_key": "01 23"},
        {"hmac_key": "not hexadecimal"},
        {"base_url": "https://" + "a" * 140},
        {"base_url": "https://school.example/?a=1&b=2"},
    ],
)
def test_account_that_cannot_work_is_refused_at_once(account: PayboxAccount, mistake: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(account, **mistake)


def test_rang_stays_as_the_bank_wrote_it(account: PayboxAccount) -> None:
    assert replace(account, rang="001").rang == "001"
